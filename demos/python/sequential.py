"""One task after the other: the waits add up."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def sequential(tasks: list[Task]) -> None:
    errors = []
    for task in tasks:
        try:
            await task()
        except Exception as error:  # in Go: errs[i] = task.Run(ctx)
            errors.append(error)
    if errors:
        raise ExceptionGroup("tasks failed", errors)


async def nap() -> None:
    await asyncio.sleep(0.05)


start = time.monotonic()
asyncio.run(sequential([nap] * 3))
took = time.monotonic() - start
print(f"3 tasks of 50 ms: {took:.2f} s")
