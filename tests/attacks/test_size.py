"""Messages that are made to be too much: the connection is closed, and the daemon goes on serving the others."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import Client
from gto_daemon.rpc import PROTOCOL
from tests.attacks.test_browsers import dial
from tests.builders import RepositoryBuilder
from tests.transports import BOTH

TRANSPORTS = BOTH
MIB = 1024 * 1024
_LIMIT = 16 * MIB


def introduced(runtime: Path, transport: str) -> socket.socket:
    connection = dial(runtime, transport)
    token = json.loads((runtime / "gtod.json").read_text())["token"] if transport == "tcp" else None
    hello = {"client": "x", "version": "1", "protocol": PROTOCOL, "token": token}
    connection.sendall(
        json.dumps({"jsonrpc": "2.0", "id": 0, "method": "gto/handshake", "params": hello}).encode() + b"\n"
    )
    answer = b""
    while not answer.endswith(b"\n"):
        answer += connection.recv(65536)
    assert "result" in json.loads(answer)
    return connection


def memory(pid: int) -> int:
    """The most that a process ever had in memory, bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024


@pytest.mark.parametrize("ended", [True, False])
def test_a_message_of_64_mib_is_not_taken(runtime: Path, transport: str, *, ended: bool) -> None:
    pid = client.start()["pid"]
    before = memory(pid)
    with introduced(runtime, transport) as connection:
        answers = b""
        try:
            for _ in range(64):
                connection.sendall(b"{" + b" " * (MIB - 1))
            connection.sendall(b"}\n" if ended else b"")
            while chunk := connection.recv(65536):
                answers += chunk
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hung up long before the end
    assert not answers or "too large" in json.loads(answers)["error"]["message"]
    assert memory(pid) - before < 4 * _LIMIT
    with Client.connect(start=False) as other:
        assert other.call("gto/status")["pid"] == pid


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 5_000_000,
        b'{"a":' * 2_000_000,
        b'{"jsonrpc":"2.0","id":1,"method":"gto/show","params":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
        b'{"jsonrpc":"2.0","id":1,"method":"gto/show","params":{"repo":'
        + b'{"a":' * 100_000
        + b"1"
        + b"}" * 100_000
        + b"}}",
        b'{"jsonrpc":"2.0","id":' + b"9" * 1_000_000 + b',"method":"gto/repositories"}',
        b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 5_000_000 + b'"}',
        b"[" + b'{"jsonrpc":"2.0","id":1,"method":"gto/status"},' * 200_000 + b"1]",
    ],
    ids=["brackets", "braces", "params", "deep params", "a long number", "a long name", "a long batch"],
)
def test_deep_or_long_json_is_answered_with_an_error(runtime: Path, transport: str, text: bytes) -> None:
    pid = client.start()["pid"]
    with introduced(runtime, transport) as connection:
        connection.sendall(text + b"\n" + b'{"jsonrpc":"2.0","id":"next","method":"gto/status"}\n')
        answers = b""
        while answers.count(b"\n") < 2:
            chunk = connection.recv(65536)
            assert chunk, answers[:200]
            answers += chunk
    first, second = map(json.loads, answers.splitlines())
    assert "error" in first
    assert len(json.dumps(first)) < 10_000  # what was sent does not come back
    assert second["result"]["pid"] == pid


def test_who_asks_for_much_and_reads_nothing_or_leaves_costs_no_more_memory(
    runtime: Path, transport: str, registry: RepositoryBuilder
) -> None:
    """The history is 3 MB, and 200 ask for it at once: 600 MB, and more with every copy."""
    head, message = registry.git("rev-parse", "HEAD"), "x" * 2000
    tags = (
        f"tag long@v1.{number}.0\nfrom {head}\ntagger A <a@b> 1700000000 +0000\ndata 2000\n{message}\n"
        for number in range(1500)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=registry.path, input="".join(tags).encode(), check=True)
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/history", "params": {"repo": str(registry.path)}}
    pid = client.start()["pid"]
    with Client.connect(start=False) as other:
        answer = other.call("gto/history", {"repo": str(registry.path)})
        assert len(json.dumps(answer)) > 3_000_000
        before = memory(pid)
        for _ in range(3):
            with contextlib.ExitStack() as readers:
                sockets = [readers.enter_context(introduced(runtime, transport)) for _ in range(200)]
                other.call("gto/status")
                # All ask before any is answered, and leave while the last ones are.
                os.kill(pid, signal.SIGSTOP)
                for each in sockets:
                    each.sendall(json.dumps(request).encode() + b"\n")
                os.kill(pid, signal.SIGCONT)
                assert sockets[0].recv(1) == b"{"
        assert other.call("gto/history", {"repo": str(registry.path)}) == answer
    assert memory(pid) - before < 192 * MIB
