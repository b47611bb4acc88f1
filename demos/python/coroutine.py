"""Hello, a pause, World: the coroutine."""

import asyncio


async def hello(delay: float) -> None:
    print("Hello")
    # To await is to yield to the event loop. In Go the coroutine
    # yields the delay itself, with a plain call of yield.
    await asyncio.sleep(delay)
    print("World")


asyncio.run(hello(0.1))
