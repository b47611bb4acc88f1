"""FastAPI's hello: GET / answers {"Hello":"World"}."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI()


# The decorator registers the function. In Go the function stays
# plain, and a router is handed it together with its path.
@app.get("/")
async def read_root() -> dict[str, str]:
    return {"Hello": "World"}


if __name__ == "__main__":  # to serve it: uvicorn api-hello:app
    with TestClient(app) as client:
        print(client.get("/").text)
