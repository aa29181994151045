"""What the methods about remotes answer."""

from typing import Literal, NotRequired, TypedDict

from gto_daemon.protocol.acts import Push, SentTag
from gto_daemon.protocol.results import ActedResult, RepositoryResult

SyncedStatus = Literal["local only", "remote only", "same", "different", "deleted at remote", "unknown"]


class PushResult(ActedResult):
    """What became of it. A refusal by the remote is `ok: false`, not an error."""

    push: Push


class FetchResult(ActedResult):
    """What came. A tag that is here already, differently, is not touched: `different`."""

    remote: str
    tags: list[SentTag]
    hint: NotRequired[str | None]
    """What to do about tags that were deleted at the remote."""


class SyncedTag(TypedDict):
    """How one tag compares."""

    tag: str
    artifact: str
    status: SyncedStatus
    local_oid: str | None
    """What it points at here; null where it is not."""
    remote_oid: str | None
    """What it points at there."""


class SyncStatusResult(RepositoryResult):
    """How the tags compare. `deleted at remote`: it had that very tag. `unknown`: it was never asked."""

    remote: str
    asked_at: str | None
    """RFC 3339; null if the remote was never asked."""
    counts: dict[str, int]
    """How many tags of each status there are."""
    tags: list[SyncedTag]
    hint: NotRequired[str | None]
    """What to do about tags that were deleted at the remote."""


class CloneResult(TypedDict):
    """A bare clone that is as the remote is now."""

    repo: str
    """Its path, to ask about. An act there is not done before it is pushed (`push: true`): the next `gto/clone` of the
    URL takes away what the remote does not have."""
    url: str
    """Without name and password."""
    cloned: bool
    """Whether it was not there before."""
    changed: bool
    """Whether the remote has moved since the last time."""
