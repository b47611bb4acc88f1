"""At most so many at once, until one fails."""

import asyncio
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def errgroup(limit: int, tasks: list[Task]) -> None:
    slots = asyncio.Semaphore(limit)

    async def run(task: Task) -> None:
        async with slots:
            await task()

    # An error makes the others raise where they await; in Go each
    # task has to look at its context.
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(run(task))


async def nap() -> None:
    print(await asyncio.sleep(60, "never: cancelled at 50 ms"))


async def fail() -> None:
    await asyncio.sleep(0.05)
    raise ValueError("no luck")


try:
    asyncio.run(errgroup(3, [nap, fail, nap, nap]))
except* ValueError as group:
    print("stopped by:", group.exceptions[0])
