"""The errors of the protocol: JSON-RPC's and LSP's codes, and how a refusal of the registry becomes one of them."""

import logging
import secrets
from typing import Final

from gto_daemon.git.resource_exhaustion import is_exhaustion
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
#: Characters of a method's name that its refusal repeats.
MAX_NAME_LENGTH: Final = 100
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
SERVER_NOT_INITIALIZED: Final = -32002
REQUEST_CANCELLED: Final = -32800
CONTENT_MODIFIED: Final = -32801
SERVER_CANCELLED: Final = -32802
REQUEST_FAILED: Final = -32803

#: What each code means here. The OpenRPC document and the protocol page are generated from it.
CODES: Final[dict[int, str]] = {
    PARSE_ERROR: "The message is not JSON (RFC 8259, UTF-8), or larger than 16 MiB.",
    INVALID_REQUEST: "The JSON is not a valid request, its id is still in flight, or the session was shut down.",
    METHOD_NOT_FOUND: "The method does not exist.",
    INVALID_PARAMS: "The params do not match the method; `data.errors` lists `loc`, `msg` and `type` of each fault.",
    INTERNAL_ERROR: "A bug. `data.incident` names the entry in the daemon's log.",
    SERVER_NOT_INITIALIZED: "A language feature was requested before `initialize` (LSP 3.17).",
    REQUEST_CANCELLED: "The client cancelled the request (LSP 3.17).",
    CONTENT_MODIFIED: "Code lenses were asked for again, after an edit, before this request was answered (LSP 3.17).",
    SERVER_CANCELLED: "The server cancelled the request: the repository was replaced, the daemon stops, or the "
    "diagnostics of a newer text were asked for (LSP 3.17).",
    REQUEST_FAILED: "A named refusal; `data` is `{kind, hint, retryable, …}`, see the table of kinds.",
}

_LOG = logging.getLogger(__name__)


class RpcError(Exception):
    """An error object of JSON-RPC: `code`, `message` and `data` (absent when None)."""

    def __init__(self, code: int, message: str, data: JsonObject | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def as_json(self) -> JsonObject:
        """Return the `error` member of a response."""
        if self.data is None:
            return {"code": self.code, "message": self.message}
        return {"code": self.code, "message": self.message, "data": self.data}


def as_rpc_error(error: BaseException, doing: str) -> RpcError:
    """Convert `error` to the error that the client gets.

    A refusal keeps its kind. Anything else is a bug: the traceback goes only to the log, under an incident id that the
    response has. Code that cannot be imported is a problem of the installation, and what the system is short of one of
    the moment.
    """
    if isinstance(error, RpcError):
        return error
    if isinstance(error, RegistryError):
        return RpcError(REQUEST_FAILED, error.message, error.as_json())
    if isinstance(error, ImportError):
        _LOG.error("the code for %s cannot be loaded", doing, exc_info=error)
        return as_rpc_error(_damaged(error, doing), doing)
    if is_exhaustion(error):
        _LOG.error("the system is short of something for %s", doing, exc_info=error)
        return as_rpc_error(_exhausted(error, doing), doing)
    incident = secrets.token_hex(4)
    _LOG.error("incident %s while answering %s", incident, doing, exc_info=error)
    return RpcError(
        INTERNAL_ERROR,
        f"Internal error while answering {doing}: the log has it as incident {incident}",
        {"incident": incident},
    )


def _damaged(error: ImportError, doing: str) -> RegistryError:
    return RegistryError(
        "InstallationDamaged",
        f"The code of gtod for {doing} cannot be loaded: {error}",
        hint="If gtod was removed or updated meanwhile, ask again, over another connection. Otherwise install it anew.",
        retryable=True,
    )


def _exhausted(error: BaseException, doing: str) -> RegistryError:
    return RegistryError(
        "ResourcesExhausted",
        f"The system has nothing left for {doing}: {error}",
        hint="Ask again, or raise the limit of open files or memory that the daemon is started with.",
        retryable=True,
    )
