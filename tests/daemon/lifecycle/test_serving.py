"""What the process does for those it serves, and what it notices."""

import asyncio
import logging
import os
import socket
from pathlib import Path
from typing import cast

import pytest

from gto_daemon.daemon.lifecycle.gate import guarded
from gto_daemon.daemon.lifecycle.listener import Listener, is_advertised, is_served
from gto_daemon.daemon.lifecycle.stalls import StallWatch
from tests.daemon.lifecycle.conftest import TinyDaemon
from tests.transports import BOTH
from tests.waiting import eventually

TRANSPORTS = BOTH


class Hello(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(b"hello\n")


async def said_to_client_of(user: int, path: Path) -> bytes:
    listener = Listener.unix(path)
    server = await asyncio.get_running_loop().create_server(guarded(Hello, user), sock=listener.socket)
    async with server:
        reader, writer = await asyncio.open_unix_connection(path)
        try:
            said = await reader.readline()
        except ConnectionResetError:
            said = b""
        writer.close()
    listener.close()
    return said


async def test_only_the_user_himself_is_let_in(directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert await said_to_client_of(os.getuid(), directory / "s") == b"hello\n"
    assert not caplog.records
    assert await said_to_client_of(os.getuid() + 1, directory / "s") == b""
    assert f"turned away process {os.getpid()} of user {os.getuid()}" in caplog.text


def test_a_socket_is_served_or_stale_or_none(directory: Path) -> None:
    path = directory / "s"
    assert not is_served(path)
    listener = Listener.unix(path)
    assert is_served(path)
    listener.socket.close()
    assert path.is_socket()
    assert not is_served(path)
    listener.remove()
    assert not path.exists()


def test_tcp_is_advertised_privately(directory: Path) -> None:
    path = directory / "gtod.json"
    assert not is_advertised(path)
    listener = Listener.tcp(path, protocol=1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert is_advertised(path)
    assert listener.socket.getsockname()[0] == "127.0.0.1"
    assert listener.token is not None
    assert len(listener.token) == 64
    left = path.read_bytes()
    listener.close()
    assert not path.exists()
    path.write_bytes(left)  # as after a kill -9: what it says is true, and nobody stands behind it
    assert not is_advertised(path)


def test_a_file_system_without_sockets_is_explained(directory: Path) -> None:
    from gto_daemon.daemon.lifecycle.refusal import CannotServe

    with pytest.raises(CannotServe, match="GTOD_TRANSPORT=tcp"):
        Listener.unix(directory / "missing" / "s")


def test_a_stall_is_logged_with_the_place(serving: TinyDaemon) -> None:
    eventually(lambda: serving.ask(b"stall\n") and "stood still" in serving.log.read_text())
    assert "time.sleep(0.6)" in serving.log.read_text()


async def test_a_loop_that_runs_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    watch = StallWatch(interval=0.01, limit=5.0)
    watch.start()
    for _ in range(20):
        await asyncio.sleep(0.01)
    watch.stop()
    assert watch.count == 0
    assert not caplog.records


def test_a_burst_of_clients_is_queued(serving: TinyDaemon) -> None:
    connections: list[socket.socket] = [serving.connect() for _ in range(300)]
    for connection in connections:
        connection.sendall(b"who\n")
    assert {int(connection.recv(100)) for connection in connections} == {serving.process.pid}
    for connection in connections:
        connection.close()
