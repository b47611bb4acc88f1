"""WRONG: main ends without awaiting the task it started."""

import asyncio


async def hello() -> None:
    print("Hello")
    await asyncio.sleep(0.2)
    print("World")


async def main() -> None:
    # asyncio.run cancels what is left when main returns; in Go
    # the process ends, and no goroutine hears of it.
    asyncio.create_task(hello())
    print("the end")


asyncio.run(main())
