"""A chain of sums: work that never waits."""

import asyncio
import hashlib
from concurrent.futures import ProcessPoolExecutor


def chain(n: int) -> str:
    total = bytes(32)
    for _ in range(n):
        total = hashlib.sha256(total).digest()
    return total.hex()


async def main() -> None:
    loop = asyncio.get_running_loop()
    # As a coroutine it would hold up the loop, and threads take
    # turns under the GIL: only processes use more than one core.
    # Goroutines use every core as they are.
    with ProcessPoolExecutor(max_workers=2) as pool:
        run = loop.run_in_executor
        calls = [run(pool, chain, n) for n in (1, 2)]
        for total in await asyncio.gather(*calls):
            print(total[:8])


if __name__ == "__main__":  # the processes import this file
    asyncio.run(main())
