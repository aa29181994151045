"""The blocking client: what the command line uses, and scripts that do one thing after the other."""

from __future__ import annotations

import json
import os
from collections import deque
from contextlib import suppress
from time import monotonic, time

from gto_daemon import __version__
from gto_daemon.client import messages, releases
from gto_daemon.client.connect import connect_or_start
from gto_daemon.client.dial import CONNECT_TIMEOUT, HANDSHAKE_TIMEOUT
from gto_daemon.client.errors import CallError, DaemonUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType
    from typing import Any, Self

    from gto_daemon.protocol import JsonObject

#: Seconds for an act that was cancelled to end: more than the daemon lets its programs have.
CANCEL_TIMEOUT = 15.0
#: Seconds for the answer to what became of an act; a daemon that was just started may have to read the registry.
LOST_TIMEOUT = 60.0
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
        self._replacements = 0
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
        self._last_call = (method, params or {}, time())
        message = messages.request(self._last_id, method, params)
        if self._retired and self._start and not self._subscribed:
            self._dial_anew()
        try:
            return self._ask_surely(method, message)
        except KeyboardInterrupt:
            # Over TCP a client that is gone looks like one that only sends no more, so it is said.
            with suppress(OSError):
                self._socket.sendall(messages.cancellation(self._last_id))
            raise

    @property
    def is_waiting(self) -> bool:
        """Whether the last call was sent, and its answer has not come."""
        return self._waiting

    def outcome(self) -> Any:
        """Wait for the answer to the last call after `KeyboardInterrupt` ended it: an act may be done all the same.

        Raises:
            CallError: it was given up (code -32800), or refused.
            DaemonUnavailable: the daemon ends, or does not answer within `CANCEL_TIMEOUT`.

        """
        deadline = monotonic() + CANCEL_TIMEOUT
        try:
            while self._last_id not in self._answers:
                self._read_message(max(deadline - monotonic(), 0.001))
        except _HungUp:
            raise self._lost() from None
        self._waiting = False
        return messages.result(self._answers.pop(self._last_id))

    def _ask_surely(self, method: str, message: bytes) -> Any:
        try:
            return self._ask(method, message)
        except _HungUp:
            # It ended (idle, or asked to) between our connect and its first answer: there is, or will be, another one.
            # Not later, when there may be subscriptions that would silently be gone.
            if self._answered or (self._greeted and method in messages.ACTS):
                raise self._lost() from None
        self._dial_anew()
        try:
            return self._ask(method, message)
        except _HungUp:
            raise DaemonUnavailable(f"the daemon ended twice before it answered {method}; see: `gtod logs`") from None

    def _lost(self) -> DaemonUnavailable:
        from gto_daemon.client.lost_responses import explain_lost_act

        def ask(question: JsonObject) -> Any:
            limit = LOST_TIMEOUT if self._timeout is None else self._timeout
            with Client.connect(start=self._start, environment=self._environment, timeout=limit) as other:
                return other.call("gto/history", question)

        method, params, since = self._last_call
        reason = f"the daemon ended before it answered {method}"
        return explain_lost_act(reason, method, params, since, self._environment, ask)

    def notifications(self) -> Iterator[tuple[str, JsonObject]]:
        """Method and params of each notification, as they come; ends when the daemon hangs up.

        `gto/didRetire` is one: this daemon has left its place to another, and goes on until this client leaves.

        Raises:
            DaemonUnavailable: `timeout` is set, and nothing came for so long.

        """
        try:
            self._greet()
            while True:
                while self._notifications:
                    yield self._notifications.popleft()
                self._read_message(self._timeout)
        except _HungUp:
            return

    def close(self) -> None:
        """End the connection. The daemon drops what it was doing for it."""
        self._socket.close()

    def have_it_retire(self, prepare: Callable[[], object]) -> bool:
        """Ask the daemon to leave its place if it is older than this client, and return whether it did.

        `prepare` is called right before, so that the place is empty for a moment only.

        Raises:
            DaemonUnavailable: it does not answer in time.

        """
        try:
            if not self._finds_an_older_one():
                return False
            prepare()
            # That may take longer than a daemon waits for who says nothing, or than another one to take its place.
            self._dial_anew()
            if not self._finds_an_older_one():
                return False
            message = messages.request(messages.RETIREMENT, "gto/retire", {"version": __version__})
            return self._exchange(messages.RETIREMENT, message, HANDSHAKE_TIMEOUT).get("error") is None
        except _HungUp:
            return True

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
        self._socket, advertised = connect_or_start(start=self._start, timeout=connect_timeout)
        params = messages.handshake(self._environment, advertised, optional=("didRetire",))
        self._greeting = messages.request(messages.HANDSHAKE, "gto/handshake", params)
        self._greeted = False
        self._answered = False
        self._subscribed = False
        self._retired = False
        self._waiting = False
        self._answers: dict[int, Mapping[str, Any]] = {}
        self._notifications: deque[tuple[str, JsonObject]] = deque()
        self._chunks: list[bytes] = []
        #: Whether the daemon is older than this client, which was not to replace it.
        self.is_outdated = False
        self.server: JsonObject = {}

    def _dial_anew(self) -> None:
        self.close()
        self._dial()

    def _ask(self, method: str, message: bytes) -> Any:
        self._greet(whichever=method == "gto/shutdown")
        self._waiting = True
        answer = self._exchange(self._last_id, message, self._timeout)
        self._waiting = False
        self._answered = True
        self._answers.clear()  # of calls that were given up by an interrupt
        self._subscribed |= method == "gto/subscribe"
        return messages.result(answer)

    def _greet(self, *, whichever: bool = False) -> None:
        """Introduce this client. Nothing else is sent before it is known that the daemon understands it.

        `whichever`: go on with this one, also if it is older, or refuses, for what all versions understand.
        """
        while not self._greeted:
            greeting, self._greeting = self._greeting, b""
            limit = HANDSHAKE_TIMEOUT if self._timeout is None else self._timeout
            said = messages.outcome(self._exchange(messages.HANDSHAKE, greeting, limit))
            self.is_outdated = releases.is_outdated(said)
            if self.is_outdated and self._start and not whichever and self._replacements < releases.MAX_REPLACED:
                self._replacements += 1
                self.close()
                from gto_daemon.client.spawn import spawn

                spawn()  # it has the older one retire
                self._dial()
                continue
            self._greeted = True
            if not isinstance(said, CallError):
                self.server = said
            elif not whichever:
                self.close()
                raise DaemonUnavailable(f"{said.message} {said.hint}".rstrip()) from said

    def _finds_an_older_one(self) -> bool:
        self._greet(whichever=True)
        return self.is_outdated

    def _exchange(self, number: int, message: bytes, limit: float | None) -> Mapping[str, Any]:
        self._send(message)
        while number not in self._answers:
            self._read_message(limit)
        return self._answers[number]

    def _send(self, message: bytes) -> None:
        self._socket.settimeout(HANDSHAKE_TIMEOUT if self._timeout is None else self._timeout)
        try:
            self._socket.sendall(message)
        except TimeoutError:
            raise self._silence() from None
        except (BrokenPipeError, ConnectionResetError):
            raise _HungUp from None

    def _read_message(self, timeout: float | None) -> None:
        message = json.loads(self._read_line(timeout))
        if "method" in message:
            self._retired |= message["method"] == messages.RETIRED
            self._notifications.append((message["method"], message.get("params") or {}))
        elif message.get("id") is None and self._greeted:
            # It could not even read which request it is; but one waits only.
            self._answers[self._last_id] = message
        elif message.get("id") is None:
            raise DaemonUnavailable(f"the daemon does not understand this client: {message['error']['message']}")
        else:
            self._answers[message["id"]] = message

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
            f"the daemon has not answered for {self._socket.gettimeout():g} s; see: `gtod logs`, or run: `gtod restart`"
        )
