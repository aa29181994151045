"""The branch for Linux and macOS on the real kernel; of macOS, what it would be told, as its headers have it."""

import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from gto_daemon.platform import posix


def test_a_lock_is_one_descriptors_and_seen_by_others(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    one, other = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    assert not posix.is_locked(one)
    assert posix.try_lock(one)
    assert posix.is_locked(other)
    assert not posix.try_lock(other)
    posix.release_lock(path, one)
    assert not path.exists()
    assert not posix.is_locked(other)
    os.close(other)


def test_to_look_at_a_lock_disturbs_nobody(tmp_path: Path) -> None:
    one, other = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    assert not posix.is_locked(one)
    assert not posix.is_locked(other)
    assert posix.try_lock(one)
    os.close(one)
    os.close(other)


def test_what_is_published_is_locked_and_whole(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("whole")
    held = posix.publish(tmp_path / "new", tmp_path / "place")
    look = os.open(tmp_path / "place", os.O_RDONLY)
    assert os.read(look, 10) == b"whole"
    assert posix.is_locked(look)
    os.close(held)
    assert not posix.is_locked(look)
    os.close(look)
    assert not (tmp_path / "new").exists()


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    one, other = socket.socketpair()
    assert posix.peer(one) == (os.getpid(), os.getuid())
    one.close()
    other.close()


class MacSocket:
    """What `getsockopt` answers on macOS: `struct xucred` and the process id, as the headers lay them out."""

    def __init__(self, version: int) -> None:
        self.credentials = struct.pack("=IIh2x16I", version, 501, 2, 20, 12, *[0] * 14)

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        assert level == 0
        answer = {1: self.credentials, 2: struct.pack("i", 4711)}[option]
        assert size == len(answer)
        return answer


def test_macos_tells_it_in_two_answers() -> None:
    assert posix.macos_peer(MacSocket(0)) == (4711, 501)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="in version 7 of its structure"):
        posix.macos_peer(MacSocket(7))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [posix.HeldProcess, posix.NumberedProcess])
@pytest.mark.parametrize(("at_once", "code"), [(False, -signal.SIGTERM), (True, -signal.SIGKILL)])
def test_a_process_is_waited_for_and_ended(kind: type[posix.NumberedProcess], code: int, *, at_once: bool) -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        process = kind(child.pid)
        assert not process.wait(0.05)
        process.end(at_once=at_once)
        assert child.wait(60) == code
        assert process.wait(60)
        process.end(at_once=at_once)  # gone already
        process.close()


def test_a_process_that_is_gone_cannot_be_held() -> None:
    with subprocess.Popen(["true"]) as child:
        child.wait()
    assert posix.hold(child.pid) is None
    held = posix.hold(os.getpid())
    assert isinstance(held, posix.HeldProcess)
    held.close()


def test_without_descriptors_of_processes_their_numbers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(pid: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", missing)
    assert isinstance(posix.hold(os.getpid()), posix.NumberedProcess)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert isinstance(posix.hold(os.getpid()), posix.NumberedProcess)
    with subprocess.Popen(["true"]) as child:
        child.wait()
    assert posix.hold(child.pid) is None


def test_a_connection_of_ours_that_ends_is_told_from_one_that_only_says_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        served, _ = server.accept()
        posix.reset_at_end(client)
        is_hung_up = posix.hang_up_check(served)
        client.shutdown(socket.SHUT_WR)
        assert served.recv(1) == b""
        assert not is_hung_up()
        client.close()
        assert is_hung_up()
        served.close()
        assert not is_hung_up()
        assert not posix.hang_up_check(None)()
