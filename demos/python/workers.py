"""A few workers take tasks from one queue."""

import asyncio
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[None]]


async def workers(n: int, tasks: list[Task]) -> None:
    queue: asyncio.Queue[Task | None] = asyncio.Queue(maxsize=1)
    errors = []

    async def work() -> None:
        while task := await queue.get():
            try:
                await task()
            except Exception as error:
                errors.append(error)  # one thread: needs no lock

    async with asyncio.TaskGroup() as group:
        for _ in range(n):
            group.create_task(work())
        # Go closes a channel once, for all who receive from it; a
        # queue (before Python 3.13's shutdown) needs a None each.
        for task in [*tasks, *[None] * n]:
            await queue.put(task)
    if errors:
        raise ExceptionGroup("tasks failed", errors)


async def nap() -> None:
    print(await asyncio.sleep(0.05, "done"))


asyncio.run(workers(3, [nap] * 6))
