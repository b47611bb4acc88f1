"""A deadline: the task is told to stop, and the caller waits."""

import asyncio
from collections.abc import Awaitable


async def within(seconds: float, task: Awaitable[str]) -> str:
    # The timeout raises CancelledError inside the task, wherever it
    # awaits. Go raises nothing: a callee that never looks at its
    # context never hears of it.
    async with asyncio.timeout(seconds):
        return await task


async def work(seconds: float) -> str:
    return await asyncio.sleep(seconds, "done")


async def main() -> None:
    print(await within(60, work(0.05)))
    try:
        await within(0.05, work(60))
    except TimeoutError:
        print("stopped")


asyncio.run(main())
