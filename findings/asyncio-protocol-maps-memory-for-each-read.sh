#!/usr/bin/env bash
# Guess: an asyncio server that reads requests of a hundred bytes touches no new memory for them: asyncio may ask for a
#        large block at each read, but glibc takes such a block from the heap once one of its size was freed.
# Truth: asyncio asks for 256 KiB at every read of a socket (`max_size` of its selector transports), and the bytes object
#        is shrunk to what arrived before it is freed. What glibc sees freed is a small block, so that its threshold for
#        mapping memory never rises: each read maps a block, faults pages in, shrinks the mapping and unmaps it. A
#        `BufferedProtocol`, which reads into a buffer of its own, does none of that.
# Seen with Python 3.11.7 and glibc 2.36 on 2026-11-30. Needs no package.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/echo.py" <<'PYTHON'
import asyncio
import resource
import socket
import sys

COUNT = 5_000


class Plain(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Buffered(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, memoryview(bytearray(1 << 16))

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, nbytes):
        self.transport.write(bytes(self.buffer[:nbytes]))


async def main():
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    await loop.create_connection(Buffered if sys.argv[1] == "buffered" else Plain, sock=ours)

    async def ask():
        await loop.sock_sendall(theirs, b"x" * 100)
        assert await loop.sock_recv(theirs, 1000) == b"x" * 100

    for _ in range(200):
        await ask()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(COUNT):
        await ask()
    print(round((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / COUNT, 2))


asyncio.run(main())
PYTHON
python3 -c 'import platform; print("Python", platform.python_version(), *platform.libc_ver())'
plain=$(python3 "$work/echo.py" plain)
buffered=$(python3 "$work/echo.py" buffered)
echo "page faults for a read of 100 bytes: $plain with a Protocol, $buffered with a BufferedProtocol"
python3 -c 'import sys; plain, buffered = map(float, sys.argv[1:]); sys.exit(not (plain > 0.8 and buffered < 0.2))' \
  "$plain" "$buffered" || { echo "this has changed" >&2; exit 1; }
