"""TCP, where a socket file cannot serve: found by `gtod.json`, entered with its token."""

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import AsyncClient, Client, DaemonUnavailable


@pytest.fixture
def tcp(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GTOD_TRANSPORT", "tcp")
    return runtime / "gtod.json"


def test_it_is_served_without_a_socket_file(tcp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = client.start()
    advertised = json.loads(tcp.read_text())
    assert sorted(advertised) == ["pid", "port", "protocol", "token"]
    assert advertised["pid"] == status["pid"]
    assert tcp.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tcp.parent.iterdir()) == ["gtod.json", "gtod.lock", "gtod.log"]
    monkeypatch.delenv("GTOD_TRANSPORT")  # which transport it is says the file, not the variable
    with Client.connect() as connection:
        assert connection.call("gto/status")["socket"] == f"127.0.0.1:{advertised['port']}"
    assert client.stop()
    assert [path.name for path in tcp.parent.iterdir()] == ["gtod.log"]


async def test_the_asyncio_client_finds_it_too(tcp: Path) -> None:
    async with await AsyncClient.connect() as connection:
        assert (await connection.call("gto/status"))["pid"] == connection.server["pid"]


def test_a_wrong_token_is_turned_away(tcp: Path) -> None:
    client.start()
    right = json.loads(tcp.read_text())
    tcp.write_text(json.dumps({**right, "token": "0" * 64}))
    with pytest.raises(DaemonUnavailable, match="token"), Client.connect(start=False) as connection:
        connection.call("gto/status")
    tcp.write_text(json.dumps(right))


def test_nothing_is_answered_before_the_token(tcp: Path) -> None:
    client.start()
    with socket.create_connection(("127.0.0.1", json.loads(tcp.read_text())["port"])) as connection:
        connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"gto/status"}\n')
        answer = json.loads(connection.makefile().readline())
    assert answer["error"]["data"]["kind"] == "Unauthorized"


def test_what_a_killed_one_advertised_is_not_believed(tcp: Path) -> None:
    pid = client.start()["pid"]
    process = os.pidfd_open(pid)
    signal.pidfd_send_signal(process, signal.SIGKILL)
    import select

    assert select.select([process], [], [], 60)[0]
    os.close(process)
    assert json.loads(tcp.read_text())["pid"] == pid
    assert client.status() is None
    assert client.start()["pid"] != pid


def test_a_wedged_one_is_killed_too(tcp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gto_daemon.client.control.TERM_TIMEOUT", 0.2)
    pid = client.start()["pid"]
    os.kill(pid, signal.SIGSTOP)
    assert client.stop(timeout=0.2) is True
    assert client.start()["pid"] != pid


def test_a_path_too_long_for_a_socket_is_long_enough(tcp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tcp.parent / ("x" * 120)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(long))
    client.start()
    assert client.stop()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": 1}', '{"port":"1","token":"t","pid":1,"protocol":1}'])
def test_a_damaged_file_is_named(tcp: Path, content: str) -> None:
    tcp.write_text(content)
    with pytest.raises(DaemonUnavailable, match=rf"{tcp} is damaged"):
        Client.connect()
    tcp.unlink()
