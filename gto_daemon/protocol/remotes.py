"""The results of the methods about remotes."""

from typing import Literal, NotRequired, TypedDict

from gto_daemon.protocol.acts import Push, SentTag
from gto_daemon.protocol.results import ActedResult, RepositoryResult

SyncedStatus = Literal["local only", "remote only", "same", "different", "deleted at remote", "unknown"]


class PushResult(ActedResult):
    """The outcome. If the remote refuses the push, the result has `ok: false`; it is not an error."""

    push: Push


class FetchResult(ActedResult):
    """The fetched tags. A tag that already exists here with different content is left alone (`different`)."""

    remote: str
    tags: list[SentTag]
    hint: NotRequired[str | None]
    """What to do about tags that were deleted at the remote."""


class SyncedTag(TypedDict):
    """The state of one tag here and on the remote."""

    tag: str
    artifact: str
    status: SyncedStatus
    local_oid: str | None
    """The object that the tag points at here; null if it does not exist here."""
    remote_oid: str | None
    """The object that the tag points at on the remote; null if it does not exist there."""


class SyncStatusResult(RepositoryResult):
    """The tags here and on the remote. `deleted at remote`: it used to have the tag. `unknown`: it was never asked."""

    remote: str
    asked_at: str | None
    """The time when the remote was last asked, RFC 3339; null if it never was."""
    counts: dict[str, int]
    """The number of tags of each status."""
    tags: list[SyncedTag]
    hint: NotRequired[str | None]
    """What to do about tags that were deleted at the remote."""


class CloneResult(TypedDict):
    """A bare clone that mirrors the remote."""

    repo: str
    """The path of the clone, for later requests. Push every act in it (`push: true`): the next `gto/clone` of the URL
    removes everything that the remote does not have."""
    url: str
    """The URL without user and password."""
    cloned: bool
    """Whether the clone is new."""
    changed: bool
    """Whether the remote has changed since the last time."""
