"""A daemon that a service manager started: it serves at the manager's socket, and tells it how it goes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from gto_daemon import client
from gto_daemon.platform.systemd import ServiceManager


class Manager:
    """Does what systemd does for `Type=notify` with a socket, as sd_listen_fds(3) and sd_notify(3) say."""

    def __init__(self, runtime: Path, place: Path) -> None:
        self.place = place
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(place))
        self.listening.listen()
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(runtime / "notify"))
        self.notified.settimeout(60)
        self.address = str(runtime / "notify")
        self.services: list[subprocess.Popen[bytes]] = []

    def start(self, count: int = 1, **environment: str) -> subprocess.Popen[bytes]:
        # The number of the process has to be in its environment, and is known in it alone.
        command = 'exec 3<&"$1"; shift; export LISTEN_PID=$$; exec "$@"'
        descriptor = self.listening.fileno()
        service = subprocess.Popen(
            [
                "/bin/bash",
                "-c",
                command,
                "sh",
                str(descriptor),
                sys.executable,
                "-m",
                "gto_daemon",
                "serve",
            ],
            pass_fds=(descriptor,),
            stderr=subprocess.PIPE,
            env={**os.environ, "LISTEN_FDS": str(count), "NOTIFY_SOCKET": self.address, **environment},
        )
        self.services.append(service)
        return service

    def heard(self) -> dict[str, str]:
        lines = self.notified.recv(4096).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for service in self.services:
            service.kill()
            service.communicate()
        self.listening.close()
        self.notified.close()


@pytest.fixture
def manager(runtime: Path) -> Iterator[Manager]:
    with Manager(runtime, runtime / "gtod.sock") as manager:
        yield manager


def test_it_serves_at_the_socket_of_its_manager_and_leaves_it_there(manager: Manager) -> None:
    service = manager.start(GTOD_LOG_FORMAT="json")
    ready = manager.heard()
    assert ready["READY"] == "1"
    assert ready["MAINPID"] == str(service.pid)
    assert str(manager.place) in ready["STATUS"]
    status = client.status()
    assert status is not None
    assert status["pid"] == service.pid
    # The one who listens for the daemon is this process, which is not the one to be ended.
    assert client.stop() is True
    assert manager.heard()["STOPPING"] == "1"
    assert service.wait(60) == 0
    assert manager.place.is_socket()
    assert service.stderr is not None
    entries = [json.loads(line) for line in service.stderr]
    assert "shutdown requested" in " ".join(entry["message"] for entry in entries)
    assert entries[0].keys() == {"time", "level", "logger", "message"}


def test_who_connects_before_it_runs_or_after_it_ended_is_served_by_the_next(manager: Manager) -> None:
    # Nobody serves, and nothing is to be ended: not the manager, either.
    assert client.stop() is False
    for _ in range(2):
        with socket.socket(socket.AF_UNIX) as early:
            early.settimeout(60)
            early.connect(str(manager.place))
            early.sendall(b'{"jsonrpc": "2.0", "id": 1, "method": "gto/status"}\n')
            service = manager.start()
            assert json.loads(early.makefile("rb").readline())["result"]["pid"] == service.pid
        assert client.stop() is True


def test_what_is_for_this_process_is_taken_from_its_children() -> None:
    environment = {"NOTIFY_SOCKET": "/nobody", "LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x", "HOME": "/"}
    manager = ServiceManager(environment)
    assert environment == {"HOME": "/"}
    assert manager.socket is None, "meant for another process"
    manager.ready("nobody hears it")


@pytest.mark.parametrize(
    ("count", "elsewhere", "reason"),
    [(2, False, "handed over 2 sockets"), (1, True, "write ListenStream=")],
    ids=["too many", "where nobody looks"],
)
def test_a_socket_that_is_of_no_use_is_refused(runtime: Path, count: int, elsewhere: bool, reason: str) -> None:
    with Manager(runtime, runtime / ("other.sock" if elsewhere else "gtod.sock")) as manager:
        service = manager.start(count)
        _, said = service.communicate(timeout=60)
        assert service.returncode == 1
        assert reason in said.decode()
