"""WRONG: it makes all its calls at once, however many there are."""

import asyncio

room = asyncio.Semaphore(8)


async def serve(reader, writer) -> None:
    if room.locked():
        writer.write(b"503 too many calls at once")
    else:
        async with room:
            await asyncio.sleep(0.25)
            writer.write(b"200 OK")
    writer.close()


async def call(host: str, port: int) -> bool:
    # In practice: httpx, with Limits(max_connections=8); in Go
    # that is an http.Transport's MaxConnsPerHost.
    reader, writer = await asyncio.open_connection(host, port)
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"200")


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server:
        calls = [call(host, port) for _ in range(100)]
        print("answers:", sum(await asyncio.gather(*calls)))


asyncio.run(main())
