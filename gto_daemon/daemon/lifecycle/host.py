"""Serving: from the bound socket to the end of the process.

The daemon always stops in the same way, whatever the reason (idle, a signal, a request, a lost socket): it removes the
file, so that the next client starts another daemon, which waits for our lock; stops accepting; lets sessions finish.

To retire is to stop slowly: the file and the lock are released at once, so that another daemon can serve, and this one
stops when the last session has ended by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.gate import guarded
from gto_daemon.daemon.lifecycle.idle import Served, until_idle
from gto_daemon.daemon.lifecycle.listener import BACKLOG, Listener
from gto_daemon.daemon.lifecycle.lock import Lock
from gto_daemon.daemon.lifecycle.settings import DaemonSettings
from gto_daemon.daemon.lifecycle.stalls import StallWatch
from gto_daemon.heartbeat import until_next_beat

logger = logging.getLogger(__name__)

#: Seconds for the sessions to finish, should what is served not bound that itself.
CLOSE_TIMEOUT = 20.0
#: Seconds without a client after which a process that has retired ends. Time enough to accept everybody who connected,
#: or had found the way, before the file was gone.
RETIRED_TIMEOUT = 1.0


class Host:
    """The serving process. Create it in the running loop."""

    def __init__(self, listener: Listener, lock: Lock) -> None:
        self._listener = listener
        self._lock = lock
        self._asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._retired: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.stalls = StallWatch()

    def end(self, reason: str) -> None:
        """Start to stop; `reason` is logged. Later calls do nothing."""
        if not self._asked.done():
            self._asked.set_result(reason)

    def retire(self, reason: str) -> None:
        """Let another process take over now, and stop once no client is connected; `reason` is logged."""
        if self._listener.is_handed_over:
            # The same socket leads clients to the next process, which is started once this one has ended.
            self.end(reason)
        if self._asked.done() or self._retired.done():
            return
        self._listener.remove()
        self._lock.release()
        self._retired.set_result(reason)

    async def run(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        served: Served,
        *,
        settings: DaemonSettings,
        when_ready: Callable[[], None],
        when_ending: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        """Serve until the end.

        Args:
            protocol_factory: makes what serves one connection.
            served: knows whether a client is connected, and is told to finish.
            settings: when to end.
            when_ready: called once clients can connect.
            when_ending: called with the reason before sessions are asked to finish.

        """
        loop = asyncio.get_running_loop()
        no_more_signals = platform.on_end(loop, lambda name: self.end(f"got {name}"))
        factory = guarded(protocol_factory) if self._listener.token is None else protocol_factory
        # Not create_unix_server: since Python 3.13 that removes the path at the end, which is the listener's business.
        server = await loop.create_server(factory, sock=self._listener.socket, backlog=BACKLOG)
        self.stalls.start()
        when_ready()
        try:
            reason = await self._first(
                self._retired, self._idle(served, settings.idle_timeout), self._displaced(settings.check_interval)
            )
            if self._retired.done():
                logger.info("retires: %s", reason)
                reason = await self._first(self._idle(served, RETIRED_TIMEOUT))
            logger.info("ends: %s", reason)
            when_ending(reason)
        finally:
            no_more_signals()  # from here on, a second one ends the process at once
            self._listener.remove()
            server.close()
            await self._finish(served)
            self.stalls.stop()

    async def _first(self, *reasons: Awaitable[str]) -> str:
        """Wait for the first of these reasons, or for the reason of a requested stop, and return it."""
        waiting = {asyncio.ensure_future(each) for each in (self._asked, *reasons)}
        done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in pending - {self._asked, self._retired}:
            each.cancel()
        return done.pop().result()

    async def _idle(self, served: Served, patience: float) -> str:
        await until_idle(served, patience)
        return f"no client for {patience:g} s"

    async def _displaced(self, interval: float) -> str:
        while True:
            await until_next_beat(interval)
            if not self._listener.is_ours():
                return f"{self._listener.path} was removed or replaced, no client finds this process any more"
            if not self._lock.is_ours():
                return "the lock was removed or replaced, another process may serve"

    async def _finish(self, served: Served) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await served.close()
        except TimeoutError:
            logger.warning("sessions were cut off: they did not finish within %g s", CLOSE_TIMEOUT)
