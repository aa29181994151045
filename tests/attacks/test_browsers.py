"""A web page that has its visitor's browser talk to the daemon: cross-origin requests, DNS rebinding, web sockets.

All that a page decides of the first bytes of a connection is a method (a token, in capitals mostly) and a path.
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.rpc import PROTOCOL
from tests.builders import RepositoryBuilder
from tests.transports import BOTH

TRANSPORTS = BOTH


@pytest.fixture
def target(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.commit({"a": "1"})
    return repo


def act(repo: RepositoryBuilder, token: str) -> bytes:
    """What the page would have done if only it were listened to; it may even have guessed the token."""
    hello = {"client": "x", "version": "1", "protocol": PROTOCOL, "token": token}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "gto/handshake", "params": hello},
        {"jsonrpc": "2.0", "id": 2, "method": "gto/register", "params": {"repo": str(repo.path), "name": "evil"}},
        {"jsonrpc": "2.0", "id": 3, "method": "gto/shutdown"},
    ]
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def requests(body: bytes) -> Iterator[bytes]:
    length = b"Content-Length: %d\r\n" % len(body)
    framed = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    rebound = b"Host: evil.example:80\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\n"
    yield b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    yield b"POST / HTTP/1.1\r\n" + rebound + length + b"\r\n" + body
    yield b"POST / HTTP/1.1\r\n" + rebound + b"Content-Length: %d\r\n\r\n" % len(framed) + framed
    yield (
        b"POST /{ HTTP/1.1\r\n"
        + rebound
        + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    )
    yield b"OPTIONS * HTTP/1.1\r\n" + rebound + b"Access-Control-Request-Method: POST\r\n\r\n" + body
    yield b"Content-Length http://x/ HTTP/1.1\r\n" + length + b"\r\n" + body
    yield b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n" + body
    yield b"GET /\r\n" + body  # HTTP/0.9
    yield b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + body
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + body  # TLS
    yield b"EHLO x\r\n" + body  # another protocol that pages were made to speak
    yield b"POST / HTTP/1.1\r\n"  # and no more: the rest never comes


def dial(runtime: Path, transport: str) -> socket.socket:
    if transport == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(runtime / "gtod.sock"))
    else:
        port = json.loads((runtime / "gtod.json").read_text())["port"]
        connection = socket.create_connection(("127.0.0.1", port))
    connection.settimeout(60)
    return connection


def test_nothing_is_done_and_the_connection_is_closed(runtime: Path, target: RepositoryBuilder, transport: str) -> None:
    pid = client.start()["pid"]
    token = json.loads((runtime / "gtod.json").read_text())["token"] if transport == "tcp" else ""
    for request in requests(act(target, token)):
        with dial(runtime, transport) as connection:
            connection.sendall(request)
            answers = b""
            try:
                while chunk := connection.recv(65536):  # to the end: it is the daemon that closes
                    answers += chunk
            except ConnectionResetError:
                pass  # with the rest of the request unread
        if answers:
            error = json.loads(answers.partition(b"\r\n\r\n")[2] or answers)
            assert "result" not in error
            assert error["id"] is None
    assert target.git("tag") == ""
    status = client.status()
    assert status is not None
    assert status["pid"] == pid
