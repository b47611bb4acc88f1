"""A wait that can be cut short."""

import asyncio


async def sleep(delay: float) -> None:
    # Cancelling raises CancelledError at the await. Go raises
    # nothing: a select waits for the timer or the context.
    await asyncio.sleep(delay)


async def main() -> None:
    await sleep(0.05)
    print("slept")
    try:
        async with asyncio.timeout(0.05):
            await sleep(60)
    except TimeoutError:
        print("woken early")


asyncio.run(main())
