"""Over real sockets, with bytes as other programs send them."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gto_daemon.client import tcp
from gto_daemon.rpc import PROTOCOL
from gto_daemon.rpc.jsonrpc.backlog import MIN_COUNTED
from gto_daemon.rpc.service import Service
from gto_daemon.rpc.transport.connection import Connection, connection_factory
from tests.builders import RepositoryBuilder
from tests.processes import processes
from tests.remotes import silent_server
from tests.transports import BOTH
from tests.waiting import soon

TRANSPORTS = BOTH
# What the `nc -U` of most systems does, and OpenBSD's with -N:
# everything from stdin, then the end of input, then everything to stdout until the server closes.
NETCAT = """
import socket, sys
if sys.argv[1].startswith("/"):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(sys.argv[1])
else:
    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.sendall(sys.stdin.buffer.read())
connection.shutdown(socket.SHUT_WR)
while chunk := connection.recv(65536):
    sys.stdout.buffer.write(chunk)
"""


HELLO = {"client": "test", "version": "1", "protocol": PROTOCOL, "token": "sesame"}


@dataclass
class Address:
    """Where a server listens: a path, or a port with a token."""

    where: str
    transport: str

    def read_initialize(self, text: str) -> str:
        """`text` with what has to come before it, in the same framing."""
        if self.transport == "unix":
            return text
        hello = json.dumps({"jsonrpc": "2.0", "id": "hello", "method": "gto/handshake", "params": HELLO})
        return f"Content-Length: {len(hello)}\r\n\r\n{hello}{text}" if text.startswith("C") else f"{hello}\n{text}"

    def without_greeting(self, answers: str) -> str:
        """What was answered to the rest."""
        if self.transport == "unix":
            return answers
        line, _, rest = answers.partition("\n")
        size = len(line) if line.startswith("{") else int(line.partition(":")[2]) + 2
        assert "result" in json.loads(rest[2:size] if rest.startswith("\r\n") else line)
        return rest[size:] if rest.startswith("\r\n") else rest

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection as our clients have it, introduced where that has to be."""
        if self.transport == "unix":
            return await asyncio.open_unix_connection(self.where)
        advertised = {"port": int(self.where), "token": "sesame", "pid": os.getpid(), "protocol": PROTOCOL}
        connection = await asyncio.to_thread(tcp.dial, advertised, 60)
        reader, writer = await asyncio.open_connection(sock=connection)
        writer.write(self.read_initialize("").encode())
        assert "result" in json.loads(await reader.readline())
        return reader, writer


@pytest.fixture
def place() -> Iterator[str]:
    """A short path: a socket's has room for 104 bytes."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as directory:
        yield f"{directory}/gtod.sock"


@pytest_asyncio.fixture
async def address(service: Service, place: str, transport: str) -> AsyncIterator[Address]:
    loop = asyncio.get_running_loop()
    if transport == "unix":
        server = await loop.create_unix_server(connection_factory(service), place)
        yield Address(place, transport)
    else:
        server = await loop.create_server(connection_factory(service, token="sesame"), "127.0.0.1", 0)
        yield Address(str(server.sockets[0].getsockname()[1]), transport)
    server.close()


async def netcat(address: Address, text: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NETCAT, address.where, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate(address.read_initialize(text).encode())
    assert process.returncode == 0
    return address.without_greeting(out.decode()).splitlines()


async def test_echo_into_netcat_prints_the_answer_and_ends(address: Address, path: str) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/show", "params": {"repo": path}}
    (line,) = await netcat(address, json.dumps(request) + "\n")
    assert json.loads(line)["result"]["artifacts"]["churn"]["version"] == "v2.0.0"


async def test_a_script_of_requests_gets_a_script_of_answers(address: Address, path: str) -> None:
    requests = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": {"repo": path}}
        for number, method in enumerate(["gto/show", "gto/at", "gto/history", "gto/doctor", "gto/at"])
    ]
    lines = await netcat(address, "\n".join(map(json.dumps, requests)))
    assert sorted(json.loads(line)["id"] for line in lines) == [0, 1, 2, 3, 4]


#: Programs that carry stdin to a socket and back, and how each is called. Not every machine has them all, nor an `nc`
#: that knows unix sockets: what they do with the end of their input is tried below on sockets in any case.
CARRIERS = {
    "nc.openbsd": {"unix": ["-U", "{where}"], "tcp": ["127.0.0.1", "{where}"]},
    "nc.traditional": {"tcp": ["127.0.0.1", "{where}"]},
    "ncat": {"unix": ["-U", "{where}"], "tcp": ["127.0.0.1", "{where}"]},
    "socat": {"unix": ["-t60", "-", "UNIX-CONNECT:{where}"], "tcp": ["-t60", "-", "TCP:127.0.0.1:{where}"]},
}
EXIT = json.dumps({"jsonrpc": "2.0", "method": "exit"})


async def test_the_shell_example_ends_by_itself_with_every_program_that_is_here(address: Address, path: str) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/at", "params": {"repo": path}}
    for program, calls in CARRIERS.items():
        if shutil.which(program) is None or address.transport not in calls:
            continue
        arguments = [argument.format(where=address.where) for argument in calls[address.transport]]
        process = await asyncio.create_subprocess_exec(
            program, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        async with asyncio.timeout(60):
            out, _ = await process.communicate(address.read_initialize(f"{json.dumps(request)}\n{EXIT}\n").encode())
        assert process.returncode == 0, program
        (line,) = address.without_greeting(out.decode()).splitlines()
        assert "result" in json.loads(line), program


@pytest.mark.parametrize("tells_its_end", [True, False])
async def test_exit_ends_a_connection_once_everything_is_answered(
    address: Address, path: str, tells_its_end: bool
) -> None:
    reader, writer = await address.dial()
    requests = [{"jsonrpc": "2.0", "id": number, "method": "gto/at", "params": {"repo": path}} for number in range(500)]
    writer.write("".join(f"{json.dumps(each)}\n" for each in requests).encode() + EXIT.encode() + b"\n")
    if tells_its_end:
        writer.write_eof()
    async with asyncio.timeout(60):
        answers = [json.loads(line) for line in (await reader.read()).splitlines()]
    assert sorted(answer["id"] for answer in answers if "result" in answer) == list(range(500))
    writer.close()


@pytest.mark.parametrize("transport", ["unix"], indirect=True)  # over TCP everybody has introduced themselves
async def test_a_client_that_never_introduced_itself_may_think_for_as_long_as_it_likes(
    address: Address, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await address.dial()
    request = {"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}}
    loop = asyncio.get_running_loop()
    call_at, timers = loop.call_at, []

    def recorded(when: float, callback: Callable[..., object], *arguments: Any, **options: Any) -> asyncio.TimerHandle:
        timer = call_at(when, callback, *arguments, **options)
        if isinstance(getattr(callback, "__self__", None), Connection):
            timers.append(timer)
        return timer

    monkeypatch.setattr(loop, "call_at", recorded)
    for _ in range(2):
        writer.write(json.dumps(request).encode() + b"\n")
        assert json.loads(await reader.readline())["result"]["stages"] == ["dev", "prod"]
        # No timer waits for its next question.
        assert all(timer.cancelled() for timer in timers)
    writer.close()


async def test_no_input_is_no_answer(address: Address) -> None:
    assert await netcat(address, "") == []
    assert await netcat(address, "\n \n") == []


async def test_a_client_that_only_writes_is_not_waited_for(address: Address, service: Service, path: str) -> None:
    loop = asyncio.get_running_loop()
    if address.transport == "unix":
        greedy = socket.socket(socket.AF_UNIX)
        greedy.setblocking(False)
        await loop.sock_connect(greedy, address.where)
    else:
        greedy = socket.socket()
        greedy.setblocking(False)
        await loop.sock_connect(greedy, ("127.0.0.1", int(address.where)))
        await loop.sock_sendall(greedy, address.read_initialize("").encode())
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
    assert MIN_COUNTED < service.backlog.held < 2 * 1024 * 1024
    writing.cancel()
    greedy.close()


@pytest.mark.parametrize("service_options", [{"requests_timeout": 60.0}])
async def test_what_was_sent_before_the_daemon_ends_is_answered_also_what_it_had_not_read(
    address: Address, service: Service, path: str
) -> None:
    reader, writer = await address.dial()
    await soon(lambda: service.session_count)
    requests = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": "gto/stages", "params": {"repo": path}}) + " " * 400
        for number in range(2000)
    ]
    lines = "".join(f"{request}\n" for request in requests).encode()
    # As much as the system takes, while the server does nothing: it is all in this thread.
    connection = socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno()))
    with connection:
        sent = connection.send(lines)
    closing = asyncio.create_task(service.close())
    async with asyncio.timeout(60):
        answers = [json.loads(line) for line in (await reader.read()).splitlines()]
    await closing
    assert sorted(answer["id"] for answer in answers if "result" in answer) == list(range(lines[:sent].count(b"\n")))
    assert answers
    writer.close()


async def test_both_framings_on_one_socket(address: Address, registry: RepositoryBuilder, path: str) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "gto/stages", "params": {"repo": path}})
    lines = await netcat(address, f"Content-Length: {len(body)}\r\n\r\n{body}")
    assert lines[0].startswith("Content-Length: ")
    assert json.loads(lines[2])["result"]["stages"] == ["dev", "prod"]
    assert len(await netcat(address, body)) == 1


async def test_what_runs_for_a_client_ends_when_it_hangs_up(address: Address, tmp_path: Path) -> None:
    with silent_server() as (url, came):
        _, writer = await address.dial()
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
