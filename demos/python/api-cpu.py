"""A request that computes: async does not help."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/cpu")
async def cpu(
    hashes: int = Query(50_000, ge=0, le=1_000_000),
) -> dict[str, float]:
    start = time.monotonic()
    total = bytes(32)
    # Nothing is awaited, so nobody has a turn until it is done; in
    # a plain def, threads would take turns under the GIL. To use
    # more cores takes more processes: uvicorn --workers. Goroutines
    # use all cores as they are.
    for _ in range(hashes):
        total = hashlib.sha256(total).digest()
    return {"worked_ms": 1000 * (time.monotonic() - start)}


if __name__ == "__main__":  # to serve it: uvicorn api-cpu:app
    with TestClient(app) as client, ThreadPoolExecutor(4) as pool:
        for n in 1, 4:
            start = time.monotonic()
            answers = list(pool.map(client.get, ["/cpu"] * n))
            took = time.monotonic() - start
            print(f"{len(answers)} at once: {took:.2f} s")
