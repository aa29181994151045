"""The notifications: messages without a response."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A notification, its params in `gto_daemon/protocol/`, and who sends it."""

    name: str
    summary: str
    params: str
    from_server: bool


NOTIFICATIONS: Final = (
    NotificationKind(
        "gto/didChange",
        "The registry changed. Sent once per change, after the daemon has read it. For a client that reads slowly, "
        "changes of the same origin are merged into one notification.",
        "DidChangeParams",
        from_server=True,
    ),
    NotificationKind(
        "gto/fleet/didChange",
        "A repository of a fleet changed, came, went, or can no longer be read. Sent once per change; for a client "
        "that reads slowly, changes of the same origin are merged into one notification.",
        "FleetDidChangeParams",
        from_server=True,
    ),
    NotificationKind(
        "gto/didVerifySignatures",
        "Signatures are verified that were `pending`, or outdated, in an answer that this client asked for with "
        "`signatures`: ask again. Sent once all of that answer's are known. The clock stays.",
        "DidVerifySignaturesParams",
        from_server=True,
    ),
    NotificationKind(
        "gto/didRetire",
        "Another daemon takes the place of this one, which keeps serving its open sessions until they end. Sent to "
        "clients whose `gto/handshake` lists `didRetire` in `optional`: reconnect at your convenience.",
        "DidRetireParams",
        from_server=True,
    ),
    NotificationKind(
        "$/progress",
        "The progress of a request with a `workDoneToken` (LSP 3.17).",
        "ProgressParams",
        from_server=True,
    ),
    NotificationKind(
        "$/cancelRequest",
        "Cancel a request: the response is error -32800, immediately. An act is stopped first; if it is too late to "
        "stop it, the response is its result. Works with both framings.",
        "CancelParams",
        from_server=False,
    ),
    NotificationKind(
        "exit",
        "End the session: all pending requests are answered, and then the server closes the connection. It has no "
        "params.",
        "ExitParams",
        from_server=False,
    ),
)
