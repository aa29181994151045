"""The notifications: what is said without being answered."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from gto_daemon.rpc.schema.results import Shape


class DidChangeParams(Shape):
    """What changed since the last notification, or since `gto/subscribe`. Ask `gto/changes` for the events."""

    subscription: int = Field(description="Which subscription of this connection hears it.")
    repo: str = Field(description="The worktree; the git directory of a bare repository.")
    clock: str = Field(description="The clock after the change.")
    artifacts: list[str] = Field(description="The artifacts whose content changed; none where only HEAD moved.")
    origin: Literal["self", "other"] = Field(
        description="`self` where acts of this connection created or deleted all the tags that changed, and nothing "
        "else did; `other` for everything else: other clients, git itself, what `gto/fetch` brought, files and HEAD."
    )


class DidRetireParams(Shape):
    """Who takes over."""

    version: str | None = Field(
        description="Version of the gtod that asked for the place; null where none did, because the installation of "
        "this daemon is gone or was replaced."
    )


class CancelParams(Shape):
    """The request."""

    id: int | str = Field(description="The id of a request that is not answered yet.")


class ProgressValue(Shape):
    """How far an act is."""

    kind: Literal["report"]
    message: str = Field(description="What is being done, in the words of Git where they are its.")
    percentage: int | None = Field(None, description="0 to 100, where that is known.")


class ProgressParams(Shape):
    """The request, and how far it is."""

    token: int | str = Field(description="The `workDoneToken` of the request.")
    value: ProgressValue


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A notification, and who sends it."""

    name: str
    summary: str
    params: type[Shape]
    from_server: bool


NOTIFICATIONS: Final = (
    NotificationKind(
        "gto/didChange",
        "The registry changed: told once, after the index holds it. A slow reader gets several changes of the same "
        "origin as one.",
        DidChangeParams,
        from_server=True,
    ),
    NotificationKind(
        "gto/didRetire",
        "This daemon has left its place to another, and goes on for the sessions that it has, until they leave. "
        "Said to clients whose `gto/handshake` lists `didRetire` in `optional`: connect again when it suits you.",
        DidRetireParams,
        from_server=True,
    ),
    NotificationKind(
        "$/progress",
        "How far a request with a `workDoneToken` is (LSP 3.17).",
        ProgressParams,
        from_server=True,
    ),
    NotificationKind(
        "$/cancelRequest",
        "The answer is not wanted any more: it is -32800 at once. An act is ended first, and if it was too late for "
        "that, answered with its result. In both framings.",
        CancelParams,
        from_server=False,
    ),
)
