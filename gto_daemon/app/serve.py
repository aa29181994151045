"""`gtod serve`: the daemon of this user."""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import gto_daemon
from gto_daemon import __version__, platform
from gto_daemon.client import address
from gto_daemon.client.errors import DaemonUnavailable
from gto_daemon.daemon.lifecycle.host import Host
from gto_daemon.daemon.lifecycle.idle import Served
from gto_daemon.daemon.lifecycle.installation import Installation
from gto_daemon.daemon.lifecycle.listener import Listener
from gto_daemon.daemon.lifecycle.process import Application, DaemonPaths, ProtocolFactory, serve
from gto_daemon.daemon.lifecycle.readiness import Readiness
from gto_daemon.daemon.lifecycle.refusal import CannotServe
from gto_daemon.daemon.lifecycle.settings import DaemonSettings
from gto_daemon.heartbeat import until_next_beat
from gto_daemon.platform.systemd import ServiceManager, WrongSocketError
from gto_daemon.rpc import PROTOCOL

if TYPE_CHECKING:
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.rpc.service import Service

logger = logging.getLogger(__name__)

#: Seconds after which a repository that nobody asks about is dropped from memory, and between two looks for such, and
#: for deleted ones.
REPOSITORY_IDLE = 600.0
_SWEEP_INTERVAL = 10.0
#: Seconds between two looks at whether the program is still installed.
_INSTALLATION_INTERVAL = 5.0
#: Seconds after the start when the other methods than the first one's, and when the language server is loaded, so that
#: they are in nobody's way.
_METHODS_DELAY = 0.5
_LANGUAGE_SERVER_DELAY = 5.0
#: Seconds for the daemon that serves to say of which release it is.
_MAKE_WAY_TIMEOUT = 5.0
#: Seconds between two looks for registries that are not stored as they are now.
_STORE_INTERVAL = 10.0
#: Seconds between two returns of freed memory to the system. What is left between the blocks of some busy minutes is
#: too small to go back by itself, and would add up: 11 of 100 MiB after 100,000 requests.
_TRIM_INTERVAL = 60.0
#: Bytes of a block that goes back to the system once it is freed: long answers are not kept in memory.
_MIN_RETURNED = 256 * 1024


def main(*, detached: bool = False, ready_fd: int | None = None) -> int:
    """Run the daemon until it ends. Return the exit code: 0, or 1 if it could not serve.

    Args:
        detached: leave the process that started this one, and write to the log instead of to stderr.
        ready_fd: a file descriptor that is told `ready`, `running` (another daemon serves), or the reason why not.

    """
    # Of what is imported nothing goes, and looking for it takes 30 ms, which who starts a daemon waits for.
    gc.disable()
    readiness = Readiness(ready_fd)
    try:
        if detached:
            platform.detach()
        manager = ServiceManager(os.environ)
        settings = DaemonSettings.read(os.environ)
        place = _place(settings)
        load = partial(_load, place.log)
        served = serve(
            place,
            load,
            settings=settings,
            protocol=PROTOCOL,
            readiness=readiness,
            detached=detached,
            make_way=partial(_make_way, load),
            manager=manager,
        )
    except (CannotServe, DaemonUnavailable, WrongSocketError) as error:
        return _refuse(str(error), readiness, detached=detached)
    except Exception as error:
        readiness.refused(f"{type(error).__name__}: {error}; see {address.in_directory(address.LOG)}")
        logger.exception("the daemon breaks down")
        raise
    if not served and not detached:
        return _refuse("a daemon runs already; see: `gtod status`", readiness, detached=detached)
    return 0


def _place(settings: DaemonSettings) -> DaemonPaths:
    directory = Path(address.checked_directory())
    try:
        path = Path(address.socket_file())
    except DaemonUnavailable:
        if not settings.tcp:
            raise
        path = None
    return DaemonPaths(
        lock=directory / address.LOCK,
        log=directory / address.LOG,
        advertisement=directory / address.TCP,
        socket=path,
    )


def _refuse(reason: str, readiness: Readiness, *, detached: bool) -> int:
    readiness.refused(reason)
    if not detached:
        print(f"gtod: {reason}", file=sys.stderr)  # noqa: T201
    return 1


def _make_way(load: Callable[[], Application]) -> bool:
    """Ask the daemon that serves to retire if it is older than this one. Everything is loaded by then."""
    from gto_daemon.client import Client

    try:
        with Client.connect(start=False, timeout=_MAKE_WAY_TIMEOUT) as other:
            return other.have_it_retire(load)
    except DaemonUnavailable:
        return False  # gone, or not to be talked with: whether there is a place is found by asking for it


def _load(log: Path) -> Application:
    installation = Installation(Path(gto_daemon.__file__))
    # Late, because the processes that find another daemon serving need none of it.
    from gto_daemon.app.delivering import Delivering
    from gto_daemon.daemon.acts.abandoned import clear_abandoned
    from gto_daemon.daemon.following.supervised import supervise
    from gto_daemon.daemon.gc_tuning import collect_seldom
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.private_dirs import user_ledgers
    from gto_daemon.daemon.stored.store import user_stores
    from gto_daemon.rpc.context import ProcessInfo
    from gto_daemon.rpc.lsp.preload import preload_language_server, preload_methods
    from gto_daemon.rpc.service import Service
    from gto_daemon.rpc.transport.connection import connection_factory

    @contextlib.asynccontextmanager
    async def application(host: Host, listener: Listener) -> AsyncIterator[tuple[ProtocolFactory, Served]]:
        collect_seldom()
        platform.return_freed_memory(_MIN_RETURNED)
        clear_abandoned(log.parent)
        hub = Hub(stores=user_stores(), ledgers=user_ledgers())
        service = Service(
            hub,
            ProcessInfo(socket=listener.address, log=str(log), runtime=log.parent),
            on_shutdown=host.end,
            on_retire=lambda reason: delivering.retiring(host.retire, reason),
        )
        delivering = Delivering(service.fleets, service)
        service.find_sinks = delivering.sinks
        housekeeping = [
            supervise(partial(_sweep, service), "letting go of idle repositories"),
            supervise(partial(_store, hub), "storing registries"),
            supervise(hub.observe, "writing ledgers"),
            supervise(delivering.run, "looking for fleet.yaml"),
            supervise(_trim, "returning freed memory"),
            supervise(partial(service.fleets.begin, os.environ), "beginning to follow remotes"),
            supervise(partial(_retire_once_uninstalled, service, installation), "looking at the installation"),
        ]
        loop = asyncio.get_running_loop()
        preloading = [
            loop.call_later(_METHODS_DELAY, preload_methods),
            loop.call_later(_LANGUAGE_SERVER_DELAY, preload_language_server),
        ]
        gc.enable()
        logger.info("gtod %s, protocol %d, Python %s", __version__, PROTOCOL, sys.version.split()[0])
        try:
            yield connection_factory(service, token=listener.token), delivering
        finally:
            for each in preloading:
                each.cancel()
            for task in housekeeping:
                task.cancel()
            await delivering.stop()
            await service.wait_for_acts()
            await service.fleets.close()
            await hub.close()

    return application


async def _sweep(service: "Service") -> None:
    while True:
        await until_next_beat(_SWEEP_INTERVAL)
        service.fleets.sweep()
        service.hub.sweep(REPOSITORY_IDLE)


async def _store(hub: "Hub") -> None:
    while True:
        await until_next_beat(_STORE_INTERVAL)
        await hub.store()


async def _trim() -> None:
    while True:
        await until_next_beat(_TRIM_INTERVAL)
        await asyncio.to_thread(platform.trim_memory)


async def _retire_once_uninstalled(service: "Service", installation: Installation) -> None:
    while True:
        change = await asyncio.to_thread(installation.change)
        if change is not None:
            service.retire(change)
            return
        await until_next_beat(_INSTALLATION_INTERVAL)
