"""The notifications: what is said without being answered."""

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
        "The registry changed: told once, after the index holds it. A slow reader gets several changes of the same "
        "origin as one.",
        "DidChangeParams",
        from_server=True,
    ),
    NotificationKind(
        "gto/didRetire",
        "This daemon has left its place to another, and goes on for the sessions that it has, until they leave. "
        "Said to clients whose `gto/handshake` lists `didRetire` in `optional`: connect again when it suits you.",
        "DidRetireParams",
        from_server=True,
    ),
    NotificationKind(
        "$/progress",
        "How far a request with a `workDoneToken` is (LSP 3.17).",
        "ProgressParams",
        from_server=True,
    ),
    NotificationKind(
        "$/cancelRequest",
        "The answer is not wanted any more: it is -32800 at once. An act is ended first, and if it was too late for "
        "that, answered with its result. In both framings.",
        "CancelParams",
        from_server=False,
    ),
)
