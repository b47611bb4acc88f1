"""WRONG: tasks read and write one counter around an await."""

import asyncio

visits = 0


async def visit() -> None:
    global visits
    seen = visits
    # One thread does not help: at each await, others go on. Go's
    # goroutines may even meet between any two instructions.
    await asyncio.sleep(0.05)
    visits = seen + 1  # undoes what others wrote since


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(visit())
    print("visits:", visits)


asyncio.run(main())
