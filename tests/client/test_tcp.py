"""TCP, where a socket file cannot serve: found by `gtod.json`, entered with its token."""

import json
import os
import socket
from pathlib import Path

import pytest

from gto_daemon import client, platform
from gto_daemon.client import Client, DaemonUnavailable
from gto_daemon.rpc import PROTOCOL

TRANSPORTS = ("tcp",)


@pytest.fixture
def tcp(runtime: Path) -> Path:
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
    advertised = json.loads(tcp.read_text())
    process = platform.hold(pid)
    assert process is not None
    process.end(at_once=True)
    assert process.wait(60)
    process.close()
    # The worst case: somebody else has its port by now, and its number is that of a process of ours.
    tcp.write_text(json.dumps({**advertised, "pid": os.getpid()}))
    with socket.create_server(("127.0.0.1", advertised["port"])) as stranger:
        stranger.setblocking(False)
        assert client.status() is None
        assert client.start()["pid"] not in (pid, os.getpid())
        with pytest.raises(BlockingIOError):  # nobody came, to show it the token or anything else
            stranger.accept()


def test_a_path_too_long_for_a_socket_is_long_enough(tcp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tcp.parent / ("x" * 120)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(long))
    client.start()
    assert client.stop()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": 1}', '{"port":"1","token":"t","pid":1,"protocol":1}'])
def test_a_damaged_file_is_named(tcp: Path, content: str) -> None:
    client.start()
    whole = tcp.read_text()
    tcp.write_text(content)
    with pytest.raises(DaemonUnavailable, match=rf"{tcp} is damaged"):
        Client.connect()
    tcp.write_text(whole)


def test_a_damaged_file_that_nobody_stands_behind_is_replaced(tcp: Path) -> None:
    tcp.write_text("{")
    tcp.chmod(0o600)
    client.start()
    assert json.loads(tcp.read_text())["protocol"] == PROTOCOL


def test_a_file_that_others_can_read_or_that_is_a_link_is_refused(tcp: Path) -> None:
    client.start()
    tcp.chmod(0o640)
    with pytest.raises(DaemonUnavailable, match=rf"{tcp} is not a private file of yours"):
        Client.connect()
    tcp.chmod(0o600)
    tcp.rename(tcp.with_name("elsewhere"))
    tcp.symlink_to("elsewhere")
    with pytest.raises(DaemonUnavailable, match=rf"cannot read {tcp}"):
        Client.connect()
    tcp.with_name("elsewhere").replace(tcp)
