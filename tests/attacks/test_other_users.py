"""Programs of other users of the machine, with the real daemon."""

import json
import socket
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.rpc import PROTOCOL
from tests.attacks.conftest import NOBODY, AsAnotherUser
from tests.transports import BOTH, FOUND_BY

TRANSPORTS = BOTH
_OPEN_ALL = """
for path in sys.argv[1:]:
    try:
        open(path).close()
        print("read", path)
    except PermissionError:
        pass
"""
_CONNECT = """
connection = socket.socket(socket.AF_UNIX)
try:
    connection.connect(sys.argv[1])
    connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"gto/repositories"}\\n')
    print(repr(connection.recv(100)))
except (PermissionError, ConnectionResetError, BrokenPipeError) as error:
    print(type(error).__name__)
"""
_KNOCK = """
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
connection.sendall(sys.argv[2].encode() + b"\\n")
print(connection.makefile().read())
"""


def test_they_can_open_none_of_its_files(runtime: Path, as_another_user: AsAnotherUser) -> None:
    client.start()
    files = [str(path) for path in runtime.iterdir()]
    assert len(files) == 3
    runtime.chmod(0o711)  # by mistake; each file is closed by itself
    said, _ = as_another_user(_OPEN_ALL, *files).communicate(timeout=60)
    runtime.chmod(0o700)
    assert said == ""


def test_the_socket_is_closed_to_them(runtime: Path, as_another_user: AsAnotherUser, transport: str) -> None:
    client.start()
    if transport == "tcp":
        assert not (runtime / FOUND_BY["unix"]).exists()
        return
    said, _ = as_another_user(_CONNECT, runtime / "gtod.sock").communicate(timeout=60)
    assert said == "PermissionError\n"


def test_one_who_gets_to_the_socket_is_turned_away(
    runtime: Path, as_another_user: AsAnotherUser, transport: str
) -> None:
    client.start()
    place = runtime / FOUND_BY[transport]
    if transport == "unix":
        place.chmod(0o666)
        runtime.chmod(0o711)
        said, _ = as_another_user(_CONNECT, place).communicate(timeout=60)
        runtime.chmod(0o700)
        assert said in ("ConnectionResetError\n", "BrokenPipeError\n", "b''\n")
        assert f"of user {NOBODY}" in client.log_path().read_text()
    else:
        port = json.loads(place.read_text())["port"]
        hello = {"client": "x", "version": "1", "protocol": PROTOCOL, "token": "0" * 64}
        for first in (
            {"jsonrpc": "2.0", "id": 1, "method": "gto/repositories"},
            {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": hello},
        ):
            said, _ = as_another_user(_KNOCK, port, json.dumps(first)).communicate(timeout=60)
            (answer,) = map(json.loads, filter(None, said.splitlines()))
            assert answer["error"]["data"]["kind"] == "Unauthorized"
    assert client.status() is not None


def test_a_socket_that_another_user_serves_is_not_talked_to(runtime: Path, as_another_user: AsAnotherUser) -> None:
    """He had the directory while it was open; now it is ours alone again, and his socket is still there."""
    runtime.chmod(0o777)
    program = """
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
threading.Thread(target=lambda: print(listening.accept()[0].recv(65536)), daemon=True).start()
sys.stdin.read()
"""
    other = as_another_user(program, runtime / "gtod.sock")
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    runtime.chmod(0o700)
    for attempt in (client.Client.connect, client.status, client.stop):
        with pytest.raises(client.DaemonUnavailable, match=f"is served by user {NOBODY}, not by you"):
            attempt()
    received, _ = other.communicate(timeout=60)
    assert received.strip() in ("", "b''")  # not a byte of ours
    (runtime / "gtod.sock").unlink()


def test_a_port_that_another_user_advertises_is_not_talked_to(runtime: Path, as_another_user: AsAnotherUser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        runtime.chmod(0o777)
        program = """
file = open(sys.argv[1], "w")
os.chmod(sys.argv[1], 0o600)
json.dump({"port": int(sys.argv[2]), "token": "t", "pid": os.getpid(), "protocol": 1}, file)
file.flush()
fcntl.flock(file, fcntl.LOCK_EX)
print("ready", flush=True)
sys.stdin.read()
"""
        other = as_another_user(program, runtime / "gtod.json", listening.getsockname()[1])
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        runtime.chmod(0o700)
        for attempt in (client.Client.connect, client.status, client.stop):
            with pytest.raises(client.DaemonUnavailable, match=r"gtod\.json is not a private file of yours"):
                attempt()
        with pytest.raises(BlockingIOError):  # nobody came
            listening.accept()
        other.communicate(timeout=60)
        (runtime / "gtod.json").unlink()


def test_a_directory_that_another_user_made_first_is_not_used(
    runtime: Path, as_another_user: AsAnotherUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.chmod(0o777)
    first = runtime / "gtod-0"
    as_another_user("os.mkdir(sys.argv[1], 0o700)", first).communicate(timeout=60)
    runtime.chmod(0o700)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(first))
    for attempt in (client.start, client.Client.connect, client.status, client.stop):
        with pytest.raises(client.DaemonUnavailable, match=f"belongs to user {NOBODY}, not to you"):
            attempt()
    assert list(first.iterdir()) == []
