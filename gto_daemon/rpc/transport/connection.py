"""A connection: bytes in, bytes out, with back pressure in both directions.

All requests of one read of the socket are answered with one write, except for large responses: they are written as the
client reads them, and not copied for each client that gets the same. Two limits protect other clients: while a client
reads more slowly than it sends, nothing more is read from it, and its requests get no more than a time slice in a row.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from gto_daemon import platform
from gto_daemon.rpc.jsonrpc.backlog import MIN_COUNTED
from gto_daemon.rpc.jsonrpc.errors import PARSE_ERROR, RpcError
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME, Frame, FrameParser, FramingError, frame
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.jsonrpc.messages import error_response
from gto_daemon.rpc.session import Session
from gto_daemon.rpc.transport.authentication import MAX_FIRST_FRAME, PendingAuthentication

if TYPE_CHECKING:
    from gto_daemon.rpc.service import Service

logger = logging.getLogger(__name__)

#: Bytes that may wait for a client; with more, its requests have to wait. A message above it is written in parts.
HIGH_WATER: Final = 256 * 1024
#: Seconds between checks whether a client that has closed its write side (`nc`) still listens, or is gone.
HANG_UP_INTERVAL: Final = 0.25


class Connection(asyncio.BufferedProtocol):
    """One client's connection, over whatever carries bytes in order."""

    def __init__(
        self,
        service: "Service",
        *,
        token: str | None = None,
        pending: PendingAuthentication | None = None,
        limits: ClientLimits = ClientLimits(),
    ) -> None:
        self.session = Session(service, self, token=token, limits=limits)
        self._limits = limits
        self._pending = None if token is None else pending or PendingAuthentication()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._service = service
        self._parser = FrameParser(MAX_FRAME if token is None else MAX_FIRST_FRAME)
        self._transport: asyncio.Transport | None = None
        self._is_hung_up: Callable[[], bool] = lambda: False
        self._frames: deque[Frame] = deque()
        self._out: list[bytes] = []
        self._out_size = 0
        self._queue: deque[tuple[bytes, int]] = deque()
        self._written = 0
        self._in_turn = False
        self._flush_scheduled = False
        self._turn_scheduled = False
        self._reading = True
        self._slow = False
        self._at_end = False
        self._is_finishing = False
        self._fault: str | None = None

    # --- what asyncio tells ----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection was made."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        self._is_hung_up = platform.hang_up_check(transport.get_extra_info("socket"))
        self._service.joined(self)
        if self._pending is not None:
            self._pending.add(self, self._reject)

    def get_buffer(self, _sizehint: int) -> memoryview:
        """asyncio: where to put what arrives. It is taken out in the same turn, so all connections share one buffer."""
        return self._service.read_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """asyncio: bytes arrived."""
        self.receive(bytes(self._service.read_buffer[:nbytes]))

    def receive(self, data: bytes) -> None:
        """Handle bytes that arrived."""
        if self.session.context.ended is not None or self._fault is not None:
            return
        try:
            self._frames.extend(self._parser.feed(data))
        except FramingError as error:
            self._fault, frames = error.args
            self._frames.extend(frames)
            self._take_turn()
            return
        self._take_turn()
        if self._parser.held > MIN_COUNTED:
            self.note_held()

    def eof_received(self) -> bool:
        """asyncio: the client closed its write side. Its requests are still answered, so it must not be closed yet."""
        self._at_end = True
        try:
            rest = self._parser.end()
        except FramingError as error:
            self._fault = self._fault or error.args[0]
            rest = None
        if rest is not None:
            self._frames.append(rest)
        self._take_turn()
        self._end_if_hung_up()
        return True

    def pause_writing(self) -> None:
        """asyncio: more than `HIGH_WATER` bytes wait."""
        self._slow = True

    def resume_writing(self) -> None:
        """asyncio: the client caught up."""
        self._slow = False
        self._write_queue()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection was lost."""
        if exc is not None:
            logger.debug("a connection was lost: %s", exc)
        self._transport = None
        if self._pending is not None:
            self._pending.discard(self)
        self._frames.clear()
        self._out.clear()
        self._queue.clear()
        self.session.close()
        self._service.left(self)
        if not self.closed.done():
            self.closed.set_result(None)

    @property
    def has_unanswered(self) -> bool:
        """Whether any message is not answered yet."""
        return bool(self._frames or self.session.open_count)

    # --- what the session tells ------------------------------------------------------------------------------

    @property
    def is_slow(self) -> bool:
        """Whether the client reads more slowly than we write."""
        return self._slow or bool(self._queue)

    def send(self, *pieces: bytes) -> None:
        """Send a message, which may be in pieces: with the others of this turn, or soon."""
        pieces = frame(self._parser.style or "lines", *pieces)
        size = sum(map(len, pieces))
        if size > HIGH_WATER:
            self._flush()
            self._enqueue(pieces)
            return
        self._out.extend(pieces)
        self._out_size += size
        if self._out_size > HIGH_WATER:
            self._flush()
        if not self._in_turn and not self._flush_scheduled:
            self._flush_scheduled = True
            asyncio.get_running_loop().call_soon(self._flush_now)

    @property
    def held(self) -> int:
        """The bytes that wait for the client alone, or belong to a message that it has not completely sent."""
        unread = self._transport.get_write_buffer_size() if self._transport is not None else 0
        return unread + self._parser.held + self.session.context.subscriptions.waiting_size + self.session.collected

    @property
    def unsent(self) -> list[bytes]:
        """The pieces of messages that are not completely sent; other clients may share them."""
        return [piece for piece, _ in self._queue] + self.session.collected_shared

    @property
    def is_stalled(self) -> bool:
        """Whether the client has read nothing since the last write, or has sent half a message."""
        unread = self._transport.get_write_buffer_size() if self._transport is not None else 0
        return unread >= self._written if unread else self._parser.is_within_frame

    @property
    def open_count(self) -> int:
        """The number of pending requests."""
        return self.session.open_count

    def notify_did_retire(self) -> None:
        """Notify the client that the daemon has retired, if the client wants to know."""
        self.session.context.notify_did_retire()

    def note_held(self) -> None:
        """Record that more data waits for the client than before."""
        self._service.backlog.note(self)

    def resume(self) -> None:
        """Continue with the requests: what the session waited for has come."""
        self._schedule_turn()

    def cut(self, reason: str) -> None:
        """Close the connection at once, whatever is pending."""
        if self._transport is not None:
            logger.warning("a connection is cut off: %s", reason)
            self.session.context.ended = reason
            self._queue.clear()
            self._transport.abort()

    # --- the end ---------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Answer all requests of the client, including those still on their way, and close."""
        self._is_finishing = True
        self._take_turn()

    def give_up(self) -> None:
        """Stop reading, and finish every pending request without waiting."""
        self._at_end = True
        self.session.give_up()
        self._take_turn()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    # --- turns -----------------------------------------------------------------------------------------------

    def _take_turn(self) -> None:
        self._turn_scheduled = False
        frames, session = self._frames, self.session
        if frames and self._is_hung_up():
            # Nobody reads the responses.
            frames.clear()
            self.abort()
            return
        if frames:
            deadline = monotonic() + self._limits.time_slice
            read_generation = self._service.next_read_generation()
            style = self._parser.style or "lines"
            self._in_turn = True
            try:
                while frames and session.has_room and not self.is_slow and session.context.ended is None:
                    session.receive(frames.popleft(), style, read_generation)
                    if monotonic() > deadline:
                        self._schedule_turn()
                        break
            finally:
                self._in_turn = False
        if self._pending is not None and session.is_authorized:
            self._pending.discard(self)
            self._pending = None
            self._parser.max_frame = MAX_FRAME
        if self._fault is not None and not frames and session.context.ended is None:
            # What came before it is answered first: it is as good as if nothing had followed.
            self._refuse_stream(self._fault)
        if session.context.ended is not None:
            frames.clear()
            self._at_end = True
        self._flush()
        self._read_or_wait()

    def _schedule_turn(self) -> None:
        if not self._turn_scheduled:
            self._turn_scheduled = True
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _read_or_wait(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        is_done = not self.has_unanswered and not self._queue
        if is_done and (self._at_end or (self._is_finishing and not self._has_unread)):
            self.session.context.subscriptions.close()
            transport.close()
            return
        is_at_end = self._at_end or self._fault is not None
        wanted = not self._frames and not self.is_slow and not is_at_end and self.session.has_room
        if wanted != self._reading:
            self._reading = wanted
            if wanted:
                transport.resume_reading()
            else:
                transport.pause_reading()

    @property
    def _has_unread(self) -> bool:
        transport = self._transport
        return transport is not None and platform.has_unread(transport.get_extra_info("socket"))

    def _end_if_hung_up(self) -> None:
        """Cancel pending requests as soon as nobody waits for them: a program that runs for them ends too."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._is_hung_up():
            transport.abort()
        else:
            asyncio.get_running_loop().call_later(HANG_UP_INTERVAL, self._end_if_hung_up)

    def _reject(self) -> None:
        self.session.reject()
        self._take_turn()

    def _refuse_stream(self, reason: str) -> None:
        self.session.context.ended = reason
        error = RpcError(PARSE_ERROR, f"Parse error: {reason}")
        self.send(error_response(b"null", error.as_json()))

    def _flush_now(self) -> None:
        self._flush_scheduled = False
        self._flush()
        # An answer made room: what was left unread, or unanswered, may go on.
        if self._frames:
            self._schedule_turn()
        self._read_or_wait()

    def _flush(self) -> None:
        if not self._out:
            return
        out, self._out, self._out_size = self._out, [], 0
        if self._transport is None or self._transport.is_closing():
            return
        if self._queue:
            self._enqueue(out)
            return
        self._transport.write(b"".join(out))
        self._written = self._transport.get_write_buffer_size()
        if self._written > MIN_COUNTED:
            self.note_held()

    # --- large messages --------------------------------------------------------------------------------------

    def _enqueue(self, pieces: Iterable[bytes]) -> None:
        """Write `pieces` as the client reads them, after what waits already."""
        if self._transport is None or self._transport.is_closing():
            return
        if not self._queue:
            asyncio.get_running_loop().call_soon(self._write_queue)
        self._queue.extend((piece, 0) for piece in pieces)
        self.note_held()

    def _write_queue(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        while self._queue and not self._slow and not transport.is_closing():
            piece, start = self._queue.popleft()
            end = start + HIGH_WATER
            if end < len(piece):
                self._queue.appendleft((piece, end))
            transport.write(memoryview(piece)[start:end])
            self._written = transport.get_write_buffer_size()
        if not self.is_slow:
            self.session.context.subscriptions.catch_up()
            self._take_turn()


def connection_factory(
    service: "Service", *, token: str | None = None, pending: PendingAuthentication | None = None
) -> Callable[[], Connection]:
    """Return the protocol factory for `loop.create_server`. With `token`, a client has to show it first (TCP)."""

    pending = pending or PendingAuthentication()

    def factory(*_arguments: Any) -> Connection:
        return Connection(service, token=token, pending=pending)

    return factory
