"""One artifact or all of them, for people to look at: the tree, the artifact with its versions, the comparison."""

from typing import NotRequired, TypedDict

from gto_daemon.protocol import Bump
from gto_daemon.protocol.registry import Annotation, Content, HistoryRow, Location
from gto_daemon.protocol.results import Page, Problem, Range, RepositoryResult


class Entry(TypedDict):
    """Where the annotation that counts stands."""

    path: str
    """Relative to the root of the repository."""
    range: Range
    """The entry's key."""


class ArtifactSummary(TypedDict):
    """What is known of an artifact without its versions."""

    name: str
    """`model`, or `some/dir:model`."""
    dir: str
    """The folder in the name; empty for one of the root."""
    label: str
    """The name without its folder."""
    type: str | None
    description: str
    latest: str | None
    """The greatest active registered version."""
    stages: dict[str, list[str]]
    """Stage to the versions in it, by the default rules of `gto/show`."""
    since: dict[str, str]
    """Stage to when the version that holds it came there, RFC 3339."""
    registered: bool
    """Whether any tag is about it."""
    deprecated: bool
    annotated_in: list[str]
    """The files that describe it; the first counts."""
    location: NotRequired[Entry | None]
    """Where that annotation stands; absent without one."""


class TreeRow(ArtifactSummary):
    """An artifact of the tree."""

    tags: int
    """How many tags are about it."""
    unpushed: NotRequired[int | None]
    """How many of them the remote is known to lack; absent where nothing is known."""
    problems: list[Problem]
    """Those that concern this artifact."""


class TreeResult(RepositoryResult):
    """Every artifact that has a tag or an entry in an annotation file, by folder and name."""

    artifacts: list[TreeRow]
    hidden: int
    """How many deprecated artifacts were left out."""
    remote: str
    """The remote that `unpushed` is about."""
    remotes: list[str]
    """The configured remotes."""


class NextVersion(TypedDict):
    """A version that `gto/register` would choose."""

    version: str
    bump: Bump | None
    """What to ask for; null for the first version."""


class StageHeld(TypedDict):
    """A stage that a version is in."""

    stage: str
    ref: str
    """The tag that put it there."""
    since: str
    author: str
    author_email: str
    message: str
    holds: bool
    """Whether `gto/show` shows it there; else a newer version took its place."""


class VersionRow(TypedDict):
    """A version."""

    version: str
    """`v` and a semantic version, or the commit that was assigned without one."""
    label: str
    """The same, a commit abbreviated."""
    ref: str
    """The tag that registers it, or what else there is of it."""
    commit: str
    """Hex digits."""
    subject: str | None
    """Of the commit; null where that is missing from this clone."""
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    registered: bool
    active: bool
    """Not deregistered."""
    latest: bool
    path: str | None
    """Where the artifact lies at that commit, from the root, or its URL."""
    stages: list[StageHeld]
    """The longest held first."""
    events: list[HistoryRow]
    """Newest first."""
    unpushed: NotRequired[list[str] | None]
    """Those of its tags that the remote is known to lack; absent where nothing is known."""


class ArtifactHead(ArtifactSummary):
    """An artifact but for its versions."""

    deprecations: list[HistoryRow]
    """Newest first."""
    next: list[NextVersion]
    """What `gto/register` would choose; the first is its own choice."""


class ArtifactResult(RepositoryResult, ArtifactHead, Page):
    """The artifact, and its versions, the greatest first."""

    versions: list[VersionRow]
    total: int
    """How many versions there are, whatever the page."""


class ComparedVersion(TypedDict):
    """The version of one side."""

    asked: str
    version: str | None
    """The version there; null for a commit that is none."""
    ref: str | None
    """The tag that registers it."""
    commit: str
    """Hex digits."""
    created_at: str | None
    author: str | None
    stages: list[str]
    """Those that it holds."""


class ComparedSide(ComparedVersion):
    """One side."""

    annotation: Annotation | None
    """Null when neither artifacts.yaml nor a dvc.yaml has one."""
    location: Location | None
    """Where that is written."""
    content: Content | None
    """Where the artifact itself lies."""


class CommitRow(TypedDict):
    """A commit."""

    commit: str
    """Hex digits."""
    subject: str
    author: str
    author_email: str
    created_at: str
    """The committer's time, RFC 3339."""


class CompareResult(RepositoryResult):
    """Both sides, and what lies between them."""

    name: str
    left: ComparedSide
    right: ComparedSide
    changed: list[str]
    """The fields of the annotation that differ."""
    same_content: bool | None
    """Whether the artifact's file or folder is the same; null when Git does not have both."""
    commits: list[CommitRow]
    """What `right` has and `left` has not, newest first."""
    dropped: list[CommitRow]
    """What `left` has and `right` has not, newest first."""
    complete: bool
    """Whether both lists are whole: neither cut at `limit` nor by a shallow clone."""
