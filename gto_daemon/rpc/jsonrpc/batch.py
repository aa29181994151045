"""A batch: several messages in one array, answered in one array (JSON-RPC 2.0 §6)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.backlog import MIN_COUNTED
from gto_daemon.rpc.jsonrpc.errors import INVALID_REQUEST, RpcError, as_rpc_error
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from gto_daemon.rpc.jsonrpc.messages import MIN_SHARED, Id, encode_id, error_response
from gto_daemon.rpc.jsonrpc.pending_requests import Respond

#: Messages in one batch. Without a bound a frame of 16 MiB could ask for gigabytes.
MAX_MEMBERS: Final = 1000
#: Bytes of an answer that is never refused for its length: the refusal would not be much shorter.
_MIN_REFUSED: Final = 1024


def members(values: list[Any]) -> list[Any]:
    """Return the messages of a batch.

    Raises:
        RpcError: -32600 for a batch that is empty or too long.

    """
    if not values:
        raise RpcError(INVALID_REQUEST, "Invalid request: the batch is empty")
    if len(values) > MAX_MEMBERS:
        raise RpcError(INVALID_REQUEST, f"Invalid request: a batch of {len(values)}; {MAX_MEMBERS} are allowed")
    return values


class Batch:
    """Collects the responses of one batch and sends them when all are complete.

    Their bytes are bounded. Acts that were done are always answered, or they would be done again after a refusal. A
    long response to a query is replaced by a refusal, because it can be asked again; nothing starts without room.

    Args:
        count: how many answers there will be; none are sent for none.
        send: takes the whole array, in pieces.
        on_growth: called when more is held.
        max_bytes: the limit for all responses together.

    """

    def __init__(
        self, count: int, send: Respond, *, on_growth: Callable[[], None] = lambda: None, max_bytes: int = MAX_FRAME
    ) -> None:
        self._missing = count
        self._send = send
        self._on_growth = on_growth
        self._pieces: list[bytes] = []
        self._room = max_bytes
        self._uncounted = 0
        #: Bytes that are held for this batch alone.
        self.held = 0
        #: What is held, and perhaps for others as well.
        self.shared: list[bytes] = []

    @property
    def is_complete(self) -> bool:
        """Whether all responses are complete and sent."""
        return self._missing <= 0

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more responses."""
        return self._room <= 0

    def responder(self, request_id: Id | None, *, is_repeatable: Callable[[], bool] = lambda: False) -> Respond:
        """Return where to send the response to a message; `is_repeatable` says whether it may be requested again."""

        def add(*pieces: bytes) -> None:
            size = sum(map(len, pieces))
            if size > max(self._room, _MIN_REFUSED) and is_repeatable():
                pieces = (error_response(encode_id(request_id), too_large(is_begun=True).as_json()),)
                size = len(pieces[0])
            self._take(pieces, size)

        return add

    def discard(self) -> None:
        """Discard the held messages: nobody will receive them."""
        self._pieces, self.held, self.shared = [], 0, []

    def _take(self, pieces: tuple[bytes, ...], size: int) -> None:
        self._room -= size
        self._pieces.append(b"," if self._pieces else b"[")
        self._pieces.extend(pieces)
        shared = [piece for piece in pieces if len(piece) >= MIN_SHARED]
        self.shared += shared
        self.held += size - sum(map(len, shared))
        self._missing -= 1
        if self._missing == 0:
            sent = [*self._pieces, b"]"]
            self.discard()
            self._send(*_merged(sent))
            return
        self._uncounted += size
        if self._uncounted >= MIN_COUNTED:
            self._uncounted = 0
            self._on_growth()


def too_large(*, is_begun: bool) -> RpcError:
    """Return the error for a request of a batch whose result no longer fits in the response."""
    error = RegistryError(
        "AnswerTooLarge",
        f"The answers of the batch exceed {MAX_FRAME} bytes together, so this request was not "
        + ("answered" if is_begun else "begun"),
        hint="Send this request on its own.",
    )
    return as_rpc_error(error, "a batch")


def _merged(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in as few pieces as possible without copying pieces that others may hold."""
    for is_shared, group in groupby(pieces, lambda piece: len(piece) >= MIN_SHARED):
        if is_shared:
            yield from group
        else:
            yield b"".join(group)
