"""A daemon with nothing in it: answers every line with its process id, and `busy` by keeping its end waiting.

python tiny_daemon.py DIRECTORY [--detached --ready-fd N] [--check-interval SECONDS] [--broken]
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.host import Host
from gto_daemon.daemon.lifecycle.listener import Listener
from gto_daemon.daemon.lifecycle.process import Application, DaemonPaths, ProtocolFactory, serve
from gto_daemon.daemon.lifecycle.readiness import Readiness
from gto_daemon.daemon.lifecycle.refusal import CannotServe
from gto_daemon.daemon.lifecycle.settings import DaemonSettings


class Sessions:
    """Who is connected."""

    def __init__(self) -> None:
        self.open: set[asyncio.Transport] = set()
        self.idle_since: float | None = None

    @property
    def session_count(self) -> int:
        return len(self.open)

    async def close(self) -> None:
        for transport in self.open:
            transport.write(b"bye\n")
            transport.close()


class Echo(asyncio.Protocol):
    def __init__(self, host: Host, sessions: Sessions) -> None:
        self.host = host
        self.sessions = sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.sessions.open.add(self.transport)
        self.sessions.idle_since = None

    def data_received(self, data: bytes) -> None:
        if data == b"end\n":
            self.host.end("asked to")
        elif data == b"retire\n":
            self.host.retire("asked to")
        elif data == b"stall\n":
            time.sleep(0.6)
        self.transport.write(b"%d\n" % os.getpid())

    def connection_lost(self, exc: Exception | None) -> None:
        self.sessions.open.discard(self.transport)
        if not self.sessions.open:
            self.sessions.idle_since = time.monotonic()


@asynccontextmanager
async def application(host: Host, listener: Listener) -> AsyncIterator[tuple[ProtocolFactory, Sessions]]:
    sessions = Sessions()
    yield partial(Echo, host, sessions), sessions


def load(*, broken: bool) -> Application:
    if broken:
        raise CannotServe("the tiny daemon is broken; mend it")
    return application


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--detached", action="store_true")
    parser.add_argument("--ready-fd", type=int)
    parser.add_argument("--check-interval", type=float, default=60.0)
    parser.add_argument("--broken", action="store_true")
    given = parser.parse_args()
    readiness = Readiness(given.ready_fd)
    if given.detached:
        platform.detach()
    place = DaemonPaths(
        lock=given.directory / "gtod.lock",
        log=given.directory / "gtod.log",
        advertisement=given.directory / "gtod.json",
        socket=given.directory / "gtod.sock",
    )
    try:
        serve(
            place,
            partial(load, broken=given.broken),
            settings=replace(DaemonSettings.read(os.environ), check_interval=given.check_interval),
            protocol=1,
            readiness=readiness,
            detached=given.detached,
        )
    except CannotServe as error:
        readiness.refused(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
