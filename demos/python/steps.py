"""Ten steps that can be stopped."""

import asyncio

done = 0


async def steps(n: int, delay: float) -> None:
    global done
    for _ in range(n):
        # Each await is a place to be stopped at. Go has no such
        # places: hand the context on, or look at ctx.Err().
        await asyncio.sleep(delay)
        done += 1


async def main() -> None:
    try:
        async with asyncio.timeout(0.25):
            await steps(10, 0.1)
    except TimeoutError:
        print("stopped before its end:", done < 10)


asyncio.run(main())
