"""All tasks at once: the waits overlap."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def all_at_once(tasks: list[Task]) -> None:
    # Like a WaitGroup, gather lets each end, whatever the others
    # do; a TaskGroup stops at an error, as an errgroup does. Here
    # all run in one thread: Go spreads them over the cores.
    results = await asyncio.gather(
        *(task() for task in tasks), return_exceptions=True
    )
    errors = [r for r in results if isinstance(r, Exception)]
    if errors:
        raise ExceptionGroup("tasks failed", errors)


async def nap() -> None:
    await asyncio.sleep(0.1)


start = time.monotonic()
asyncio.run(all_at_once([nap] * 100))
took = time.monotonic() - start
print(f"100 tasks of 100 ms: {took:.2f} s")
