"""A batch: several messages in one array, answered in one array (JSON-RPC 2.0 §6)."""

from collections.abc import Callable
from typing import Any, Final

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.envelope import Id
from gto_daemon.rpc.errors import INVALID_REQUEST, RpcError, as_rpc_error
from gto_daemon.rpc.framing import MAX_FRAME
from gto_daemon.rpc.open_requests import Sink
from gto_daemon.rpc.wire import encode_id, fault

#: Messages in one batch. Without a bound a frame of 16 MiB could ask for gigabytes.
MOST_MEMBERS: Final = 1000


def members(values: list[Any]) -> list[Any]:
    """The messages of a batch.

    Raises:
        RpcError: -32600 for a batch that is empty or too long.

    """
    if not values:
        raise RpcError(INVALID_REQUEST, "Invalid request: the batch is empty")
    if len(values) > MOST_MEMBERS:
        raise RpcError(INVALID_REQUEST, f"Invalid request: a batch of {len(values)}; {MOST_MEMBERS} are allowed")
    return values


class Batch:
    """Collects the answers of one batch and sends them once all are there.

    Args:
        count: how many answers there will be; none are sent for none.
        send: takes the whole array.

    """

    def __init__(self, count: int, send: Callable[[bytes], None], *, most_bytes: int = MAX_FRAME) -> None:
        self._missing = count
        self._send = send
        self._answers: list[bytes] = []
        self._room = most_bytes

    def sink(self, request_id: Id | None) -> Sink:
        """Where the answer to one of the messages goes."""

        def add(*pieces: bytes) -> None:
            answer = b"".join(pieces)
            self._room -= len(answer)
            self._answers.append(answer if self._room >= 0 else _too_large(request_id))
            self._missing -= 1
            if self._missing == 0:
                self._send(b"[%b]" % b",".join(self._answers))

        return add


def _too_large(request_id: Id | None) -> bytes:
    error = RegistryError(
        "AnswerTooLarge",
        f"The answers of the batch exceed {MAX_FRAME} bytes together",
        hint="Send this request on its own.",
    )
    return fault(encode_id(request_id), as_rpc_error(error, "a batch").as_json())
