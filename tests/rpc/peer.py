"""A client in memory: the real connection and session, with bytes carried by hand instead of by a socket."""

import asyncio
import itertools
import json
from typing import Any

from gto_daemon.docgen.openrpc import result_of
from gto_daemon.docgen.shapes import adapter
from gto_daemon.rpc.jsonrpc.framing import FrameParser, Style, frame
from gto_daemon.rpc.methods import find
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import Connection

Json = Any


class MemoryTransport(asyncio.Transport):
    """A transport whose other end reads when told to: `reads=False` lets everything written wait."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.protocol = protocol
        self.reads = True
        self.waiting = bytearray()
        self.writes: list[bytes] = []
        self.written = asyncio.Event()
        self.reading = True
        self.closing = False
        self.aborted = False
        self.high = 64 * 1024
        self._paused = False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.high = high if high is not None else self.high

    def get_write_buffer_size(self) -> int:
        return len(self.waiting)

    def write(self, data: Any) -> None:
        assert not self.closing, "written after close"
        self.written.set()
        if self.reads:
            self.writes.append(bytes(data))
            return
        self.waiting += data
        if len(self.waiting) > self.high and not self._paused:
            self._paused = True
            self.protocol.pause_writing()

    def drain(self) -> None:
        """The client reads what waits, and goes on reading."""
        self.reads = True
        if self.waiting:
            self.written.set()
            self.writes.append(bytes(self.waiting))
            self.waiting.clear()
        if self._paused:
            self._paused = False
            self.protocol.resume_writing()

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.aborted = True
        self.waiting.clear()
        self.close()


async def scheduled() -> None:
    """Return once everything has run that was to run in the next turn of the loop."""
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    await turned.wait()


class CallFailedError(Exception):
    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: dict[str, Any] = error.get("data", {})

    @property
    def kind(self) -> str | None:
        return self.data.get("kind")


class Peer:
    """One client of `service`."""

    def __init__(self, service: Service, style: Style = "lines", **options: Any) -> None:
        self.style = style
        self.connection = Connection(service, **options)
        self.transport = MemoryTransport(self.connection)
        self.connection.connection_made(self.transport)
        self.notifications: list[Json] = []
        self._parser = FrameParser(1 << 40)
        self._ids = itertools.count(1)
        self._unread: list[Json] = []

    def send_bytes(self, data: bytes) -> None:
        self.connection.receive(data)

    def send(self, *messages: Json) -> None:
        """All of them in one read of the socket."""
        self.send_bytes(b"".join(b"".join(frame(self.style, json.dumps(message).encode())) for message in messages))

    def end(self) -> None:
        self.connection.eof_received()

    def received(self) -> list[Json]:
        """Every message that came since the last call. Answers are checked to be one frame each."""
        writes, self.transport.writes = self.transport.writes, []
        messages = [json.loads(each) for write in writes for each in self._parser.feed(write)]
        for message in messages:
            for each in message if isinstance(message, list) else [message]:
                assert each["jsonrpc"] == "2.0"
                if "method" not in each:
                    assert ("result" in each) != ("error" in each)
        found, self._unread = self._unread + messages, []
        return found

    async def settled(self) -> None:
        """Return once nothing is outstanding."""
        connection, written = self.connection, self.transport.written
        async with asyncio.timeout(30):
            while connection.has_unanswered:
                written.clear()
                await written.wait()
            await scheduled()

    async def messages(self) -> list[Json]:
        """Everything that came, once nothing is outstanding."""
        await self.settled()
        return self.received()

    async def message(self) -> Json:
        """The next message."""
        async with asyncio.timeout(30):
            while not self._unread:
                self.transport.written.clear()
                self._unread = self.received()
                if not self._unread:
                    await self.transport.written.wait()
        return self._unread.pop(0)

    async def call(self, method: str, params: Json = None) -> Json:
        """The result of a request; notifications that come before it are kept."""
        request_id = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}})
        while (answer := await self.message()).get("id") != request_id:
            self.notifications.append(answer)
        if "error" in answer:
            raise CallFailedError(answer["error"])
        found = find(method)
        if found is not None:
            # Every answer of every test has to be what the protocol says it is.
            adapter(result_of(found)).validate_python(answer["result"])
        return answer["result"]

    async def notification(self) -> Json:
        """The params of the next notification."""
        message = self.notifications.pop(0) if self.notifications else await self.message()
        assert "id" not in message, message
        return message["params"]

    async def closed(self) -> None:
        async with asyncio.timeout(30):
            await self.connection.closed
