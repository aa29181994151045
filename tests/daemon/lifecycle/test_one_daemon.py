"""There is one daemon, whatever happened before and however many are started."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.daemon.lifecycle.conftest import TinyDaemon

Start = Callable[..., TinyDaemon]


def test_twenty_started_at_once_end_in_one_that_serves(tiny: Start) -> None:
    daemons = [tiny() for _ in range(20)]
    said = [daemon.said() for daemon in daemons]
    assert sorted(said) == ["ready", *["running"] * 19]
    chosen = daemons[said.index("ready")]
    assert chosen.ask() == chosen.process.pid
    assert [daemon.ended() for daemon in daemons if daemon is not chosen] == [0] * 19
    assert chosen.ask() == chosen.process.pid


def test_the_socket_of_a_killed_one_is_replaced(serving: TinyDaemon, tiny: Start) -> None:
    serving.process.kill()
    serving.ended()
    assert serving.socket.is_socket()
    assert serving.lock.exists()
    successor = tiny()
    assert successor.said() == "ready"
    assert successor.ask() == successor.process.pid


def test_a_removed_lock_does_not_make_two(serving: TinyDaemon, tiny: Start) -> None:
    serving.lock.unlink()
    second = tiny()
    assert second.said() == "running"
    assert second.ended() == 0
    assert serving.ask() == serving.process.pid


def test_a_stopped_one_is_not_replaced(serving: TinyDaemon, tiny: Start) -> None:
    os.kill(serving.process.pid, signal.SIGSTOP)
    second = tiny()
    assert second.said() == "running"
    os.kill(serving.process.pid, signal.SIGCONT)
    assert serving.ask() == serving.process.pid


def test_one_that_ends_is_waited_for(serving: TinyDaemon, tiny: Start) -> None:
    serving.process.terminate()
    successor = tiny()
    assert successor.said() in ("ready", "running")
    assert serving.ended() == 0


def test_a_file_in_the_way_is_left_and_named(directory: Path, tiny: Start) -> None:
    (directory / "gtod.sock").write_text("precious")
    daemon = tiny()
    assert "gtod.sock" in daemon.said()
    assert daemon.ended() == 1
    assert not (directory / "gtod.lock").exists()
    assert (directory / "gtod.sock").read_text() == "precious"


def test_the_files_are_private(serving: TinyDaemon) -> None:
    for path in (serving.socket, serving.lock, serving.log):
        assert path.stat().st_mode & 0o777 == 0o600, path
