"""The blocking client: what the command line uses, and scripts that do one thing after the other."""

from __future__ import annotations

import json
import os
from collections import deque
from contextlib import suppress

from gto_daemon.client import messages
from gto_daemon.client.dial import CONNECT_TIMEOUT
from gto_daemon.client.errors import CallError, DaemonUnavailable
from gto_daemon.client.reach import reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping
    from types import TracebackType
    from typing import Any, Self

#: Seconds for the answer to the handshake, which a daemon gives at once, whatever else it is doing.
HANDSHAKE_TIMEOUT = 20.0
_CHUNK = 256 * 1024


class _HungUp(Exception):  # noqa: N818  (no error, but the end of a conversation)
    """The connection ended."""


class Client:
    """One connection to the daemon. Not for several threads at once; make one for each.

    Usable as a context manager. Closing it cancels what is outstanding and ends its subscriptions.
    """

    def __init__(self, *, start: bool, environment: Mapping[str, str], timeout: float | None) -> None:
        self._start = start
        self._environment = environment
        self._timeout = timeout
        self._last_id = messages.HANDSHAKE
        self._dial()

    @classmethod
    def connect(
        cls, *, start: bool = True, environment: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Self:
        """Connect to the daemon of this user.

        `start`: start it when it is not there. `environment`: where the variables for identity, signing, transport
        and `GTO_*` are taken from (default: this process's). `timeout`: seconds to wait for a connection and for each
        answer; without it an answer is waited for without limit, though never one from a daemon that has stopped.

        Raises:
            DaemonUnavailable: with the reason.

        """
        return cls(start=start, environment=os.environ if environment is None else environment, timeout=timeout)

    def call(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Ask, and wait for the answer: the result member.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: it does not answer in time, or ends before it does.
            TypeError, ValueError: `params` is not JSON.

        """
        self._last_id += 1
        message = messages.request(self._last_id, method, params)
        try:
            return self._exchange(message)
        except _HungUp:
            # It ended (idle, or asked to) between our connect and its first answer: there is, or will be, another one.
            # Not later, when there may be subscriptions that would silently be gone.
            if self._answered or method in messages.ACTS:
                raise DaemonUnavailable(f"the daemon ended before it answered {method}; see: gtod logs") from None
        except KeyboardInterrupt:
            # Over TCP a client that is gone looks like one that only sends no more, so it is said.
            with suppress(OSError):
                self._socket.sendall(messages.cancellation(self._last_id))
            raise
        self.close()
        self._dial()
        try:
            return self._exchange(message)
        except _HungUp:
            raise DaemonUnavailable(f"the daemon ended twice before it answered {method}; see: gtod logs") from None

    def notifications(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Method and params of each notification, as they come; ends when the daemon hangs up.

        Raises:
            DaemonUnavailable: `timeout` is set, and nothing came for so long.

        """
        try:
            self._send(b"")
            while True:
                while self._notifications:
                    yield self._notifications.popleft()
                self._read_message(self._timeout)
        except _HungUp:
            return

    def close(self) -> None:
        """End the connection. The daemon drops what it was doing for it."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def socket(self) -> socket.socket:
        """The connection itself, for `stop`, which asks the kernel who is at the other end."""
        return self._socket

    def _dial(self) -> None:
        connect_timeout = CONNECT_TIMEOUT if self._timeout is None else min(self._timeout, CONNECT_TIMEOUT)
        self._socket, advertised = reach(start=self._start, timeout=connect_timeout)
        params = messages.handshake(self._environment, advertised)
        self._greeting = messages.request(messages.HANDSHAKE, "gto/handshake", params)
        self._greeted = False
        self._answered = False
        self._answers: dict[int, Mapping[str, Any]] = {}
        self._notifications: deque[tuple[str, dict[str, Any]]] = deque()
        self._chunks: list[bytes] = []
        self.server: dict[str, Any] = {}

    def _exchange(self, message: bytes) -> Any:
        self._send(message)
        limit = HANDSHAKE_TIMEOUT if self._timeout is None else self._timeout
        while not self._greeted:
            self._read_message(limit)
        while self._last_id not in self._answers:
            self._read_message(self._timeout)
        self._answered = True
        answer = self._answers.pop(self._last_id)
        self._answers.clear()  # of calls that were given up by an interrupt
        return messages.result(answer)

    def _send(self, message: bytes) -> None:
        greeting, self._greeting = self._greeting, b""
        self._socket.settimeout(HANDSHAKE_TIMEOUT if self._timeout is None else self._timeout)
        try:
            self._socket.sendall(greeting + message)
        except TimeoutError:
            raise self._silence() from None
        except (BrokenPipeError, ConnectionResetError):
            raise _HungUp from None

    def _read_message(self, timeout: float | None) -> None:
        message = json.loads(self._read_line(timeout))
        if "method" in message:
            self._notifications.append((message["method"], message.get("params") or {}))
        elif message.get("id") == messages.HANDSHAKE:
            self._greeted = True
            self._take_handshake(message)
        elif message.get("id") is None:
            raise DaemonUnavailable(f"the daemon does not understand this client: {message['error']['message']}")
        else:
            self._answers[message["id"]] = message

    def _take_handshake(self, message: Mapping[str, Any]) -> None:
        try:
            self.server = messages.result(message)
        except CallError as error:
            self.close()
            raise DaemonUnavailable(f"{error.message} {error.hint}".rstrip()) from error

    def _read_line(self, timeout: float | None) -> bytes:
        self._socket.settimeout(timeout)
        chunks = self._chunks
        chunk = chunks.pop() if chunks else b""  # what followed the last line; it may hold the next one
        while (end := chunk.find(b"\n")) < 0:
            chunks.append(chunk)
            try:
                chunk = self._socket.recv(_CHUNK)
            except TimeoutError:
                raise self._silence() from None
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                raise _HungUp
        chunks.append(chunk[:end])
        line = b"".join(chunks)
        self._chunks = [chunk[end + 1 :]]
        return line

    def _silence(self) -> DaemonUnavailable:
        return DaemonUnavailable(
            f"the daemon has not answered for {self._socket.gettimeout():g} s; see: gtod logs, or run: gtod restart"
        )
