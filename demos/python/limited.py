"""At most so many tasks at once, by a semaphore."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def limited(limit: int, tasks: list[Task]) -> None:
    slots = asyncio.Semaphore(limit)

    async def run(task: Task) -> None:
        # Here all tasks exist and wait for a slot inside; in Go
        # the slot is taken first, so that only limit exist.
        async with slots:
            await task()

    results = await asyncio.gather(
        *(run(task) for task in tasks), return_exceptions=True
    )
    errors = [r for r in results if isinstance(r, Exception)]
    if errors:
        raise ExceptionGroup("tasks failed", errors)


async def nap() -> None:
    await asyncio.sleep(0.05)


start = time.monotonic()
asyncio.run(limited(3, [nap] * 9))
took = time.monotonic() - start
print(f"9 tasks of 50 ms, 3 at once: {took:.2f} s")
