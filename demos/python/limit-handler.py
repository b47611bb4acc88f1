"""At most so many requests at once: a handler around another."""

import asyncio


def limit_handler(handle, limit: int):
    slots = asyncio.Semaphore(limit)

    async def handler(reader, writer) -> None:
        # Go also leaves the queue when its client has gone.
        async with slots:
            await handle(reader, writer)

    return handler


async def serve(reader, writer) -> None:
    print("in")
    await asyncio.sleep(0.05)
    print("out")
    writer.close()


async def main() -> None:
    handler = limit_handler(serve, 1)
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    calls = (asyncio.open_connection(*address) for _ in range(3))
    async with server:
        for reader, writer in await asyncio.gather(*calls):
            await reader.read()
            writer.close()


asyncio.run(main())
