"""A request that waits, and one that comes meanwhile."""

import asyncio
import time


async def block(seconds: float) -> None:
    time.sleep(seconds)  # stops the event loop, and so everybody


async def main(wait) -> None:
    async def serve(reader, writer) -> None:
        if await reader.readline() == b"/slow\n":
            await wait(1)
        writer.close()

    async def call(path: str, after: float) -> None:
        await asyncio.sleep(after)
        reader, writer = await asyncio.open_connection(*address)
        writer.write(f"{path}\n".encode())
        await reader.read()
        print(f"{wait.__name__}: {path} is answered")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    async with server:
        await asyncio.gather(call("/slow", 0), call("/", 0.05))


for wait in asyncio.sleep, block:  # Go has no such trap: a wait
    asyncio.run(main(wait))  # stops its own goroutine alone
