"""Send events over HTTP: CloudEvents in structured mode, signed by Standard Webhooks.

The other side is not trusted: it gets a limited time, little of what it says is read, and no redirect is followed. The
address that is connected to is the one that was found to be public, so a name that resolves to another one the next
time leads nowhere else. Proxies of the environment are not used.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from gto_daemon import __version__
from gto_daemon.daemon.sinks.outbox_tables import Waiting
from gto_daemon.daemon.sinks.sending import Outcome
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.addresses import is_public
from gto_daemon.registry.fleet.cloud_events import CONTENT_TYPE
from gto_daemon.registry.fleet.signing import signature

CONNECT_TIMEOUT: Final = 5.0
ANSWER_TIMEOUT: Final = 10.0
#: Bytes that are read of an answer; where there are more, the connection is closed.
_MAX_ANSWER: Final = 4_096
#: The longest that a sink may ask to be left alone, in seconds.
_MAX_RETRY_AFTER: Final = 6 * 3_600.0
_UNAUTHORIZED: Final = (401, 403)


class AddressRefusedError(OSError):
    """A sink is at an address that it may not be at."""


class HttpSender:
    """A connection to a receiver.

    Args:
        url: the URL of the receiver.
        secrets: returns the secrets, the newest first, or raises `SecretUnusable`.
        refused: called when the receiver refuses the signature.
        allow_private: whether it may be at an address that is not public.
        ca_file: the certificates that it is checked by; None for those of the system.
        connect_timeout: seconds to connect.
        answer_timeout: seconds for the receiver to take an event and to answer.

    """

    def __init__(
        self,
        url: str,
        secrets: Callable[[], Sequence[bytes]],
        *,
        refused: Callable[[], None] = lambda: None,
        allow_private: bool = False,
        ca_file: str | None = None,
        connect_timeout: float = CONNECT_TIMEOUT,
        answer_timeout: float = ANSWER_TIMEOUT,
    ) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._secrets = secrets
        self._refused = refused
        self._allow_private = allow_private
        self._ca_file = ca_file
        self._connect_timeout = connect_timeout
        self._answer_timeout = answer_timeout
        self._connection: _Connection | None = None

    def send(self, event: Waiting) -> Outcome:
        """See `Sender.send`."""
        try:
            secrets = self._secrets()
        except RegistryError as error:
            return Outcome(accepted=False, said=f"{error.message}. {error.hint}")
        timestamp = int(time.time())
        headers = {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": f"gtod/{__version__}",
            "webhook-id": event.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secrets, event.id, timestamp, event.body),
        }
        was_open = self._connection is not None
        try:
            return self._tried(event.body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self.close()
            if not was_open:
                return _failed(error)
        # It was closed while nothing was sent, as receivers do.
        try:
            return self._tried(event.body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            return _failed(error)

    def _tried(self, body: bytes, headers: dict[str, str]) -> Outcome:
        try:
            connection = self._connected()
            connection.deadline = time.monotonic() + self._answer_timeout
            connection.sock.settimeout(self._answer_timeout)
            connection.request("POST", self._target, body, headers)
            response = connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            return _failed(error)
        outcome = _outcome(response)
        self._read(response)
        if response.status in _UNAUTHORIZED:
            self._refused()
        return outcome

    def _read(self, response: http.client.HTTPResponse) -> None:
        """Read the rest of an answer, so that the connection can be used again; close it where that is long."""
        try:
            response.read(_MAX_ANSWER)
            is_whole = response.isclosed() or response.length == 0 or not response.read(1)
        except (OSError, http.client.HTTPException, ValueError):
            is_whole = False
        if not is_whole or response.will_close:
            self.close()

    def _connected(self) -> "_Connection":
        if self._connection is None:
            context = ssl.create_default_context(cafile=self._ca_file) if self._is_tls else None
            deadline = time.monotonic() + self._connect_timeout
            sock: socket.socket = connect(self._host, self._port, deadline, allow_private=self._allow_private)
            try:
                if context is not None:
                    sock.settimeout(max(0.001, deadline - time.monotonic()))
                    sock = context.wrap_socket(sock, server_hostname=self._host)
            except BaseException:
                sock.close()
                raise
            self._connection = _Connection(self._host, self._port, sock, is_tls=self._is_tls)
        return self._connection

    def close(self) -> None:
        """See `Sender.close`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection over a socket that is connected already, whose answers have to come by a deadline."""

    def __init__(self, host: str, port: int, sock: socket.socket, *, is_tls: bool) -> None:
        super().__init__(host, port)
        # It leaves the port out of `Host` where it is the default one.
        self.default_port = 443 if is_tls else 80
        self.sock = sock
        self.auto_open = 0
        self.deadline = 0.0
        self.response_class = self._response  # type: ignore[assignment]  # (a factory does)

    def _response(self, sock: socket.socket, *args: Any, **options: Any) -> http.client.HTTPResponse:
        return http.client.HTTPResponse(_Until(sock, self), *args, **options)  # type: ignore[arg-type]


class _Until:
    """A socket, as far as an `HTTPResponse` knows it, from which nothing is read after a deadline."""

    def __init__(self, sock: socket.socket, connection: _Connection) -> None:
        self._sock = sock
        self._connection = connection

    def makefile(self, _mode: Literal["rb"]) -> io.BufferedReader:
        return io.BufferedReader(_Reads(self._sock, self._connection))


class _Reads(io.RawIOBase):
    """Each read may take the time that is left: a timeout of the socket is for one read, and a byte starts it anew."""

    def __init__(self, sock: socket.socket, connection: _Connection) -> None:
        self._sock = sock
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        left = self._connection.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


def connect(host: str, port: int, deadline: float, *, allow_private: bool) -> socket.socket:
    """Return a socket that is connected to one of the addresses of a host that it may be at.

    Raises:
        AddressRefusedError: it has no other addresses than private ones.
        OSError: none can be connected to.

    """
    failure: OSError = AddressRefusedError(f"'{host}' has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not allow_private and not is_public(str(address[0])):
            failure = AddressRefusedError(
                f"'{host}' is at {address[0]}, which is no public address; write `allow_private: true` if it is meant"
            )
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _outcome(response: http.client.HTTPResponse) -> Outcome:
    """Return what an answer says. Its own words are not kept: a receiver may say back what it was sent."""
    status = response.status
    if 200 <= status < 300:
        return Outcome(accepted=True, said=f"HTTP {status}")
    reason = http.client.responses.get(status, "")
    said = f"HTTP {status} {reason}".rstrip()
    if 300 <= status < 400:
        said += ", and redirects are not followed"
    return Outcome(accepted=False, said=said, pause=_retry_after(response.getheader("Retry-After")))


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of `Retry-After`; None if there is none that can be read."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MAX_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), _MAX_RETRY_AFTER)


def _failed(error: Exception) -> Outcome:
    return Outcome(accepted=False, said=_words(error))


def _words(error: Exception) -> str:
    """Return what went wrong, in words that have nothing of what the other side sent."""
    said = str(error) if isinstance(error, AddressRefusedError) else f"its answer is no HTTP ({type(error).__name__})"
    if isinstance(error, TimeoutError):
        said = "it did not answer in time"
    elif isinstance(error, http.client.RemoteDisconnected):
        said = "it closed the connection without an answer"
    elif isinstance(error, ssl.SSLCertVerificationError):
        said = f"its certificate is not valid: {error.verify_message}"
    elif isinstance(error, ssl.SSLError):
        said = f"TLS failed: {error.reason or type(error).__name__}"
    elif isinstance(error, OSError) and not isinstance(error, AddressRefusedError):
        said = error.strerror or type(error).__name__
    return said
