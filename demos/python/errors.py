"""One fails: gather lets the others end, a TaskGroup does not."""

import asyncio

ended = 0


async def nap(seconds: float) -> None:
    global ended
    await asyncio.sleep(seconds)
    ended += 1


async def fail() -> None:
    await asyncio.sleep(0.05)
    raise ValueError("no luck")


async def main() -> None:
    # As with a WaitGroup. Without return_exceptions gather raises
    # at once, and the others run on with nobody waiting.
    tasks = nap(0.2), fail(), nap(0.2)
    await asyncio.gather(*tasks, return_exceptions=True)
    print("gather:", ended, "came to their end")
    try:
        async with asyncio.TaskGroup() as group:  # as an errgroup
            for task in nap(60), fail(), nap(60):
                group.create_task(task)
    except* ValueError:
        print("TaskGroup:", ended - 2, "came to their end")


asyncio.run(main())
