"""The registry in GTO's own JSON, with GTO's names and order (GTO 1.10.1, base.py and api.py)."""

from typing import Any, Literal, NotRequired, TypedDict

from gto_daemon.protocol import Action, EventKind
from gto_daemon.protocol.results import ChosenVersion, Page, Range, RepositoryResult

#: The numbers that JSON does not have.
Special = Literal["NaN", "Infinity", "-Infinity"]
#: Why a ref is not an event.
NoEventCause = Literal["other-name", "misspelt", "absent", "lightweight", "unreadable"]


class Authored(TypedDict):
    """A change to an artifact: who made it, when and why."""

    artifact: str
    created_at: str
    """The time in RFC 3339, with the writer's UTC offset."""
    author: str
    author_email: str
    message: str


class Annotation(TypedDict):
    """What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent."""

    type: NotRequired[str | None]
    path: NotRequired[str | None]
    virtual: NotRequired[bool | None]
    """Only in artifacts.yaml; an entry of a dvc.yaml has none."""
    labels: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    custom: NotRequired[Any]
    """Any value that the file has there."""


class Enrichment(TypedDict):
    """An annotation, nested in a commit event as GTO does it."""

    source: Literal["gto", "dvc"]
    """`gto`: artifacts.yaml; `dvc`: a dvc.yaml."""
    artifact: Annotation


class Signature(TypedDict):
    """What Git's own programs say about the signature of a tag."""

    status: Literal["none", "good", "bad", "unknown-key", "expired", "revoked", "unverified"]
    format: Literal["ssh", "openpgp", "x509"] | None
    principal: str | None
    """Who holds the key: as the signers file says (ssh), or the key's user id (openpgp)."""
    key: str | None
    """The fingerprint of the key."""
    reason: str | None
    """Why the status is not `good`: a code such as `name-mismatch` or `pending`, or the words of the program."""


class TagEvent(Authored):
    """What one tag did."""

    priority: NotRequired[int | None]
    """GTO's rank of this event among events of the same second."""
    addition: NotRequired[bool | None]
    """Whether the event adds something rather than removes it."""
    commit_hexsha: str
    """The commit that the tag is on, in hex digits."""
    tag: str
    version: NotRequired[str | None]
    stage: NotRequired[str | None]
    event: NotRequired[EventKind | None]
    signature: NotRequired[Signature]
    """Only if `signatures` was asked for."""


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
    """The event that the present state of a version or stage comes from. Null if it cannot be read."""

    is_active: bool
    activated_at: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    ref: str
    """The tag that the state comes from, or the commit if there is no tag."""


class StageOfVersion(Summary):
    """A stage that a version is in."""

    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class VersionState(Summary):
    """A version of an artifact, as `gto show NAME --json` prints it."""

    artifact: str
    commit_hexsha: str
    version: str
    """`v` and a semantic version, or the id of a commit that was not registered."""
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: list[StageOfVersion]
    discovered: bool
    """Whether no tag registers it: only a stage or an annotation names it."""


class Version(VersionState):
    """A version of an artifact, as `gto show NAME --json` prints it."""

    metrics: NotRequired[dict[str, Any]]
    """The metrics by key, only if they were asked for. Null where JSON has no such value: see `special`."""
    special: NotRequired[dict[str, Special]]
    """The numbers among the metrics that JSON does not have, by key."""


class ArtifactRow(TypedDict):
    """An artifact, as `gto show --json` prints it."""

    version: str | None
    """The greatest active registered version."""
    stage: dict[str, str | None]
    """Maps each stage to its versions, joined by commas; null if it has none."""
    registered: bool
    active: bool


class VerifySignaturesResult(RepositoryResult):
    """What was verified."""

    verified: int
    """How many verdicts are new; 0 if all were known."""


class DidVerifySignaturesParams(TypedDict):
    """Verdicts that an answer lacked."""

    repo: str
    """The repository, as the request named it."""
    verified: int
    """How many verdicts are new."""


class HistoryRow(TypedDict):
    """An event, as `gto history --json` prints it."""

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
    signature: NotRequired[Signature]
    """Only if `signatures` was asked for; a commit's row has none."""


class Events(TypedDict):
    """History rows that were added and removed. A moved tag appears in both."""

    added: list[HistoryRow]
    removed: list[HistoryRow]


class Noted(TypedDict):
    """A result that may be about the past."""

    note: NotRequired[str | None]
    """With `as_of`: what the result cannot include."""


class ShowAnswer(Noted, Page):
    """`artifacts` if the request has no name, otherwise `versions`; both are exactly what `gto show --json` prints."""

    artifacts: NotRequired[dict[str, ArtifactRow] | None]
    """Maps each artifact's name to its row, in GTO's order."""
    versions: NotRequired[list[Version] | None]
    """The versions, greatest first."""
    reason: NotRequired[str | None]
    """If there is nothing to show: the reason, and names that you may have meant."""


class ShowResult(ShowAnswer, RepositoryResult):
    """`artifacts` if the request has no name, otherwise `versions`; both are exactly what `gto show --json` prints."""


class HistoryAnswer(Noted, Page):
    """Exactly what `gto history --json` prints."""

    events: list[HistoryRow]
    """The events, newest first unless `ascending` is set."""
    reason: NotRequired[str | None]
    """If there are no events: the reason, and names that you may have meant."""


class HistoryResult(HistoryAnswer, RepositoryResult):
    """Exactly what `gto history --json` prints."""


class Changes(TypedDict):
    """The net change: an event that was added and then removed is in neither list."""

    fresh: bool
    """Whether the clock is unknown or too old; then every event is listed as added."""
    artifacts: list[str]
    """The artifacts that changed for any reason."""
    events: Events


class ChangesResult(RepositoryResult, Changes):
    """The net change: an event that was added and then removed is in neither list."""


class CheckRefAnswer(TypedDict):
    """Exactly what `gto check-ref --json` prints, or the reason why there is nothing to print."""

    event: TagEvent | None
    reason: NotRequired[str | None]
    """If `event` is null: why the ref is not an event."""
    cause: NotRequired[NoEventCause | None]
    """The same as a code: not the name of a GTO tag, or one that was probably meant to be; no such tag, a lightweight
    tag, or a tag that cannot be read."""


class CheckRefResult(CheckRefAnswer, RepositoryResult):
    """Exactly what `gto check-ref --json` prints, or the reason why there is nothing to print."""


class StagesAnswer(TypedDict):
    """Exactly what `gto stages --json` prints."""

    stages: list[str] | None
    """The stages; null for `allowed` if the configuration does not restrict them."""
    reason: NotRequired[str | None]
    """If there are no stages: the reason."""


class StagesResult(StagesAnswer, RepositoryResult):
    """Exactly what `gto stages --json` prints."""


class TagParts(TypedDict):
    """The parts of the name; a part that the name lacks is absent."""

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
    """The place where the annotation is written."""

    path: str
    """The path, relative to the root of the repository."""
    range: NotRequired[Range | None]
    """The range of the entry's key."""
    commit: str | None
    """The commit that it was read from; null for the files on disk."""


class Content(TypedDict):
    """The place of the artifact itself."""

    commit: str
    """The commit id, in hex digits."""
    path: str | None
    """The path relative to the root of the repository, or the URL."""
    kind: Literal["git", "dvc", "url", "missing"]
    """`dvc` means that Git has only DVC's pointer to it."""
    oid: NotRequired[str | None]
    """The id of the file or folder in Git, in hex digits."""
    is_directory: NotRequired[bool | None]
    reason: NotRequired[str | None]
    """If it is missing: the reason."""


class DescribeResult(RepositoryResult):
    """The annotation, without default values."""

    annotation: Annotation | None
    """The annotation; null if neither artifacts.yaml nor a dvc.yaml has one."""
    location: Location | None
    """The place where the annotation is written."""
    root_path: str | None
    """The annotation's `path`, made relative to the root of the repository (in a dvc.yaml it is relative to the file).
    A URL is unchanged."""
    content: Content | None
    """The place of the artifact itself; null for the files on disk."""
    chosen: NotRequired[ChosenVersion]
    """The version that a metric chose, for `a@max:KEY`."""
    reason: NotRequired[str | None]
    """If `annotation` is null: the reason."""
    hint: NotRequired[str | None]
    """If `annotation` is null: what you may have meant, or what to do. May be empty."""


class VersionAt(TypedDict):
    """A version on the commit."""

    artifact: str
    version: str
    active: bool
    """Whether the version is not deregistered."""
    ref: str


class StageAt(TypedDict):
    """A stage tag on the commit."""

    artifact: str
    version: str
    stage: str
    active: bool
    """Whether the version is in the stage now, by the rules of `gto/show`."""
    ref: str


class AtResult(RepositoryResult):
    """The versions and stages on the commit, in GTO's order."""

    commit: str
    """The commit that `rev` resolved to, in hex digits."""
    versions: list[VersionAt]
    stages: list[StageAt]
    reason: NotRequired[str | None]
    """If there is nothing on the commit: the reason."""


class ChainLink(HistoryRow):
    """An event, and its effect on the stage."""

    before: str | None
    """The version that held the stage before the event."""
    after: str | None
    """The version that held the stage after the event."""
    effect: str
    """The effect, in words."""


class WhyAnswer(TypedDict):
    """The events that led to the present state of the stage, oldest first."""

    name: str
    stage: str
    holds: list[str]
    """The versions in it now, by the default rules of `gto/show`."""
    since: str | None
    """The time since which they have been in it; null if the stage is empty."""
    chain: list[ChainLink]
    reason: str
    """A one-sentence explanation."""


class WhyResult(WhyAnswer, RepositoryResult):
    """The events that led to the present state of the stage, oldest first."""
