"""One artifact or all of them, as views show them: the tree, the artifact with its versions, the comparison."""

from typing import Any, Literal, NotRequired, TypedDict

from gto_daemon.protocol import Bump
from gto_daemon.protocol.registry import Annotation, Content, HistoryRow, Location, Special
from gto_daemon.protocol.results import Page, Problem, Range, RepositoryResult


class Entry(TypedDict):
    """The place of the annotation that takes effect."""

    path: str
    """The path, relative to the root of the repository."""
    range: Range
    """The range of the entry's key."""


class ArtifactSummary(TypedDict):
    """The state of an artifact, without its versions."""

    name: str
    """`model`, or `some/dir:model`."""
    dir: str
    """The folder in the name; empty for an artifact in the root."""
    label: str
    """The name without its folder."""
    type: str | None
    labels: NotRequired[list[str]]
    """The labels of its annotation, in the order of the file; absent if there are none."""
    description: str
    latest: str | None
    """The greatest active registered version."""
    stages: dict[str, list[str]]
    """Maps each stage to the versions in it, by the default rules of `gto/show`."""
    since: dict[str, str]
    """Maps each stage to the time since which its version has held it, RFC 3339."""
    earlier: list[str]
    """The stages among them that another version was in before, one that is not deregistered: `gto/rollback` can bring
    it back."""
    registered: bool
    """Whether the artifact has any tag."""
    deprecated: bool
    annotated_in: list[str]
    """The files that describe it; the first one takes effect."""
    location: NotRequired[Entry | None]
    """The place of that annotation; absent if there is none."""
    path: NotRequired[str]
    """The path that it gives the artifact, relative to the root of the repository, or its URL; absent if it gives
    none."""


class TreeRow(ArtifactSummary):
    """An artifact of the tree."""

    tags: int
    """The number of the artifact's tags."""
    comparable: bool
    """Whether it has two versions or more, which can be compared."""
    unpushed: NotRequired[int | None]
    """The number of those tags that the remote is known to lack; absent if nothing is known."""
    problems: list[Problem]
    """The problems that concern this artifact."""


class TreeResult(RepositoryResult):
    """Every artifact that has a tag or an entry in an annotation file, sorted by folder and name."""

    artifacts: list[TreeRow]
    hidden: int
    """The number of deprecated artifacts that were left out."""
    remote: str
    """The remote that `unpushed` is about."""
    remotes: list[str]
    """The configured remotes."""


class NextVersion(TypedDict):
    """A version that `gto/register` would choose."""

    version: str
    bump: Bump | None
    """The `bump` to request; null for the first version."""


class StageHeld(TypedDict):
    """A stage that a version is in."""

    stage: str
    ref: str
    """The tag that assigned the stage."""
    since: str
    author: str
    author_email: str
    message: str
    holds: bool
    """Whether `gto/show` shows the version in this stage; if not, a newer version has replaced it."""


class VersionRow(TypedDict):
    """A version."""

    version: str
    """`v` and a semantic version, or the commit that was assigned without one."""
    label: str
    """The version as shown to users: a commit id is abbreviated."""
    ref: str
    """The tag that registers it; otherwise the tag or commit that it is known from."""
    commit: str
    """The commit id, in hex digits."""
    subject: str | None
    """The subject of the commit; null if this clone lacks the commit."""
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    registered: bool
    active: bool
    """Whether the version is not deregistered."""
    latest: bool
    path: str | None
    """The path of the artifact at that commit, relative to the root, or its URL."""
    stages: list[StageHeld]
    """The stages, longest held first."""
    events: list[HistoryRow]
    """The events, newest first."""
    unpushed: NotRequired[list[str] | None]
    """The tags of this version that the remote is known to lack; absent if nothing is known."""


class ArtifactHead(ArtifactSummary):
    """An artifact without its versions."""

    deprecations: list[HistoryRow]
    """The deprecations, newest first."""
    next: list[NextVersion]
    """The versions that `gto/register` can choose, its default first."""


class ArtifactResult(RepositoryResult, ArtifactHead, Page):
    """The artifact and its versions, greatest first."""

    versions: list[VersionRow]
    total: int
    """The total number of versions, on all pages."""


class ComparedVersion(TypedDict):
    """The version on one side."""

    asked: str
    version: str | None
    """The version there; null if the commit has none."""
    ref: str | None
    """The tag that registers it."""
    commit: str
    """The commit id, in hex digits."""
    created_at: str | None
    author: str | None
    stages: list[str]
    """The stages that it holds."""


class ComparedSide(ComparedVersion):
    """One side of a comparison."""

    annotation: Annotation | None
    """The annotation; null if neither artifacts.yaml nor a dvc.yaml has one."""
    location: Location | None
    """The place where the annotation is written."""
    content: Content | None
    """The place of the artifact itself."""


class CommitRow(TypedDict):
    """A commit."""

    commit: str
    """The commit id, in hex digits."""
    subject: str
    author: str
    author_email: str
    created_at: str
    """The time of the commit (the committer's), RFC 3339."""


class FileChange(TypedDict):
    """A file that differs between two commits."""

    path: str
    status: Literal["added", "deleted", "modified"]


_Ends = TypedDict("_Ends", {"from": Any, "to": Any})
_SpecialEnds = TypedDict("_SpecialEnds", {"from": Special, "to": Special}, total=False)


class SpecialEnds(_SpecialEnds):
    """The sides of a difference that are numbers that JSON does not have."""


class Difference(_Ends):
    """A value on two sides. `from` and `to` are null where there is none, or none that JSON has: see `special`."""

    difference: int | float | None
    """`to` minus `from`, if both are numbers."""
    special: NotRequired[SpecialEnds]
    """The sides that are numbers that JSON does not have."""


class CompareResult(RepositoryResult):
    """Both sides, and the commits between them."""

    name: str
    left: ComparedSide
    right: ComparedSide
    changed: list[str]
    """The fields of the annotation that differ."""
    same_content: bool | None
    """Whether the artifact's file or folder is the same; null if Git does not have both."""
    commits: list[CommitRow]
    """The commits that `right` has and `left` lacks, newest first."""
    dropped: list[CommitRow]
    """The commits that `left` has and `right` lacks, newest first."""
    related: bool | None
    """Whether the two have a commit in common; null if this clone lacks what would tell, or `complete` is false."""
    files: list[FileChange]
    """The files that differ, sorted."""
    files_complete: bool
    """Whether that list is complete: it was neither cut at `limit` nor by a partial clone."""
    complete: bool
    """Whether both lists of commits are complete: neither was cut at `limit` or by a shallow clone."""
    metrics: NotRequired[dict[str, Difference]]
    """The metrics of both sides by key, unchanged ones too; only if they were asked for."""
    params: NotRequired[dict[str, Difference]]
    """The params of both sides by key, unchanged ones too; only if they were asked for."""
