"""A number from the path, and a text that may be left out."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    item_id: int
    q: str | None


# FastAPI reads the types, and answers 422 itself where a request
# does not fit them. In Go the router does, by the types and the
# tags of a struct's fields.
@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str | None = None) -> Item:
    return Item(item_id=item_id, q=q)


if __name__ == "__main__":  # to serve it: uvicorn api-item:app
    with TestClient(app) as client:
        print(client.get("/items/5?q=somequery").text)
        print(client.get("/items/5").text)
        print(client.get("/items/five").status_code)
