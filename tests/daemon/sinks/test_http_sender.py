"""Sending over HTTP, to a receiver that verifies with the real packages, and to those that no one should have."""

import functools
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.daemon.sinks.http_sender import HttpSender, connect
from gto_daemon.daemon.sinks.outbox_tables import Waiting
from gto_daemon.registry.fleet.cloud_events import test_event as make_test_event
from gto_daemon.registry.fleet.signing import read_secret
from tests.receiver import SECRET, Receiver, raw_server, receiving, refuse


def waiting(number: str = "1") -> Waiting:
    identity, body = make_test_event("models", "a", number)
    return Waiting(1, identity, body, 0.0, "")


def sender(url: str, **options: Any) -> HttpSender:
    secrets = options.pop("secrets", [SECRET])
    return HttpSender(
        url, lambda: [read_secret(each.encode(), "a") for each in secrets], **{"allow_private": True, **options}
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_an_event_arrives_signed_and_the_connection_is_kept(receiver: Receiver) -> None:
    sending = sender(receiver.url)
    for number in range(5):
        assert sending.send(waiting(str(number))).accepted
    sending.close()
    assert len({event["id"] for event in receiver.accepted}) == 5
    assert receiver.connections == 1


def test_receivers_rotate_their_secrets(receiver: Receiver) -> None:
    new = "whsec_" + "bmV3LXNlY3JldC1vZi10aGUtdGVzdHMtMTIzNDU2Nzg5MA=="
    receiver.secrets = [SECRET, new]  # It verifies by each: both signatures are there.
    assert sender(receiver.url, secrets=[new, SECRET]).send(waiting()).accepted


@pytest.mark.parametrize(
    ("status", "headers", "said", "pause"),
    [
        (500, {}, "HTTP 500 Internal Server Error", None),
        (429, {"Retry-After": "7"}, "HTTP 429 Too Many Requests", 7.0),
        (503, {"Retry-After": "9999999999999"}, "HTTP 503 Service Unavailable", 21_600.0),
        (503, {"Retry-After": formatdate(0, usegmt=True)}, "HTTP 503 Service Unavailable", 0.0),
        (503, {"Retry-After": "soon"}, "HTTP 503 Service Unavailable", None),
        (302, {"Location": "/elsewhere"}, "HTTP 302 Found, and redirects are not followed", None),
        (308, {"Location": "/elsewhere"}, "HTTP 308 Permanent Redirect, and redirects are not followed", None),
    ],
)
def test_a_refusal_is_told(
    receiver: Receiver, status: int, headers: dict[str, str], said: str, pause: float | None
) -> None:
    receiver.answer = lambda handler, _: refuse(handler, status, headers)
    sending = sender(receiver.url)
    outcome = sending.send(waiting())
    assert (outcome.accepted, outcome.said, outcome.pause) == (False, said, pause)
    assert not sending.send(waiting()).accepted
    assert (len(receiver.tries), receiver.connections) == (2, 1)


def test_a_connection_that_was_closed_meanwhile_is_made_again(receiver: Receiver) -> None:
    def close(handler: Any, _event: object) -> bool:
        handler.close_connection = True
        return True

    receiver.answer = close
    sending = sender(receiver.url)
    assert all(sending.send(waiting(str(number))).accepted for number in range(3))


def answer_and_drip(connection: socket.socket, *, then: bytes) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 ")
    while True:
        connection.sendall(then)
        time.sleep(0.02)


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(lambda connection: threading.Event().wait(30), id="it hangs"),
        pytest.param(functools.partial(answer_and_drip, then=b"2"), id="it drips a status"),
    ],
)
def test_a_receiver_that_does_not_answer_costs_a_limited_time(speak: Callable[[socket.socket], None]) -> None:
    with raw_server(speak) as url:
        outcome = sender(url, answer_timeout=0.3).send(waiting())
    assert (outcome.accepted, outcome.said) == (False, "it did not answer in time")


def test_a_long_answer_is_not_read() -> None:
    sent = 0
    hung_up = threading.Event()

    def speak(connection: socket.socket) -> None:
        nonlocal sent
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
        try:
            for _ in range(160):
                connection.sendall(b"x" * 65_536)
                sent += 65_536
        except OSError:
            hung_up.set()
            raise

    with raw_server(speak) as url:
        assert sender(url).send(waiting()).accepted
        assert hung_up.wait(10)
    assert sent < 10_000_000


@pytest.mark.parametrize("answer", [b"", b"\0\0\0\0", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 10_000, b"SSH-2.0-x\r\n"])
def test_what_is_no_http_is_a_failure(answer: bytes) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)

    with raw_server(speak) as url:
        outcome = sender(url).send(waiting())
    assert not outcome.accepted
    assert "CANARY" not in outcome.said


def certificate(folder: Path, name: str) -> Path:
    made = folder / "certificate.pem"
    key = folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName={name}", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_bytes(made.read_bytes() + key.read_bytes())
    return made


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for folder, name in ((right, "IP:127.0.0.1"), (wrong, "DNS:other.example")):
        folder.mkdir()
        path = certificate(folder, name)
        with receiving(certificate=path) as receiver:
            unknown = sender(receiver.url).send(waiting())
            assert not unknown.accepted
            assert unknown.said.startswith("its certificate is not valid: self-signed certificate")
            outcome = sender(receiver.url, ca_file=str(path)).send(waiting())
            assert outcome.accepted is (folder is right), outcome
            assert len(receiver.tries) == outcome.accepted
    assert outcome.said.startswith("its certificate is not valid: IP address mismatch")


def test_a_private_address_is_not_connected_to(receiver: Receiver) -> None:
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        outcome = sender(url, allow_private=False).send(waiting())
        assert not outcome.accepted
        assert "which is no public address" in outcome.said
    assert receiver.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that has a public address when it is looked at, and a private one the next time."""
    asked: list[object] = []
    port = int(receiver.url.split(":")[2].split("/")[0])

    def rebinding(*args: object, **_options: object) -> list[Any]:
        asked.append(args)
        address = "203.0.113.7" if len(asked) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(OSError, match=r"is at 127\.0\.0\.1, which is no public address"):
        connect("rebinding.example", port, time.monotonic() + 1, allow_private=False)
    assert len(asked) == 1
    assert receiver.connections == 0
