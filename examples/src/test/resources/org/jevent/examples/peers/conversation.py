"""What a client of python3-websockets says to a server that echoes: conversation.py URL none|deflate"""

import asyncio
import os
import sys

import websockets


async def main(url, compression):
    async with websockets.connect(url, compression=compression, max_size=1 << 24) as socket:
        extensions = [extension.name for extension in socket.extensions]
        uneven = os.urandom(70000)
        for _ in range(2):
            for message in ["hé", "", "0123456789" * 7000, uneven]:
                await socket.send(message)
                assert await socket.recv() == message
        await (await socket.ping(b"are you there"))
        await socket.send("close 4001 bye")
        try:
            await socket.recv()
        except websockets.ConnectionClosed as end:
            assert (end.rcvd.code, end.rcvd.reason) == (4001, "bye"), end
    async with websockets.connect(url, compression=compression) as socket:
        await socket.close(1000, "done")
        assert socket.close_code == 1000, socket.close_code
    print("extensions:", *extensions)


asyncio.run(main(sys.argv[1], None if sys.argv[2] == "none" else "deflate"))
