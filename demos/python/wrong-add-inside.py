"""WRONG: tasks count themselves in, so the wait can be first."""

import asyncio

tasks: set[asyncio.Task] = set()


async def hello() -> None:
    # As Add inside a goroutine: create_task has only scheduled
    # this, and nothing of it has run when main looks.
    tasks.add(asyncio.current_task())
    print("Hello")
    await asyncio.sleep(0.2)
    print("World")


async def main() -> None:
    for _ in range(3):
        asyncio.create_task(hello())
    await asyncio.gather(*tasks)  # of nobody, so far
    print("all three have greeted")


asyncio.run(main())
