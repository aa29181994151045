"""Every way to end is graceful, and leaves nothing but the log."""

import os
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon.lifecycle.conftest import TinyDaemon
from tests.transports import BOTH

TRANSPORTS = BOTH
Start = Callable[..., TinyDaemon]


def left_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_its_sessions_are_told(serving: TinyDaemon, number: signal.Signals) -> None:
    with serving.connect() as connection:
        connection.sendall(b"who\n")
        connection.recv(100)
        os.kill(serving.process.pid, number)
        assert connection.recv(100) == b"bye\n"
        assert connection.recv(100) == b""
    assert serving.ended() == 0
    assert left_in(serving.directory) == ["gtod.log"]
    assert number.name in serving.log.read_text()


def test_a_request_ends_it(serving: TinyDaemon) -> None:
    serving.ask(b"end\n")
    assert serving.ended() == 0
    assert left_in(serving.directory) == ["gtod.log"]


def test_it_ends_when_nobody_comes(tiny: Start) -> None:
    daemon = tiny(GTOD_IDLE_TIMEOUT="0.1")
    assert daemon.said() == "ready"
    assert daemon.ended() == 0
    assert left_in(daemon.directory) == ["gtod.log"]
    assert "no client for 0.1 s" in daemon.log.read_text()


def test_it_ends_after_the_last_client_and_not_before(tiny: Start) -> None:
    daemon = tiny(GTOD_IDLE_TIMEOUT="0.3")
    with daemon.connect() if daemon.said() == "ready" else pytest.fail("not ready") as connection:
        other = tiny(GTOD_IDLE_TIMEOUT="0.3")
        assert other.said() == "running"
        assert other.ended() == 0
        connection.sendall(b"who\n")
        assert int(connection.recv(100)) == daemon.process.pid
    assert daemon.ended() == 0


def test_it_ends_when_nobody_can_find_it(tiny: Start) -> None:
    daemon = tiny("--check-interval", "0.1")
    assert daemon.said() == "ready"
    daemon.found_by.unlink()
    assert daemon.ended() == 0
    assert left_in(daemon.directory) == ["gtod.log"]


def test_it_ends_when_its_lock_is_removed(tiny: Start) -> None:
    daemon = tiny("--check-interval", "0.1")
    assert daemon.said() == "ready"
    daemon.lock.unlink()
    assert daemon.ended() == 0
    assert left_in(daemon.directory) == ["gtod.log"]


def test_it_ends_when_its_directory_is_removed(tiny: Start) -> None:
    daemon = tiny("--check-interval", "0.1")
    assert daemon.said() == "ready"
    shutil.rmtree(daemon.directory)
    assert daemon.ended() == 0
    daemon.directory.mkdir(mode=0o700)  # the fixture removes it


def test_the_next_takes_over_from_one_whose_socket_is_gone(tiny: Start) -> None:
    daemon = tiny("--check-interval", "0.1")
    assert daemon.said() == "ready"
    daemon.found_by.unlink()
    successor = tiny()
    assert successor.said() == "ready"
    assert daemon.ended() == 0
    assert successor.ask() == successor.process.pid


def test_it_leaves_what_took_the_place_of_its_own(tiny: Start) -> None:
    daemon = tiny("--check-interval", "0.1")
    assert daemon.said() == "ready"
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(daemon.directory / "new"))
        (daemon.directory / "new").replace(daemon.found_by)
        inode = daemon.found_by.stat().st_ino
        assert daemon.ended() == 0
        assert daemon.found_by.stat().st_ino == inode
    assert left_in(daemon.directory) == sorted(["gtod.log", daemon.found_by.name])


def test_it_leaves_the_lock_that_took_the_place_of_its_own(serving: TinyDaemon) -> None:
    serving.lock.unlink()
    serving.lock.write_text("somebody else's")
    serving.process.terminate()
    assert serving.ended() == 0
    assert serving.lock.read_text() == "somebody else's"
