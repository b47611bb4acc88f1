"""All tasks at once, listed as they were given."""

import asyncio
from collections.abc import Awaitable, Callable

Task = Callable[[], Awaitable[str]]


async def by_slot(tasks: list[Task]) -> list[str]:
    # gather keeps a slot for each, whoever ends first. Go has no
    # such call: a slice with a place for each task does it.
    return await asyncio.gather(*(task() for task in tasks))


def nap(name: str, delay: float) -> Task:
    return lambda: asyncio.sleep(delay, name)


naps = [nap("first", 0.2), nap("second", 0.05), nap("third", 0.1)]
print(*asyncio.run(by_slot(naps)))
