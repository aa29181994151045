"""JSON-RPC 2.0 as the client writes it: one JSON object per line."""

from __future__ import annotations

from gto_daemon import __version__
from gto_daemon.client.environment import for_session
from gto_daemon.client.errors import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gto_daemon.client.tcp import Advertisement
    from gto_daemon.protocol import JsonObject

#: Version of the protocol that this client speaks.
PROTOCOL = 2
#: Id of the handshake, the first message of every connection.
HANDSHAKE = 0
#: Id of `gto/retire`, which the client asks by itself.
RETIREMENT = -1
#: Code of the error that answers a request which was cancelled (LSP 3.17).
REQUEST_CANCELLED = -32800

#: Bytes of a message that a daemon takes.
MAX_MESSAGE = 16 * 1024 * 1024
#: Code of the error that answers one it cannot read (JSON-RPC 2.0).
PARSE_ERROR = -32700

#: What a daemon says to a client that asked to hear of it when it leaves its place to a newer one.
RETIRED = "gto/didRetire"

#: Requests that change something: never sent a second time when the first may have arrived.
ACTS = frozenset(
    (
        "gto/register",
        "gto/assign",
        "gto/unassign",
        "gto/deregister",
        "gto/deprecate",
        "gto/annotate",
        "gto/removeAnnotation",
        "gto/push",
        "gto/fetch",
        "gto/rollback",
        "gto/apply",
        "gto/retire",
        "gto/shutdown",
    )
)


def request(number: int, method: str, params: Mapping[str, Any] | None) -> bytes:
    """Return a request, as one line.

    Raises:
        TypeError, ValueError: `params` is not JSON.
        CallError: no daemon would take it. One that gets a longer line closes the connection.

    """
    import json

    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}
    try:
        line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError:
        raise CallError(PARSE_ERROR, f"The params of {method} have too many collections inside each other") from None
    if len(line) > MAX_MESSAGE:
        said = f"The request {method} has {len(line)} bytes, which is too large; {MAX_MESSAGE} are allowed"
        raise CallError(PARSE_ERROR, said)
    return line + b"\n"


def cancellation(number: int) -> bytes:
    """Return the notification that an answer is no longer wanted (LSP 3.17 §cancelRequest)."""
    return b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}\n' % number


def handshake(
    environment: Mapping[str, str], advertised: Advertisement | None, *, optional: Sequence[str] = ()
) -> JsonObject:
    """Return the params of `gto/handshake`. `optional`: capabilities that the client would make use of."""
    params: JsonObject = {
        "client": "gto_daemon.client",
        "version": __version__,
        "protocol": PROTOCOL,
        "env": for_session(environment),
    }
    if optional:
        params["optional"] = list(optional)
    if advertised is not None:
        params["token"] = advertised["token"]
    return params


def outcome(answer: Mapping[str, Any]) -> JsonObject | CallError:
    """Return the result member of an answer, or the error that it is."""
    try:
        found: JsonObject = result(answer)
    except CallError as error:
        return error
    return found


def result(answer: Mapping[str, Any]) -> Any:
    """Return the result member of an answer.

    Raises:
        CallError: the answer is an error.

    """
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    raise CallError(error["code"], error["message"], error.get("data"))
