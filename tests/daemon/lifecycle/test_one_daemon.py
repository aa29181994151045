"""There is one daemon, whatever happened before and however many are started."""

import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon.lifecycle.conftest import TinyDaemon
from tests.transports import BOTH

TRANSPORTS = BOTH
Start = Callable[..., TinyDaemon]


def test_twenty_started_at_once_end_in_one_that_serves(tiny: Start) -> None:
    daemons = [tiny() for _ in range(20)]
    said = [daemon.said() for daemon in daemons]
    assert sorted(said) == ["ready", *["running"] * 19]
    chosen = daemons[said.index("ready")]
    assert chosen.ask() == chosen.process.pid
    assert [daemon.ended() for daemon in daemons if daemon is not chosen] == [0] * 19
    assert chosen.ask() == chosen.process.pid


def test_what_a_killed_one_left_is_replaced(serving: TinyDaemon, tiny: Start) -> None:
    serving.process.kill()
    serving.ended()
    assert serving.found_by.exists()
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


@pytest.mark.parametrize("in_the_way", ["gtod.sock", "gtod.json"])
def test_what_is_in_the_way_is_left_and_named(directory: Path, tiny: Start, in_the_way: str) -> None:
    (directory / in_the_way).mkdir()
    (directory / in_the_way / "file").write_text("precious")
    daemon = tiny()
    assert f"{directory}/{in_the_way} is in the way" in daemon.said()
    assert daemon.ended() == 1
    assert not (directory / "gtod.lock").exists()
    assert (directory / in_the_way / "file").read_text() == "precious"


def test_a_file_in_the_place_of_the_socket_is_left_and_named(directory: Path, tiny: Start) -> None:
    (directory / "gtod.sock").write_text("precious")
    daemon = tiny()
    assert "gtod.sock" in daemon.said()
    assert daemon.ended() == 1
    assert (directory / "gtod.sock").read_text() == "precious"


def test_a_port_that_is_a_strangers_by_now_is_not_taken_for_ours(directory: Path, tiny: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        left = {"port": stranger.getsockname()[1], "token": "t", "pid": os.getpid(), "protocol": 1}
        (directory / "gtod.json").write_text(json.dumps(left))
        (directory / "gtod.json").chmod(0o600)
        daemon = tiny()
        assert daemon.said() == "ready"
        assert daemon.ask() == daemon.process.pid


def test_the_files_are_private(serving: TinyDaemon) -> None:
    for path in (serving.found_by, serving.lock, serving.log):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_one_that_retires_goes_on_for_its_clients_beside_the_next(serving: TinyDaemon, tiny: Start) -> None:
    with serving.connect() as first:
        first.sendall(b"retire\n")
        assert int(first.recv(100)) == serving.process.pid
        assert not serving.found_by.exists()
        assert not serving.lock.exists()
        successor = tiny()
        assert successor.said() == "ready"
        assert successor.ask() == successor.process.pid
        first.sendall(b"retire\n")  # once more: nothing of the successor's is touched
        assert int(first.recv(100)) == serving.process.pid
        assert serving.process.poll() is None
    assert serving.ended() == 0
    assert successor.ask() == successor.process.pid


def test_one_that_retires_serves_who_had_connected_and_was_not_accepted(serving: TinyDaemon, tiny: Start) -> None:
    os.kill(serving.process.pid, signal.SIGSTOP)
    with contextlib.ExitStack() as connections:
        others = [connections.enter_context(serving.connect()) for _ in range(20)]
        with serving.connect() as first:
            first.sendall(b"retire\n")
            for other in others:
                other.sendall(b"who\n")
        os.kill(serving.process.pid, signal.SIGCONT)
        assert {int(other.recv(100)) for other in others} == {serving.process.pid}
    assert serving.ended() == 0


def test_one_that_retires_ends_at_once_when_told_to(serving: TinyDaemon) -> None:
    with serving.connect() as first:
        first.sendall(b"retire\n")
        assert int(first.recv(100)) == serving.process.pid
        serving.process.terminate()
        assert serving.ended() == 0
