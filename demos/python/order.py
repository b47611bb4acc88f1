"""All tasks at once, listed as they end."""

import asyncio
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[str]]


async def by_arrival(tasks: list[Task]) -> list[str]:
    # One thread and one queue: equal tasks run in the order of
    # create_task. Of goroutines the last often runs first. Nobody
    # should build on either.
    running = [asyncio.create_task(task()) for task in tasks]
    return [await done for done in asyncio.as_completed(running)]


def nap(name: str, delay: float) -> Task:
    return lambda: asyncio.sleep(delay, name)


naps = [nap("first", 0.2), nap("second", 0.05), nap("third", 0.1)]
print(*asyncio.run(by_arrival(naps)))
