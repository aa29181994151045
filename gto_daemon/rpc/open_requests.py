"""The requests that are not answered yet, each of which will be, exactly once.

A request is here until it is answered: by its task, by `$/cancelRequest`, or because its task was given up. What is
not here cannot be answered any more, so a late result is dropped.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from gto_daemon.rpc.envelope import Id, Request, is_id
from gto_daemon.rpc.errors import REQUEST_CANCELLED, SERVER_CANCELLED, RpcError, as_rpc_error
from gto_daemon.rpc.wire import answer, encode_id, fault

#: Requests of one client that are being worked on. More wait unread, so that a flood costs its sender alone.
MOST_OPEN: Final = 256

#: Where an answer goes: to the client, or into a batch.
Sink = Callable[[bytes], None]


class OpenRequests:
    """Those of one session."""

    def __init__(self) -> None:
        self._open: dict[Id, _Open] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, request_id: Id) -> bool:
        return request_id in self._open

    def begin(self, request: Request, outcome: Coroutine[Any, Any, bytes], sink: Sink) -> None:
        """Answer `request` with the result that `outcome` comes to."""
        opened = _Open(sink)
        self._open[request.id] = opened
        opened.task = asyncio.get_running_loop().create_task(self._finish(request, outcome, opened))
        # A task that is cancelled before its first step never awaits what it was made for.
        opened.task.add_done_callback(lambda _task: outcome.close())

    def cancel(self, request_id: Any) -> None:
        """The client does not want the answer any more (LSP 3.17 §cancelRequest). An unknown id means nothing."""
        opened = self._open.get(request_id) if is_id(request_id) else None
        if opened is not None:
            error = RpcError(REQUEST_CANCELLED, "The request was cancelled")
            self._settle(request_id, opened, fault(encode_id(request_id), error.as_json()))
            opened.cancel()

    def close(self) -> None:
        """The client is gone: nothing is answered any more."""
        given_up, self._open = self._open, {}
        for opened in given_up.values():
            opened.cancel()

    async def _finish(self, request: Request, outcome: Coroutine[Any, Any, bytes], opened: "_Open") -> None:
        try:
            body = answer(encode_id(request.id), await outcome)
        except asyncio.CancelledError:
            # By the client, then it is answered already; or what the task waited for was, then it is to be answered.
            error = RpcError(SERVER_CANCELLED, f"{request.method} was given up; ask again", {"retryable": True})
            self._settle(request.id, opened, fault(encode_id(request.id), error.as_json()))
            raise
        except Exception as error:  # noqa: BLE001  (every request is answered, also the one that hits a bug)
            body = fault(encode_id(request.id), as_rpc_error(error, request.method).as_json())
        self._settle(request.id, opened, body)

    def _settle(self, request_id: Id, opened: "_Open", body: bytes) -> None:
        if self._open.get(request_id) is opened:
            del self._open[request_id]
            opened.sink(body)


class _Open:
    """A request that is being worked on."""

    __slots__ = ("sink", "task")

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Stop working on it."""
        if self.task is not None:
            self.task.cancel()
