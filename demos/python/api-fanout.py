"""Many waits inside one request: gather, and a semaphore."""

import asyncio
import time

from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/fanout")
async def fanout(
    tasks: int = Query(10, ge=1, le=1000),
    delay: float = Query(0.1, ge=0, le=1),
    limit: int = Query(1000, ge=1, le=1000),
) -> dict[str, float]:
    slots = asyncio.Semaphore(limit)  # 1: one after the other

    async def wait() -> None:
        async with slots:
            await asyncio.sleep(delay)  # or: await client.get(url)

    start = time.monotonic()
    # As in Go, all have ended before the answer goes out: what
    # outlives its request has nobody to tell its error to.
    await asyncio.gather(*(wait() for _ in range(tasks)))
    return {"elapsed_ms": 1000 * (time.monotonic() - start)}


if __name__ == "__main__":  # to serve it: uvicorn api-fanout:app
    with TestClient(app) as client:
        for limit in 1, 3, 10:
            answer = client.get(f"/fanout?limit={limit}").json()
            print(f"{limit} at once: {answer['elapsed_ms']:.0f} ms")
