"""The pending requests, each of which will be answered exactly once.

A request is here until it is answered: by its task, by `$/cancelRequest`, or because its task was cancelled. Later
results for it are dropped.

A cancelled act is answered once it has ended, because it may have been carried out all the same.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from gto_daemon.rpc.jsonrpc.errors import REQUEST_CANCELLED, SERVER_CANCELLED, RpcError, as_rpc_error
from gto_daemon.rpc.jsonrpc.messages import Id, encode_id, error_response, is_id, response

#: Requests of one client that are being worked on. More wait unread, so that a flood costs its sender alone.
MAX_OPEN: Final = 256

_CANCELLED: Final = RpcError(REQUEST_CANCELLED, "The request was cancelled")


class Respond(Protocol):
    """Sends a response, in pieces: to the client, or into a batch."""

    def __call__(self, *pieces: bytes) -> None:
        """Take the whole response."""


class PendingRequests:
    """The pending requests of one session.

    Attributes:
        open: the requests, by their ids.

    """

    def __init__(self) -> None:
        self.open: dict[Id, _Pending] = {}

    def start(
        self, request_id: Id, method: str, outcome: Coroutine[Any, Any, bytes], respond: Respond, *, acts: bool
    ) -> None:
        """Answer a request with the result of `outcome`; `acts` says whether it is the result of an act."""
        opened = _Pending(respond, acts=acts)
        self.open[request_id] = opened
        opened.task = asyncio.get_running_loop().create_task(self._finish(request_id, method, outcome, opened))

        def end(_task: "asyncio.Task[None]") -> None:
            # A task that is cancelled before its first step never awaits what it was made for.
            outcome.close()
            if self.open.get(request_id) is opened:
                self._complete(request_id, opened, _given_up(request_id, method, opened))

        opened.task.add_done_callback(end)

    def cancel(self, request_id: Any) -> None:
        """Cancel a request that the client no longer wants (LSP 3.17 §cancelRequest). Unknown ids are ignored."""
        opened = self.open.get(request_id) if is_id(request_id) else None
        if opened is None:
            return
        if not opened.acts:
            self._complete(request_id, opened, error_response(encode_id(request_id), _CANCELLED.as_json()))
        opened.cancel(by_client=True)

    def give_up(self) -> None:
        """Finish all requests: queries are cancelled and may be repeated, acts report what was done."""
        for opened in list(self.open.values()):
            opened.cancel()

    def close(self) -> None:
        """Stop answering: the client is gone."""
        given_up, self.open = self.open, {}
        for opened in given_up.values():
            opened.cancel()

    async def _finish(
        self, request_id: Id, method: str, outcome: Coroutine[Any, Any, bytes], opened: "_Pending"
    ) -> None:
        try:
            pieces = response(encode_id(request_id), await outcome)
        except asyncio.CancelledError:
            # By the client, or by us, or what the task waited for was.
            self._complete(request_id, opened, _given_up(request_id, method, opened))
            raise
        except Exception as error:  # noqa: BLE001  (every request is answered, also the one that hits a bug)
            pieces = (error_response(encode_id(request_id), as_rpc_error(error, method).as_json()),)
        self._complete(request_id, opened, *pieces)

    def _complete(self, request_id: Id, opened: "_Pending", *pieces: bytes) -> None:
        if self.open.get(request_id) is opened:
            del self.open[request_id]
            opened.respond(*pieces)


class _Pending:
    """A request that is being worked on."""

    __slots__ = ("acts", "by_client", "is_cancelled", "respond", "task")

    def __init__(self, respond: Respond, *, acts: bool) -> None:
        self.respond = respond
        self.acts = acts
        self.by_client = False
        self.is_cancelled = False
        self.task: asyncio.Task[None] | None = None

    def cancel(self, *, by_client: bool = False) -> None:
        """Stop working on it. Said again, it means nothing: an act is on its way to its end."""
        if self.task is not None and not self.is_cancelled:
            self.is_cancelled, self.by_client = True, by_client
            self.task.cancel()


def server_cancelled(method: str) -> RpcError:
    """Return the error for a request that the daemon will not finish, or not start."""
    return RpcError(SERVER_CANCELLED, f"{method} was given up; ask again", {"retryable": True})


def _given_up(request_id: Id, method: str, opened: _Pending) -> bytes:
    error = _CANCELLED if opened.by_client else server_cancelled(method)
    return error_response(encode_id(request_id), error.as_json())
