"""Whoever starts a daemon hears that it is ready, or why it is not."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon.lifecycle.conftest import TinyDaemon
from tests.transports import BOTH
from tests.waiting import eventually

TRANSPORTS = BOTH
Start = Callable[..., TinyDaemon]


def test_a_log_that_cannot_be_written_is_the_reason(directory: Path, tiny: Start) -> None:
    (directory / "gtod.log").mkdir()
    daemon = tiny()
    assert daemon.said() == f"cannot write the log {directory}/gtod.log: Is a directory"
    assert daemon.ended() == 1
    assert [path.name for path in directory.iterdir()] == ["gtod.log"]


def test_an_application_that_does_not_start_is_the_reason(tiny: Start) -> None:
    daemon = tiny("--broken")
    assert daemon.said() == "the tiny daemon is broken; mend it"
    assert daemon.ended() == 1
    assert [path.name for path in daemon.directory.iterdir()] == ["gtod.log"]


def test_all_that_start_at_once_hear_the_reason(tiny: Start) -> None:
    daemons = [tiny("--broken") for _ in range(5)]
    assert {daemon.said() for daemon in daemons} == {"the tiny daemon is broken; mend it"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GTOD_IDLE_TIMEOUT", "soon"),
        ("GTOD_IDLE_TIMEOUT", "-1"),
        ("GTOD_LOG_LEVEL", "loud"),
        ("GTOD_LOG_FORMAT", "xml"),
        ("GTOD_TRANSPORT", "udp"),
    ],
)
def test_a_setting_that_cannot_be_read_is_the_reason(tiny: Start, name: str, value: str) -> None:
    daemon = tiny(**{name: value})
    assert daemon.said().startswith(f"{name} is '{value}'; it must be ")
    assert daemon.ended() == 1


def test_a_starter_that_left_is_no_reason_to_end(tiny: Start) -> None:
    daemon = tiny()
    daemon.leave()
    assert eventually(daemon.found_by.exists)
    assert daemon.ask() == daemon.process.pid


def test_detached_it_is_nobodys_child_and_has_left_the_directory(tiny: Start) -> None:
    daemon = tiny(detached=True)
    assert daemon.said() == "ready"
    assert daemon.ended() == 0  # the process that was started, not the daemon
    pid = daemon.ask()
    try:
        assert pid != daemon.process.pid
        assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
        assert Path(f"/proc/{pid}/fd/2").readlink() == daemon.log
    finally:
        process = os.pidfd_open(pid)
        signal.pidfd_send_signal(process, signal.SIGTERM)
        os.close(process)
    eventually(lambda: not daemon.found_by.exists())


def test_programs_it_runs_do_not_inherit_lock_or_pipe(directory: Path) -> None:
    # A git that hangs must neither hold the lock of a dead daemon nor keep its starter waiting.
    from gto_daemon.daemon.lifecycle.lock import Lock
    from gto_daemon.daemon.lifecycle.readiness import Readiness

    lock = Lock.acquire(directory / "gtod.lock")
    assert lock is not None
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    readiness = Readiness(writing)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        readiness.ready()
        with os.fdopen(reading) as pipe:
            assert pipe.read() == "ready\n"
        lock.release()
        again = Lock.acquire(directory / "gtod.lock")
        assert again is not None
        again.release()
        child.kill()
