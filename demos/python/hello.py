"""Three greetings that pause at the same time."""

import asyncio


async def hello(tag: str, delay: float) -> None:
    print(f"Hello{tag}")
    # Only where it says await may another task go on. In Go any
    # function may pause: it needs neither async nor await.
    await asyncio.sleep(delay)
    print(f"World{tag}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for i in range(3):
            group.create_task(hello(f" {i + 1}", 0.1))


asyncio.run(main())
