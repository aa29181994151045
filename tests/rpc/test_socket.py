"""Over a real unix socket, with bytes as other programs send them."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from gto_daemon.rpc.connection import connection_factory
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import silent_server
from tests.waiting import soon

# What the `nc -U` of most systems does, and OpenBSD's with -N:
# everything from stdin, then the end of input, then everything to stdout until the server closes.
NETCAT = """
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(sys.stdin.buffer.read())
connection.shutdown(socket.SHUT_WR)
while chunk := connection.recv(65536):
    sys.stdout.buffer.write(chunk)
"""


@pytest.fixture
def place() -> Iterator[str]:
    """A short path: a socket's has room for 104 bytes."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as directory:
        yield f"{directory}/gtod.sock"


@pytest_asyncio.fixture
async def address(service: Service, place: str) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_unix_server(connection_factory(service), place)
    yield place
    server.close()


async def netcat(address: str, text: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NETCAT, address, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate(text.encode())
    assert process.returncode == 0
    return out.decode().splitlines()


async def test_echo_into_netcat_prints_the_answer_and_ends(address: str, path: str) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/show", "params": {"repo": path}}
    (line,) = await netcat(address, json.dumps(request) + "\n")
    assert json.loads(line)["result"]["artifacts"]["churn"]["version"] == "v2.0.0"


async def test_a_script_of_requests_gets_a_script_of_answers(address: str, path: str) -> None:
    requests = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": {"repo": path}}
        for number, method in enumerate(["gto/show", "gto/at", "gto/history", "gto/doctor", "gto/at"])
    ]
    lines = await netcat(address, "\n".join(map(json.dumps, requests)))
    assert sorted(json.loads(line)["id"] for line in lines) == [0, 1, 2, 3, 4]


async def test_a_netcat_that_does_not_tell_the_end_of_its_input_ends_too(
    address: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gto_daemon.rpc.connection.LINGER", 0.05)
    reader, writer = await asyncio.open_unix_connection(address)
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}}
    writer.write(json.dumps(request).encode() + b"\n")
    async with asyncio.timeout(60):
        answers = await reader.read()
    assert json.loads(answers)["result"]["stages"] == ["dev", "prod"]
    writer.close()


async def test_a_client_that_introduced_itself_or_listens_may_be_silent(
    address: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gto_daemon.rpc.connection.LINGER", 0.05)
    request = {"jsonrpc": "2.0", "id": 2, "method": "gto/stages", "params": {"repo": path}}
    beginnings = [
        ("gto/handshake", {"client": "test", "version": "1", "protocol": 1}),
        ("gto/subscribe", {"repo": path}),
    ]
    kept = []
    for method, params in beginnings:
        reader, writer = await asyncio.open_unix_connection(address)
        writer.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
        assert "result" in json.loads(await reader.readline())
        kept.append((reader, writer))
    # One that did neither tells when the silence was long enough.
    reader, writer = await asyncio.open_unix_connection(address)
    writer.write(json.dumps(request).encode() + b"\n")
    async with asyncio.timeout(60):
        await reader.read()
    writer.close()
    for reader, writer in kept:
        writer.write(json.dumps(request).encode() + b"\n")
        assert json.loads(await reader.readline())["id"] == 2
        writer.close()


async def test_no_input_is_no_answer(address: str) -> None:
    assert await netcat(address, "") == []
    assert await netcat(address, "\n \n") == []


async def test_a_client_that_only_writes_is_not_waited_for(address: str, service: Service, path: str) -> None:
    loop = asyncio.get_running_loop()
    greedy = socket.socket(socket.AF_UNIX)
    greedy.setblocking(False)
    await loop.sock_connect(greedy, address)
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "gto/printState", "params": {"repo": path}}).encode()
    sent = 0

    async def write() -> None:
        nonlocal sent
        while True:
            await loop.sock_sendall(greedy, (request + b"\n") * 100)
            sent += 1

    writing = asyncio.create_task(write())
    for _ in range(5):
        assert len(await netcat(address, request.decode())) == 1
    # The socket's buffers are full on both sides, and the rest waits at the client.
    (connection,) = service._connections
    assert connection.is_slow
    assert connection._transport is not None
    assert connection._transport.get_write_buffer_size() < 2 * 1024 * 1024
    writing.cancel()
    greedy.close()


async def test_both_framings_on_one_socket(address: str, registry: RepositoryBuilder, path: str) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}})
    lines = await netcat(address, f"Content-Length: {len(body)}\r\n\r\n{body}")
    assert lines[0].startswith("Content-Length: ")
    assert json.loads(lines[2])["result"]["stages"] == ["dev", "prod"]
    assert len(await netcat(address, body)) == 1


async def test_what_runs_for_a_client_ends_when_it_hangs_up(address: str, tmp_path: Path) -> None:
    with silent_server() as (url, came):
        _, writer = await asyncio.open_unix_connection(address)
        params = {"url": url, "env": {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}}
        request = {"jsonrpc": "2.0", "id": 1, "method": "gto/clone", "params": params}
        writer.write(json.dumps(request).encode() + b"\n")
        assert await asyncio.to_thread(came.wait, 60)
        assert url in processes()
        # It first sends no more, as `nc` does, and waits for its answer; then it is gone.
        writer.write_eof()
        await asyncio.wait({asyncio.create_task(soon(lambda: url not in processes()))}, timeout=0.6)
        assert url in processes()
        writer.close()
        await soon(lambda: url not in processes())
