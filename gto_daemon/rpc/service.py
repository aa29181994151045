"""The service: what all sessions of a process share."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from gto_daemon import __version__
from gto_daemon.daemon.fleet.fleets import Fleets
from gto_daemon.git.kept import KeptGits
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.context import ProcessInfo
from gto_daemon.rpc.jsonrpc.backlog import MAX_HELD, Backlog, Holder
from gto_daemon.rpc.jsonrpc.messages import RequestReader
from gto_daemon.rpc.running.answer_cache import AnswerCache
from gto_daemon.rpc.running.event_loop import EventLoopRunner, ValueRunner

if TYPE_CHECKING:
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.sinks.sinks import Sinks
    from gto_daemon.protocol.sessions import StatusResult
    from gto_daemon.rpc.schema.params import Params

logger = logging.getLogger(__name__)

#: Seconds for cancelled acts to end their programs; a little more than these take at most.
ACTS_TIMEOUT = 10.0
#: Bytes that are read of a connection at once. A new block for each read would be mapped, faulted in and unmapped.
_READ = 64 * 1024


class ServedClient(Holder, Protocol):
    """A client of the process, as far as the service knows it."""

    @property
    def closed(self) -> "asyncio.Future[None]":
        """A future that is done when the connection is closed."""

    @property
    def is_slow(self) -> bool:
        """Whether the client reads more slowly than we write."""

    @property
    def open_count(self) -> int:
        """The number of its pending requests."""

    def notify_did_retire(self) -> None:
        """Notify the client that the daemon has retired, if the client wants to know."""

    def finish(self) -> None:
        """Stop reading, answer the requests that were read, and close."""

    def give_up(self) -> None:
        """Finish every pending request without waiting."""

    def abort(self) -> None:
        """Close at once."""


class Service:
    """Answers every session of this process.

    Args:
        hub: the repositories.
        info: the facts about the process in `gto/status`.
        answers: the cache of results.
        max_held: the limit for bytes that wait for, or are incomplete from, all clients together.
        requests_timeout: seconds for requests to be answered once the process is stopping. Later they are cancelled.
        on_shutdown: called, with the reason, after `gto/shutdown` was answered.
        on_retire: called, with the reason, before `gto/retire` is answered, and when another daemon has to take over.

    """

    def __init__(
        self,
        hub: "Hub",
        info: ProcessInfo | None = None,
        *,
        answers: AnswerCache | None = None,
        max_held: int = MAX_HELD,
        requests_timeout: float = 5.0,
        on_shutdown: Callable[[str], None] | None = None,
        on_retire: Callable[[str], None] | None = None,
    ) -> None:
        self.hub = hub
        self.fleets = Fleets(hub)
        #: Returns where events are sent, in a process that sends any.
        self.find_sinks: Callable[[], Sinks] | None = None
        self.info = info or ProcessInfo()
        self._on_shutdown = on_shutdown
        self._on_retire = on_retire
        self.is_retired = False
        #: Version of the gtod that asked this one for its place.
        self.retired_for: str | None = None
        #: Returns a number for one read of a socket, greater than all before.
        self.next_read_generation: Callable[[], int] = count(1).__next__
        self.read_buffer = memoryview(bytearray(_READ))
        self._connections: set[ServedClient] = set()
        self._acts: set[Future[Any]] = set()
        self._kept = KeptGits()
        self.backlog = Backlog(max_held)
        self._requests_timeout = requests_timeout
        cache = answers or AnswerCache()
        self.runner = EventLoopRunner(cache, self._acts, self._kept)
        self.value_runner = ValueRunner(cache, self._acts, self._kept)
        self.request_reader: RequestReader[Params] = RequestReader()
        self._idle_since: float | None = None

    @property
    def session_count(self) -> int:
        """The number of connected clients."""
        return len(self._connections)

    @property
    def idle_since(self) -> float | None:
        """The time since which no client is connected (`time.monotonic()`); None if one is, or none was yet."""
        return self._idle_since

    @property
    def sinks(self) -> "Sinks | None":
        """Where events are sent; None in a process that sends none."""
        return None if self.find_sinks is None else self.find_sinks()

    def joined(self, client: ServedClient) -> None:
        """Record that a client connected."""
        self._connections.add(client)
        self._idle_since = None

    def left(self, client: ServedClient) -> None:
        """Record that a client is gone."""
        self._connections.discard(client)
        self.backlog.discard(client)
        if not self._connections:
            self._idle_since = time.monotonic()

    def status(self) -> "StatusResult":
        """Return the state of the process, as in `gto/status`."""
        return {
            "pid": self.info.pid,
            "version": __version__,
            "protocol": PROTOCOL,
            "uptime_s": round(time.monotonic() - self.info.started, 3),
            "socket": self.info.socket,
            "log": self.info.log,
            "sessions": self.session_count,
            "repositories": self.hub.count,
        }

    def request_shutdown(self, reason: str) -> None:
        """Start to stop, once the present request is answered."""
        logger.info("shutdown requested: %s", reason)
        if self._on_shutdown is not None:
            asyncio.get_running_loop().call_soon(self._on_shutdown, reason)

    def retire(self, reason: str, *, version: str | None = None) -> None:
        """Let another gtod take over at once. A process without a socket has nothing to hand over.

        Args:
            reason: for the log.
            version: the version of the gtod that takes over, if one does.

        """
        if self._on_retire is None or self.is_retired:
            return
        self.is_retired, self.retired_for = True, version
        self._on_retire(reason)
        for connection in self._connections:
            connection.notify_did_retire()

    async def wait_for_acts(self) -> None:
        """Wait, for a limited time, until the cancelled acts have ended their programs; then end what is kept."""
        if self._acts:
            await asyncio.to_thread(wait, list(self._acts), ACTS_TIMEOUT)
        await asyncio.to_thread(self._kept.close)

    async def close(self) -> None:
        """Answer all pending requests and close every session.

        What takes too long is given up, as if its client had cancelled it, and acts tell their
        outcome. Who does not read is cut off.
        """
        connections = list(self._connections)
        try:
            for connection in connections:
                connection.finish()
            if connections:
                closed = [connection.closed for connection in connections]
                await asyncio.wait(closed, timeout=self._requests_timeout)
            late = [connection for connection in connections if not connection.closed.done()]
            for connection in late:
                connection.give_up()
            busy = [connection.closed for connection in late if connection.open_count or not connection.is_slow]
            if busy:
                await asyncio.wait(busy, timeout=ACTS_TIMEOUT)
            cut_off = sum(not connection.closed.done() for connection in connections)
            if cut_off:
                logger.warning("%d sessions are cut off: they did not finish in time", cut_off)
        finally:
            for connection in connections:
                connection.abort()
            await self.fleets.close()
