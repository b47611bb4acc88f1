"""A task every interval, however many are still at work."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def at_rate(interval: float, tasks: list[Task]) -> None:
    async def run(i: int, task: Task) -> None:
        await asyncio.sleep(i * interval)
        await task()

    # All are coroutines from the beginning, as all are goroutines
    # in Go: one that waits for its time costs next to nothing.
    results = await asyncio.gather(
        *(run(i, task) for i, task in enumerate(tasks)),
        return_exceptions=True,
    )
    errors = [r for r in results if isinstance(r, Exception)]
    if errors:
        raise ExceptionGroup("tasks failed", errors)


async def nap() -> None:
    await asyncio.sleep(0.1)


start = time.monotonic()
asyncio.run(at_rate(0.01, [nap] * 21))
took = time.monotonic() - start
print(f"21 tasks of 100 ms, one every 10 ms: {took:.2f} s")
