"""A server of python3-websockets that echoes: echo.py PORT none|deflate"""

import asyncio
import sys

import websockets


async def echo(socket, *_):
    async for message in socket:
        if isinstance(message, str) and message.startswith("close "):
            _, code, reason = message.split(" ")
            await socket.close(int(code), reason)
        else:
            await socket.send(message)


async def main(port, compression):
    async with websockets.serve(echo, "127.0.0.1", port, compression=compression, max_size=1 << 24):
        await asyncio.Future()


asyncio.run(main(int(sys.argv[1]), None if sys.argv[2] == "none" else "deflate"))
