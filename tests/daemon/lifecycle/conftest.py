"""Starting tiny daemons, and seeing to it that none outlives its test."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.transports import FOUND_BY

_PROGRAM = Path(__file__).with_name("tiny_daemon.py")
_ROOT = Path(__file__).parents[3]


class TinyDaemon:
    """A started process and the pipe on which it says how it went."""

    def __init__(
        self, directory: Path, transport: str, *options: str, detached: bool = False, **environment: str
    ) -> None:
        self.directory = directory
        self.transport = transport
        self.found_by = directory / FOUND_BY[transport]
        self.lock = directory / "gtod.lock"
        self.log = directory / "gtod.log"
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(_PROGRAM),
                str(directory),
                *(("--detached",) if detached else ()),
                "--ready-fd",
                str(writing),
                *options,
            ],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "GTOD_TRANSPORT": transport, **environment},
        )
        os.close(writing)
        self._pipe = os.fdopen(reading)

    def said(self) -> str:
        """What it told its starter; waits for it."""
        return self._pipe.readline().rstrip("\n")

    def leave(self) -> None:
        """The starter goes, and hears no more of it."""
        self._pipe.close()

    def ended(self) -> int:
        """Wait for its end: the exit code."""
        return self.process.wait(timeout=60)

    def connect(self) -> socket.socket:
        if self.transport == "tcp":
            return socket.create_connection(("127.0.0.1", json.loads(self.found_by.read_text())["port"]), timeout=60)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(str(self.found_by))
        return connection

    def ask(self, line: bytes = b"who\n") -> int:
        """The process that answers at the socket."""
        with self.connect() as connection:
            connection.sendall(line)
            return int(connection.recv(100).split(b"\n")[0])

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.communicate()
        self._pipe.close()


@pytest.fixture
def directory() -> Iterator[Path]:
    """A private directory with a short path."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as path:
        yield Path(path)


@pytest.fixture
def tiny(directory: Path, transport: str) -> Iterator[Callable[..., TinyDaemon]]:
    """Start a tiny daemon: `tiny("--broken", GTOD_IDLE_TIMEOUT="0.1")`."""
    started: list[TinyDaemon] = []

    def start(*options: str, **settings: object) -> TinyDaemon:
        daemon = TinyDaemon(directory, transport, *options, **settings)  # type: ignore[arg-type]
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.close()


@pytest.fixture
def serving(tiny: Callable[..., TinyDaemon]) -> TinyDaemon:
    """A tiny daemon that is ready."""
    daemon = tiny()
    assert daemon.said() == "ready"
    return daemon
