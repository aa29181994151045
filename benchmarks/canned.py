"""The peer of the round trips: the least that a server on asyncio can do.

It cuts the frames of one read off the stream and writes an answer for each, made beforehand, all with one write:
nothing is parsed, looked up or encoded. With several answers it gives them in turn, from the first on each connection.

    python benchmarks/canned.py SOCKET ANSWERS lines|headers

ANSWERS is a file with a JSON array of texts. Prints `ready` when it listens; ends with its standard input.
"""

import asyncio
import json
import sys
from itertools import cycle
from pathlib import Path
from typing import cast


class Lines(asyncio.Protocol):
    """One frame per line."""

    def __init__(self, answers: list[bytes]) -> None:
        self._next = cycle(answers).__next__
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection is there."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came."""
        *frames, self._rest = (self._rest + data).split(b"\n")
        self._transport.write(b"".join([self._next() + b"\n" for _ in frames]))


class Headers(Lines):
    """LSP's framing."""

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came."""
        data = self._rest + data
        start, out = 0, []
        while (end := data.find(b"\r\n\r\n", start)) >= 0:
            stop = end + 4 + int(data[start + 16 : end])
            if stop > len(data):
                break
            answer = self._next()
            out.append(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))
            start = stop
        self._rest = data[start:]
        self._transport.write(b"".join(out))


async def _serve(path: str, answers: list[bytes], style: str) -> None:
    loop = asyncio.get_running_loop()
    protocol = Headers if style == "headers" else Lines
    server = await loop.create_unix_server(lambda: protocol(answers), path)
    print("ready", flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    texts: list[str] = json.loads(Path(sys.argv[2]).read_text())
    asyncio.run(_serve(sys.argv[1], [text.encode() for text in texts], sys.argv[3]))
