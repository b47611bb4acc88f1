"""Ten steps that nobody can stop."""

import asyncio
import time

done = 0


async def steps(n: int, delay: float) -> None:
    global done
    for _ in range(n):
        # Without an await nothing reaches it, and the others stand
        # still too. In Go they would go on: it is deaf alone.
        time.sleep(delay)
        done += 1


async def main() -> None:
    async with asyncio.timeout(0.05):
        await steps(10, 0.02)
    # No await, no TimeoutError: it seems to have been in time.
    print("steps in spite of the deadline:", done)


asyncio.run(main())
