"""Read a counter, on a connection of a pool."""

import asyncio
import sqlite3
from contextlib import closing

Pool = asyncio.Queue[sqlite3.Connection]


async def query(pool: Pool, counter: int) -> int:
    # In practice: async with pool.acquire() of asyncpg. In Go an
    # sql.DB is a pool by itself.
    db = await pool.get()  # queues while all are in use
    try:
        return await asyncio.to_thread(read, db, counter)
    finally:
        pool.put_nowait(db)


def read(db: sqlite3.Connection, counter: int) -> int:
    sql = "SELECT visits FROM counters WHERE id = ?"
    return db.execute(sql, [counter]).fetchone()[0]


async def main(db: sqlite3.Connection) -> None:
    pool = Pool()
    pool.put_nowait(db)  # a pool of one
    db.execute("CREATE TABLE counters (id, visits)")
    db.execute("INSERT INTO counters VALUES (1, 7)")
    calls = (query(pool, 1) for _ in range(5))
    print("visits:", *await asyncio.gather(*calls))


with closing(sqlite3.connect("", check_same_thread=False)) as db:
    asyncio.run(main(db))
