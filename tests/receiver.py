"""A receiver of events on loopback, as a user would write one.

It verifies with the package `standardwebhooks`, parses with `cloudevents`, and answers as a test says.
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook

SECRET = "whsec_" + "Q0FOQVJZLXNlY3JldC1vZi10aGUtdGVzdHMtMTIzNDU2Nzg="


@dataclass
class Receiver:
    """What was received, and how it answers: called with the handler and the event, it says whether to accept it."""

    url: str
    secrets: list[str] = field(default_factory=lambda: [SECRET])
    answer: Callable[[BaseHTTPRequestHandler, dict[str, Any]], bool] = lambda _handler, _event: True
    accepted: list[dict[str, Any]] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def first_seen(self) -> list[dict[str, Any]]:
        """What was accepted, without doubles."""
        with self.lock:
            return list({event["id"]: event for event in reversed(self.accepted)}.values())[::-1]


def refuse(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str] | None = None) -> bool:
    """Answer with a status that is not of success."""
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return False


@contextmanager
def receiving(port: int = 0, certificate: Path | None = None) -> Iterator[Receiver]:
    """Receive until the end of the context."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # One write for an answer, or delayed acknowledgements cost 40 ms each.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            receiver.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            for secret in receiver.secrets:
                Webhook(secret).verify(body, headers)
            parsed = from_structured_event(HTTPMessage(headers=headers, body=body))
            event = json.loads(body)
            assert parsed.get_id() == headers["webhook-id"] == event["id"]
            with receiver.lock:
                receiver.tries.append(event)
            if receiver.answer(self, event):
                with receiver.lock:
                    receiver.accepted.append(event)
                self.send_response(204)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """The other side sees that it was closed."""

    server = Server(("127.0.0.1", port), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    receiver = Receiver(f"{scheme}://127.0.0.1:{server.server_address[1]}/events?token=of-the-url")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a server that says what no server of HTTP should."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_spoken, args=(speak, connection), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _spoken(speak: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection:
        try:
            speak(connection)
        except OSError:
            return  # It was hung up on, as it should be.
