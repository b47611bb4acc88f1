"""A request that waits, while the server answers others."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/slow")
async def slow(
    delay: float = Query(1, ge=0, le=30),
) -> dict[str, float]:
    start = time.monotonic()
    # The trap: time.sleep here stops every request; in a plain def
    # it stops one thread of a pool of 40. In Go any wait stops its
    # own goroutine alone, and ends if the client leaves. Here it
    # goes on.
    await asyncio.sleep(delay)
    return {"waited_ms": 1000 * (time.monotonic() - start)}


if __name__ == "__main__":  # to serve it: uvicorn api-slow:app
    with TestClient(app) as client, ThreadPoolExecutor(20) as pool:
        start = time.monotonic()
        urls = ["/slow?delay=0.1"] * 20
        answers = list(pool.map(client.get, urls))
        took = time.monotonic() - start
        print(f"{len(answers)} requests of 100 ms: {took:.2f} s")
