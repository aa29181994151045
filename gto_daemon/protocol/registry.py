"""The registry as GTO tells it: what is GTO's keeps GTO's names and order (GTO 1.10.1, base.py and api.py)."""

from typing import Any, Literal, NotRequired, TypedDict

from gto_daemon.protocol import Action, EventKind
from gto_daemon.protocol.results import Page, Range, RepositoryResult


class Authored(TypedDict):
    """Who did something to an artifact, when and why."""

    artifact: str
    created_at: str
    """RFC 3339, with the writer's own offset."""
    author: str
    author_email: str
    message: str


class Annotation(TypedDict):
    """What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent."""

    type: NotRequired[str | None]
    path: NotRequired[str | None]
    virtual: NotRequired[bool | None]
    """GTO's; an entry of a dvc.yaml has none."""
    labels: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    custom: NotRequired[Any]
    """Whatever the file has there."""


class Enrichment(TypedDict):
    """An annotation, as GTO nests it in a commit event."""

    source: Literal["gto", "dvc"]
    """`gto`: artifacts.yaml; `dvc`: a dvc.yaml."""
    artifact: Annotation


class TagEvent(Authored):
    """What one tag did."""

    priority: NotRequired[int | None]
    """GTO's order of events of one second."""
    addition: NotRequired[bool | None]
    """Whether it adds rather than takes away."""
    commit_hexsha: str
    """The commit that the tag is on, hex digits."""
    tag: str
    version: NotRequired[str | None]
    stage: NotRequired[str | None]
    event: NotRequired[EventKind | None]


class CommitEvent(Authored):
    """The commit of a version, with the annotation there."""

    priority: int
    addition: bool
    commit_hexsha: str
    version: str
    enrichments: list[Enrichment]
    committer: str
    committer_email: str


class Summary(TypedDict):
    """What the present state of a version or stage derives from. Null where nothing of it can be read."""

    is_active: bool
    activated_at: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    ref: str
    """The tag it derives from, or the commit where there is none."""


class StageOfVersion(Summary):
    """A stage that a version is in."""

    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class Version(Summary):
    """A version of an artifact, as `gto show NAME --json`."""

    artifact: str
    commit_hexsha: str
    version: str
    """`v` and a semantic version, or the id of a commit that was not registered."""
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: list[StageOfVersion]
    discovered: bool
    """No tag registers it: only a stage or an annotation names it."""


class ArtifactRow(TypedDict):
    """An artifact, as `gto show --json`."""

    version: str | None
    """The greatest active registered version."""
    stage: dict[str, str | None]
    """Stage to its versions, joined by a comma; null where none is."""
    registered: bool
    active: bool


class HistoryRow(TypedDict):
    """An event, as `gto history --json`."""

    timestamp: str
    artifact: str
    event: Literal["commit", "registration", "deregistration", "assignment", "unassignment", "deprecation"]
    priority: int
    version: str | None
    stage: str | None
    commit: str
    author: str
    author_email: str
    message: str
    ref: str


class Events(TypedDict):
    """Rows of history that came and went. A tag that was moved is in both."""

    added: list[HistoryRow]
    removed: list[HistoryRow]


class Noted(TypedDict):
    """An answer that may be about the past."""

    note: NotRequired[str | None]
    """With `as_of`: what the answer cannot know."""


class ShowAnswer(Noted, Page):
    """`artifacts` without a name, `versions` with one; either is exactly what `gto show --json` prints."""

    artifacts: NotRequired[dict[str, ArtifactRow] | None]
    """Name to its row, in GTO's order."""
    versions: NotRequired[list[Version] | None]
    """Greatest first."""
    reason: NotRequired[str | None]
    """Where there is nothing to show: why, and what may be meant."""


class ShowResult(ShowAnswer, RepositoryResult):
    """`artifacts` without a name, `versions` with one; either is exactly what `gto show --json` prints."""


class HistoryAnswer(Noted, Page):
    """Exactly what `gto history --json` prints."""

    events: list[HistoryRow]
    """Newest first, unless `ascending`."""
    reason: NotRequired[str | None]
    """Where there are no events: why, and what may be meant."""


class HistoryResult(HistoryAnswer, RepositoryResult):
    """Exactly what `gto history --json` prints."""


class Changes(TypedDict):
    """What changed, squashed: what came and went again is in neither list."""

    fresh: bool
    """The clock is unknown or too old; everything there is comes as added."""
    artifacts: list[str]
    """Whose content changed, for whatever reason."""
    events: Events


class ChangesResult(RepositoryResult, Changes):
    """What changed, squashed: what came and went again is in neither list."""


class CheckRefAnswer(TypedDict):
    """Exactly what `gto check-ref --json` prints, or why there is nothing to print."""

    event: TagEvent | None
    reason: NotRequired[str | None]
    """Where `event` is null: why the ref is no event."""


class CheckRefResult(CheckRefAnswer, RepositoryResult):
    """Exactly what `gto check-ref --json` prints, or why there is nothing to print."""


class StagesAnswer(TypedDict):
    """Exactly what `gto stages --json` prints."""

    stages: list[str] | None
    """Null for `allowed` where no configuration restricts them."""
    reason: NotRequired[str | None]
    """Where there is none: why."""


class StagesResult(StagesAnswer, RepositoryResult):
    """Exactly what `gto stages --json` prints."""


class TagParts(TypedDict):
    """What the name says; a part that it does not have is absent."""

    name: str
    version: NotRequired[str | None]
    stage: NotRequired[str | None]
    action: NotRequired[Action | None]
    counter: NotRequired[int | None]


class ParseTagResult(TypedDict):
    """What `gto parse-tag` prints."""

    parts: TagParts


class StateStage(TypedDict):
    """A stage of a version, with all its events."""

    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class StateVersion(TypedDict):
    """A version, with all its events."""

    artifact: str
    commit_hexsha: str
    version: str
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: dict[str, StateStage]


class StateArtifact(TypedDict):
    """An artifact, with all its versions."""

    artifact: str
    versions: list[StateVersion]
    creations: list[TagEvent]
    """Always empty: GTO reserves it."""
    deprecations: list[TagEvent]


class PrintStateAnswer(TypedDict):
    """What `gto print-state` prints."""

    artifacts: dict[str, StateArtifact]


class PrintStateResult(PrintStateAnswer, RepositoryResult):
    """What `gto print-state` prints."""


class Location(TypedDict):
    """Where the annotation is written."""

    path: str
    """Relative to the root of the repository."""
    range: NotRequired[Range | None]
    """The entry's key."""
    commit: str | None
    """The commit it was read from; null for the files on disk."""


class Content(TypedDict):
    """Where the artifact itself lies."""

    commit: str
    """Hex digits."""
    path: str | None
    """From the root of the repository, or the URL."""
    kind: Literal["git", "dvc", "url", "missing"]
    """`dvc`: Git has only DVC's pointer to it."""
    oid: NotRequired[str | None]
    """Of the file or folder in Git, hex digits."""
    is_directory: NotRequired[bool | None]
    reason: NotRequired[str | None]
    """Where it is missing: why."""


class DescribeResult(RepositoryResult):
    """The annotation, without what is left at its default."""

    annotation: Annotation | None
    """Null when neither artifacts.yaml nor a dvc.yaml has one."""
    location: Location | None
    """Where that is written."""
    root_path: str | None
    """Its `path` from the root of the repository, which that of a dvc.yaml is not. A URL as it is."""
    content: Content | None
    """Where the artifact itself lies; null for the files on disk."""
    reason: NotRequired[str | None]
    """Where `annotation` is null: why."""
    hint: NotRequired[str | None]
    """Likewise: what may be meant, or what to do. May be empty."""


class VersionAt(TypedDict):
    """A version on the commit."""

    artifact: str
    version: str
    active: bool
    """Not deregistered."""
    ref: str


class StageAt(TypedDict):
    """A stage tag on the commit."""

    artifact: str
    version: str
    stage: str
    active: bool
    """The version is in the stage now, by the rules of `gto/show`."""
    ref: str


class AtResult(RepositoryResult):
    """What is on the commit, in GTO's order."""

    commit: str
    """What `rev` resolved to, hex digits."""
    versions: list[VersionAt]
    stages: list[StageAt]
    reason: NotRequired[str | None]
    """Where there is nothing on the commit: why."""


class ChainLink(HistoryRow):
    """An event, and what it did to the stage."""

    before: str | None
    """The version that held the stage before it."""
    after: str | None
    """The version that held it then."""
    effect: str
    """In words."""


class WhyAnswer(TypedDict):
    """The events that decided on the stage, oldest first."""

    name: str
    stage: str
    holds: list[str]
    """The versions in it now, by the default rules of `gto/show`."""
    since: str | None
    """Since when; null while it is empty."""
    chain: list[ChainLink]
    reason: str
    """The whole of it in a sentence."""


class WhyResult(WhyAnswer, RepositoryResult):
    """The events that decided on the stage, oldest first."""
