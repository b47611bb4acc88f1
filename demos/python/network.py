"""Fetch a page and read it to its end, five times at once."""

import asyncio
from urllib.request import urlopen


def get(url: str) -> None:
    with urlopen(url) as answer:
        answer.read()


async def serve(reader, writer) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(0.05)
    writer.write(b"HTTP/1.0 200 OK\r\n\r\nHello")
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    url = f"http://{host}:{port}/"
    async with server, asyncio.TaskGroup() as group:
        for _ in range(5):
            # urlopen blocks, hence a thread each. In practice:
            # one httpx.AsyncClient() for all, await client.get().
            # Go's http.Client blocks only its own goroutine.
            group.create_task(asyncio.to_thread(get, url))
    print("5 answers")


asyncio.run(main())
