"""`stop` ends the daemon, however unwilling, and nothing else."""

import os
import signal
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import CallError, Client, DaemonUnavailable
from tests.transports import BOTH
from tests.waiting import eventually

TRANSPORTS = BOTH


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_it_is_asked_and_goes(runtime: Path) -> None:
    pid = client.start()["pid"]
    assert client.stop() is True
    assert not is_there(pid)
    assert [path.name for path in runtime.iterdir()] == ["gtod.log"]
    assert "shutdown requested" in client.log_path().read_text()
    assert client.stop() is False


def test_a_wedged_one_is_killed(runtime: Path) -> None:
    pid = client.start()["pid"]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(
        DaemonUnavailable, match=r"has not answered for 0\.2 s; see: `gtod logs`, or run: `gtod restart`"
    ):
        client.status(timeout=0.2)
    assert client.stop(timeout=0.2) is True
    assert not is_there(pid)
    assert client.start()["pid"] != pid


def test_a_client_with_a_timeout_does_not_wait_for_a_wedged_one(runtime: Path) -> None:
    pid = client.start()["pid"]
    with Client.connect(timeout=0.3) as connection:
        connection.call("gto/status")
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(DaemonUnavailable, match=r"has not answered for 0\.3 s"):
            connection.call("gto/status")
        os.kill(pid, signal.SIGCONT)


def test_one_that_does_not_understand_is_sent_a_signal(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = client.start()["pid"]

    def refuse(*_: object) -> None:
        raise CallError(-32601, "Method not found", None)

    monkeypatch.setattr(Client, "call", refuse)
    assert client.stop(timeout=0.1) is True
    assert not is_there(pid)
    assert "got SIGTERM" in client.log_path().read_text()
    assert [path.name for path in runtime.iterdir()] == ["gtod.log"]


def test_the_sessions_of_others_end_with_it(runtime: Path) -> None:
    with Client.connect() as connection:
        connection.call("gto/status")
        assert client.stop() is True
        assert list(connection.notifications()) == []


def test_restart_gives_another(runtime: Path) -> None:
    pid = client.start()["pid"]
    again = client.restart()
    assert again["started"]
    assert again["pid"] != pid
    status = client.status()
    assert status is not None
    assert status["pid"] == again["pid"]


def test_restart_without_one_starts(runtime: Path) -> None:
    assert client.restart()["started"]


def test_a_request_of_a_client_ends_it(runtime: Path) -> None:
    with Client.connect() as connection:
        pid = connection.call("gto/shutdown", {"reason": "enough"})["pid"]
    eventually(lambda: not is_there(pid))
    assert "enough" in client.log_path().read_text()
