"""Read a counter and write it back, in one transaction."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing


def visit(path: str, counter: int) -> int:
    # In practice: async with pool.acquire() of asyncpg, which
    # waits in the event loop; a Go sql.DB is such a pool itself.
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        with db:  # commits, or rolls back where it raises
            db.execute("BEGIN IMMEDIATE")
            row = db.execute(
                "SELECT visits FROM counters WHERE id = ?",
                [counter],
            ).fetchone()
            db.execute(
                "UPDATE counters SET visits = ? WHERE id = ?",
                [row[0] + 1, counter],
            )
    return row[0] + 1


async def main(path: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE counters (id, visits)")
        db.execute("INSERT INTO counters VALUES (1, 0)")
    calls = (asyncio.to_thread(visit, path, 1) for _ in range(5))
    print("visits:", max(await asyncio.gather(*calls)))


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(f"{folder}/visits.db"))
