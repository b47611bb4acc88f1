"""What asyncio does inside: generators, and a heap of times."""

import heapq
import time
from collections.abc import Generator

Coroutine = Generator[float, None, None]


def hello(tag: str, delay: float) -> Coroutine:
    print(f"Hello{tag}")
    yield delay  # await asyncio.sleep(delay)
    print(f"World{tag}")


def event_loop(coroutines: list[Coroutine]) -> None:
    # The number keeps those that wake at the same time in order.
    now = time.monotonic()
    asleep = [(now, i, c) for i, c in enumerate(coroutines)]
    while asleep:
        wake, i, coroutine = heapq.heappop(asleep)
        time.sleep(max(0, wake - time.monotonic()))
        try:
            wait = next(coroutine)  # resume; iter.Pull's next in Go
        except StopIteration:
            continue
        entry = (time.monotonic() + wait, i, coroutine)
        heapq.heappush(asleep, entry)


delays = {" 1": 0.25, " 2": 0.05, " 3": 0.15}
event_loop([hello(tag, delays[tag]) for tag in delays])
