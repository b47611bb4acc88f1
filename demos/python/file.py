"""Write a file, wait for the disk, read it back."""

import asyncio
import os
import tempfile
from pathlib import Path


def write_file(path: Path, data: bytes, sync: bool) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())  # the wait for the disk
    if path.read_bytes() != data:
        raise OSError("read back other bytes than written")


async def main() -> None:
    data = os.urandom(64 * 1024)
    with tempfile.TemporaryDirectory() as folder:
        # Files cannot be awaited: to_thread keeps the event loop
        # free. Go's runtime uses a thread too, without a word.
        async with asyncio.TaskGroup() as group:
            for i in range(4):
                path = Path(folder, f"{i}")
                group.create_task(
                    asyncio.to_thread(write_file, path, data, True)
                )
    print("4 files written and read back")


asyncio.run(main())
