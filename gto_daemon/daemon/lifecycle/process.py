"""Start and stop the daemon: resources are acquired in this order, and released in reverse.

    lock, log, code of the application, socket, application, serving, … sessions end, application ends, lock

The lock comes before anything slow, so that of twenty processes started at once only one does the work. The socket
comes last: otherwise, with a broken installation, one client would get the reason, and all others a closed connection.
"""

import asyncio
import faulthandler
import logging
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.host import Host
from gto_daemon.daemon.lifecycle.idle import Served
from gto_daemon.daemon.lifecycle.listener import Listener, is_advertised, is_served, remove_stale
from gto_daemon.daemon.lifecycle.lock import Lock, claim
from gto_daemon.daemon.lifecycle.log import open_log, redirect_stderr
from gto_daemon.daemon.lifecycle.readiness import Readiness
from gto_daemon.daemon.lifecycle.refusal import CannotServe
from gto_daemon.daemon.lifecycle.settings import DaemonSettings
from gto_daemon.platform.systemd import ServiceManager

logger = logging.getLogger(__name__)

#: Seconds to wait for a process that holds the lock to serve, or to be gone.
CLAIM_TIMEOUT = 40.0
#: Seconds for the application to end, should one of its threads hang in a file system that does not answer.
LAST_RESORT = 30.0

#: Each client costs one, and the limit that a shell hands on (1024, mostly) is for programs that use select(2). No more
#: than this, though: programs that are run for clients may look at each number up to the limit.
MAX_DESCRIPTORS = 65_536

ProtocolFactory = Callable[[], asyncio.BaseProtocol]
#: What is served, once its code is imported. Entered when the socket is there, left when the sessions have ended.
Application = Callable[[Host, Listener], AbstractAsyncContextManager[tuple[ProtocolFactory, Served]]]


@dataclass(frozen=True, slots=True)
class DaemonPaths:
    """The files of a daemon, all in one private directory.

    `socket` is None where its path would be too long; `advertisement` is the file that leads to a TCP port.
    """

    lock: Path
    log: Path
    advertisement: Path
    socket: Path | None

    def is_served(self) -> bool:
        """Return whether a daemon serves here.

        Raises:
            CannotServe: the file at the path of the socket is not a socket.

        """
        return (self.socket is not None and is_served(self.socket)) or is_advertised(self.advertisement)


def serve(
    place: DaemonPaths,
    load: Callable[[], Application],
    *,
    settings: DaemonSettings,
    protocol: int,
    readiness: Readiness,
    detached: bool,
    make_way: Callable[[], bool] = lambda: False,
    manager: ServiceManager | None = None,
) -> bool:
    """Run as the daemon until it stops; return False at once if another process is the daemon.

    Args:
        place: where.
        load: imports and answers what is served.
        settings: the settings from the environment.
        protocol: version of the protocol, for TCP clients.
        readiness: the process that waits for the start.
        detached: whether stderr goes to the log, or the log to stderr as well.
        make_way: when another process serves, called to have it leave its place to this one; whether it did.
        manager: what started this process as a service, None if nothing did.

    Raises:
        CannotServe: with the reason.

    """
    manager = manager or ServiceManager.nobody()
    # A socket that was handed over is listened at already, and says nothing of another process.
    is_served = place.is_served if manager.socket is None else (lambda: False)
    lock = claim(place.lock, is_served, CLAIM_TIMEOUT)
    if lock is None and make_way():
        lock = claim(place.lock, place.is_served, CLAIM_TIMEOUT)
    if lock is None:
        readiness.running()
        return False
    try:
        open_log(place.log, level=settings.log_level, to_stderr=not detached, as_json=settings.log_json)
        if detached:
            redirect_stderr(place.log)
        platform.take_descriptors(MAX_DESCRIPTORS)
        application = load()
        listener = _listen(place, settings, protocol, manager)
        try:
            asyncio.run(_run(lock, listener, application, settings, readiness, manager))
        finally:
            listener.close()
    finally:
        lock.release()
        faulthandler.cancel_dump_traceback_later()
    return True


def _listen(place: DaemonPaths, settings: DaemonSettings, protocol: int, manager: ServiceManager) -> Listener:
    remove_stale(place.advertisement)
    if manager.socket is not None:
        if place.socket is None:
            raise CannotServe("the path of the socket is too long; set GTOD_RUNTIME_DIR to a shorter directory")
        return Listener.handed_over(place.socket, manager.socket)
    if place.socket is not None:
        remove_stale(place.socket)
    if settings.tcp or place.socket is None:
        return Listener.tcp(place.advertisement, protocol)
    return Listener.unix(place.socket)


async def _run(
    lock: Lock,
    listener: Listener,
    application: Application,
    settings: DaemonSettings,
    readiness: Readiness,
    manager: ServiceManager,
) -> None:
    host = Host(listener, lock)
    async with application(host, listener) as (protocol_factory, served):

        def announce() -> None:
            logger.info("process %d serves at %s", os.getpid(), listener.address)
            readiness.ready()
            manager.ready(f"serves at {listener.address}")

        await host.run(protocol_factory, served, settings=settings, when_ready=announce, when_ending=manager.stopping)
        faulthandler.dump_traceback_later(LAST_RESORT, exit=True)
