"""The objects of the protocol, as the type checker sees them.

Generated from the OpenRPC document by `make docs`; a test fails when the two differ.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ActResult(TypedDict):
    """With `dry_run` the plan, else what was done."""

    repo: str
    plan: NotRequired[Plan | None]
    events: NotRequired[list[HistoryRow] | None]
    created: NotRequired[list[CreatedTag] | None]
    deleted: NotRequired[list[OldTag] | None]
    replaces: NotRequired[list[Replacement] | None]
    warnings: NotRequired[list[PlanWarning] | None]
    remote: NotRequired[str | None]
    pushes: NotRequired[list[PlannedPush] | None]
    push: NotRequired[Push | None]
    clock: str
    problems: list[Problem]


class Action(TypedDict):
    """One of the acts."""

    method: str
    params: NotRequired[dict[str, Any]]


class AnnotateParams(TypedDict):
    """What to say of it. What is left out, or empty, stays as it is."""

    repo: NotRequired[str | None]
    type: NotRequired[str | None]
    path: NotRequired[str | None]
    must_exist: NotRequired[bool]
    allow_same_path: NotRequired[bool]
    labels: NotRequired[list[str]]
    description: NotRequired[str]
    custom: NotRequired[Any]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    name: str
    file: NotRequired[Literal["artifacts.yaml", "dvc.yaml"] | None]
    apply: NotRequired[Literal["write", "edit"]]
    dry_run: NotRequired[bool]
    commit: NotRequired[bool]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    branch: NotRequired[str | None]


class Annotation(TypedDict):
    """What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent."""

    type: NotRequired[str | None]
    path: NotRequired[str | None]
    virtual: NotRequired[bool | None]
    labels: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    custom: NotRequired[Any]


class AnnotationActResult(TypedDict):
    """What the file says now, or would."""

    repo: str
    path: str
    annotation: Annotation | None
    written: bool
    warnings: list[PlanWarning]
    diff: NotRequired[str | None]
    edit: NotRequired[dict[str, Any] | None]
    commit: NotRequired[str | None]
    push: NotRequired[AnnotationPush | None]
    clock: str
    problems: list[Problem]


class AnnotationPush(TypedDict):
    """What became of pushing the commit."""

    ok: bool
    remote_messages: NotRequired[list[str] | None]
    kind: NotRequired[str | None]
    message: NotRequired[str | None]
    hint: NotRequired[str | None]


class ApplyParams(TypedDict):
    """The acts. Later ones see what earlier ones do; a `ref` may name a tag that an earlier one creates."""

    repo: NotRequired[str | None]
    actions: list[Action]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]


class ArtifactParams(TypedDict):
    """The artifact, and which of its versions."""

    repo: NotRequired[str | None]
    name: str
    deprecated: NotRequired[bool]
    worktree: NotRequired[bool]
    remote: NotRequired[str | None]
    limit: NotRequired[int | None]
    cursor: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]


class ArtifactResult(TypedDict):
    """The artifact, and its versions, the greatest first."""

    versions: list[VersionRow]
    total: int
    deprecations: list[HistoryRow]
    next: list[NextVersion]
    next_cursor: NotRequired[str | None]
    name: str
    dir: str
    label: str
    type: str | None
    description: str
    latest: str | None
    stages: dict[str, list[str]]
    since: dict[str, str]
    registered: bool
    deprecated: bool
    annotated_in: list[str]
    location: NotRequired[Entry | None]
    clock: str
    problems: list[Problem]


class ArtifactRow(TypedDict):
    """An artifact, as `gto show --json`."""

    version: str | None
    stage: dict[str, str | None]
    registered: bool
    active: bool


class AssignParams(TypedDict):
    """The stage, and the version to assign: by its name, or by a commit, which is registered first if necessary."""

    repo: NotRequired[str | None]
    stage: str
    version: NotRequired[str | None]
    ref: NotRequired[str | None]
    name_version: NotRequired[str | None]
    simple: NotRequired[bool]
    force: NotRequired[bool]
    skip_registration: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class AtParams(TypedDict):
    """The commit."""

    repo: NotRequired[str | None]
    rev: NotRequired[str]
    env: NotRequired[dict[str, str] | None]


class AtResult(TypedDict):
    """What is on the commit, in GTO's order."""

    commit: str
    versions: list[VersionAt]
    stages: list[StageAt]
    reason: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class CancelParams(TypedDict):
    """The request."""

    id: int | str


class ChainLink(TypedDict):
    """An event, and what it did to the stage."""

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
    before: str | None
    after: str | None
    effect: str


class ChangesParams(TypedDict):
    """Since when."""

    repo: NotRequired[str | None]
    since: str
    env: NotRequired[dict[str, str] | None]


class ChangesResult(TypedDict):
    """What changed, squashed: what came and went again is in neither list."""

    fresh: bool
    artifacts: list[str]
    events: Events
    clock: str
    problems: list[Problem]


class CheckRefParams(TypedDict):
    """The tag."""

    repo: NotRequired[str | None]
    ref: str
    env: NotRequired[dict[str, str] | None]


class CheckRefResult(TypedDict):
    """Exactly what `gto check-ref --json` prints, or why there is nothing to print."""

    event: TagEvent | None
    reason: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class Clash(TypedDict):
    """One name, two tags. Null where the object cannot be read."""

    local: MadeTag | None
    remote: MadeTag | None


class CloneParams(TypedDict):
    """The repository."""

    url: str
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]


class CloneResult(TypedDict):
    """A bare clone that is as the remote is now."""

    repo: str
    url: str
    cloned: bool
    changed: bool


class CommitEvent(TypedDict):
    """The commit of a version, with the annotation there."""

    created_at: str
    author: str
    author_email: str
    message: str
    priority: int
    addition: bool
    artifact: str
    commit_hexsha: str
    version: str
    enrichments: list[Enrichment]
    committer: str
    committer_email: str


class CommitRow(TypedDict):
    """A commit."""

    commit: str
    subject: str
    author: str
    author_email: str
    created_at: str


class CompareParams(TypedDict):
    """What to compare: a version, `latest`, `#stage`, or anything that Git resolves to a commit."""

    repo: NotRequired[str | None]
    name: str
    left: str
    right: str
    limit: NotRequired[int]
    env: NotRequired[dict[str, str] | None]


class CompareResult(TypedDict):
    """Both sides, and what lies between them."""

    name: str
    left: ComparedSide
    right: ComparedSide
    changed: list[str]
    same_content: bool | None
    commits: list[CommitRow]
    dropped: list[CommitRow]
    complete: bool
    clock: str
    problems: list[Problem]


class ComparedSide(TypedDict):
    """One side."""

    asked: str
    version: str | None
    ref: str | None
    commit: str
    created_at: str | None
    author: str | None
    stages: list[str]
    annotation: Annotation | None
    location: Location | None
    content: Content | None


class Configuration(TypedDict):
    """The configuration in effect: `.gto`, with `GTO_*` of the client on top."""

    index: str
    stages: list[str] | None
    types: list[str] | None
    emojis: bool
    log_level: str
    debug: bool
    enrichments: list[Any]
    autoload_enrichments: bool


class Content(TypedDict):
    """Where the artifact itself lies."""

    commit: str
    path: str | None
    kind: Literal["git", "dvc", "url", "missing"]
    oid: NotRequired[str | None]
    is_directory: NotRequired[bool | None]
    reason: NotRequired[str | None]


class CreatedTag(TypedDict):
    """A tag that was created."""

    tag: str
    target: str
    message: str
    tagger: PersonShape
    oid: str


class Dependency(TypedDict):
    """A ref that has to be as it was when the plan was made."""

    ref: str
    oid: str | None


class DeprecateParams(TypedDict):
    """The artifact."""

    repo: NotRequired[str | None]
    ref: NotRequired[str | None]
    simple: NotRequired[bool | None]
    force: NotRequired[bool]
    delete: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class DeregisterParams(TypedDict):
    """The version."""

    repo: NotRequired[str | None]
    version: NotRequired[str | None]
    ref: NotRequired[str | None]
    simple: NotRequired[bool]
    force: NotRequired[bool]
    delete: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class DescribeParams(TypedDict):
    """The artifact, and when."""

    repo: NotRequired[str | None]
    name: str
    rev: NotRequired[str | None]
    worktree: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]


class DescribeResult(TypedDict):
    """The annotation, without what is left at its default."""

    annotation: Annotation | None
    location: Location | None
    root_path: str | None
    content: Content | None
    reason: NotRequired[str | None]
    hint: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class DidChangeParams(TypedDict):
    """What changed since the last notification, or since `gto/subscribe`. Ask `gto/changes` for the events."""

    repo: str
    subscription: int
    clock: str
    artifacts: list[str]
    origin: Literal["self", "other"]


class DidRetireParams(TypedDict):
    """Who takes over."""

    version: str | None


class DiscoverParams(TypedDict):
    """None."""


class DiscoverResult(TypedDict):
    """An OpenRPC document; its own specification says what is in it."""

    openrpc: str
    info: dict[str, Any]
    methods: list[dict[str, Any]]


class DoctorParams(TypedDict):
    """The repository."""

    repo: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]


class DoctorResult(TypedDict):
    """What was found. `problems` is the part of it that could not be read."""

    version: str
    git: str | None
    libgit2: str
    is_shallow: bool
    remotes: list[Remote]
    configuration: Configuration
    findings: list[Problem]
    clock: str
    problems: list[Problem]


class Enrichment(TypedDict):
    """An annotation, as GTO nests it in a commit event."""

    source: Literal["gto", "dvc"]
    artifact: Annotation


class Entry(TypedDict):
    """Where the annotation that counts stands."""

    path: str
    range: Range


class Events(TypedDict):
    """Rows of history that came and went. A tag that was moved is in both."""

    added: list[HistoryRow]
    removed: list[HistoryRow]


class FetchParams(TypedDict):
    """The tags."""

    repo: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    dry_run: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    remote: NotRequired[str | None]


class FetchResult(TypedDict):
    """What came. A tag that is here already, differently, is not touched: `different`."""

    repo: str
    remote: str
    tags: list[SentTag]
    hint: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class HandshakeParams(TypedDict):
    """Optional on a unix socket; the first message on TCP. Where it is refused, so is all that follows."""

    client: str
    version: str
    protocol: int
    require: NotRequired[list[str]]
    optional: NotRequired[list[str]]
    env: NotRequired[dict[str, str] | None]
    trusted: NotRequired[bool]
    token: NotRequired[str | None]


class HandshakeResult(TypedDict):
    """Who the server is, and what it can."""

    server: str
    version: str
    protocol: int
    capabilities: list[str]
    pid: int


class HistoryParams(TypedDict):
    """The events."""

    repo: NotRequired[str | None]
    name: NotRequired[str | None]
    ascending: NotRequired[bool]
    stage: NotRequired[str | None]
    event: NotRequired[Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"] | None]
    author: NotRequired[str | None]
    since: NotRequired[float | str | None]
    until: NotRequired[float | str | None]
    commits: NotRequired[bool]
    limit: NotRequired[int | None]
    cursor: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]
    as_of: NotRequired[float | str | None]
    worktree: NotRequired[bool]
    all_branches: NotRequired[bool]
    all_commits: NotRequired[bool]
    annotations: NotRequired[Literal["gto", "all"]]


class HistoryResult(TypedDict):
    """Exactly what `gto history --json` prints."""

    events: list[HistoryRow]
    reason: NotRequired[str | None]
    note: NotRequired[str | None]
    next_cursor: NotRequired[str | None]
    clock: str
    problems: list[Problem]


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


class Location(TypedDict):
    """Where the annotation is written."""

    path: str
    range: NotRequired[Range | None]
    commit: str | None


class MadePush(TypedDict):
    """A push that was made. The last may have failed; then those after it were not made."""

    create: list[str]
    delete: list[str]
    ok: NotRequired[bool | None]
    atomic: NotRequired[bool | None]


class MadeTag(TypedDict):
    """A tag object: who made it, when, and on what."""

    oid: str
    tagger: str
    email: str
    created_at: str
    target: str


class NewTag(TypedDict):
    """A tag to be created."""

    tag: str
    target: str
    message: str
    tagger: PersonShape


class NextVersion(TypedDict):
    """A version that `gto/register` would choose."""

    version: str
    bump: Literal["major", "minor", "patch"] | None


class OldTag(TypedDict):
    """A tag to be deleted, or that was."""

    tag: str
    oid: str


class ParseTagParams(TypedDict):
    """The name."""

    name: str


class ParseTagResult(TypedDict):
    """What `gto parse-tag` prints."""

    parts: TagParts


class PersonShape(TypedDict):
    """Who makes a tag."""

    name: str
    email: str


class Plan(TypedDict):
    """What an act is going to do."""

    act: str
    create: list[NewTag]
    delete: list[OldTag]
    replaces: list[Replacement]
    warnings: list[PlanWarning]
    depends: list[Dependency]


class PlanWarning(TypedDict):
    """Something that the user may not have meant."""

    code: str
    message: str


class PlannedPush(TypedDict):
    """One push: tags that it sends, versions before what rests on them, and tags that it deletes there."""

    create: list[str]
    delete: list[str]


class Position(TypedDict):
    """A place in a text, as in LSP."""

    line: int
    character: int


class PrintStateParams(TypedDict):
    """The repository."""

    repo: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]


class PrintStateResult(TypedDict):
    """What `gto print-state` prints."""

    artifacts: dict[str, StateArtifact]
    clock: str
    problems: list[Problem]


class Problem(TypedDict):
    """What could not be read as meant, or reads as something its author hardly meant."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    hint: str
    tag: NotRequired[str | None]
    oid: NotRequired[str | None]
    commit: NotRequired[str | None]
    path: NotRequired[str | None]
    range: NotRequired[Range | None]
    artifact: NotRequired[str | None]


class ProgressParams(TypedDict):
    """The request, and how far it is."""

    token: int | str
    value: ProgressValue


class ProgressValue(TypedDict):
    """How far an act is."""

    kind: Literal["report"]
    message: str
    percentage: NotRequired[int | None]


class Push(TypedDict):
    """What became of a push."""

    ok: bool
    remote: str
    atomic: NotRequired[bool | None]
    tags: list[SentTag]
    pushes: NotRequired[list[MadePush] | None]
    warnings: NotRequired[list[PlanWarning] | None]
    remote_messages: NotRequired[list[str] | None]
    kind: NotRequired[str | None]
    message: NotRequired[str | None]
    hint: NotRequired[str | None]


class PushParams(TypedDict):
    """The tags."""

    repo: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    all: NotRequired[bool]
    delete: NotRequired[list[str]]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    remote: NotRequired[str | None]


class PushResult(TypedDict):
    """What became of it. A refusal by the remote is `ok: false`, not an error."""

    repo: str
    push: Push
    clock: str
    problems: list[Problem]


class Range(TypedDict):
    """From `start` up to, not including, `end`, as in LSP."""

    start: Position
    end: Position


class RegisterParams(TypedDict):
    """The commit, and the version to register it as."""

    repo: NotRequired[str | None]
    ref: NotRequired[str]
    version: NotRequired[str | None]
    bump: NotRequired[Literal["major", "minor", "patch"] | None]
    simple: NotRequired[bool]
    force: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class Remote(TypedDict):
    """A remote of the repository."""

    name: str
    url: str | None
    is_push_default: bool


class RemoveAnnotationParams(TypedDict):
    """Whose."""

    repo: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    name: str
    file: NotRequired[Literal["artifacts.yaml", "dvc.yaml"] | None]
    apply: NotRequired[Literal["write", "edit"]]
    dry_run: NotRequired[bool]
    commit: NotRequired[bool]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    branch: NotRequired[str | None]


#: A stage that another version will hold. Null stands for none.
Replacement = TypedDict(
    "Replacement",
    {
        "artifact": "str",
        "stage": "str",
        "from": "str | None",
        "to": "str | None",
    },
)


class RepositoriesParams(TypedDict):
    """None."""


class RepositoriesResult(TypedDict):
    """The repositories."""

    repositories: list[RepositoryRow]


class RepositoryRow(TypedDict):
    """A repository that the daemon holds."""

    repo: str
    clock: str | None
    tags: int
    health: str


class RepositoryStatus(TypedDict):
    """The state of one repository."""

    repo: str
    common: str
    clock: str


class RetireParams(TypedDict):
    """For whom."""

    version: str


class RetireResult(TypedDict):
    """Another daemon can serve from now on; this one goes on for the sessions that it has, and ends with the last."""

    pid: int


class RollbackParams(TypedDict):
    """The stage."""

    repo: NotRequired[str | None]
    stage: str
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class SentTag(TypedDict):
    """What became of one tag."""

    tag: str
    status: str
    reason: NotRequired[str | None]
    along_with: NotRequired[str | None]
    clash: NotRequired[Clash | None]


class ShowParams(TypedDict):
    """What to show, and how."""

    repo: NotRequired[str | None]
    name: NotRequired[str | None]
    registered_only: NotRequired[bool]
    deprecated: NotRequired[bool]
    assignments_per_version: NotRequired[int]
    versions_per_stage: NotRequired[int]
    sort: NotRequired[Literal["timestamp", "semver"]]
    limit: NotRequired[int | None]
    cursor: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]
    as_of: NotRequired[float | str | None]
    worktree: NotRequired[bool]
    all_branches: NotRequired[bool]
    all_commits: NotRequired[bool]
    annotations: NotRequired[Literal["gto", "all"]]


class ShowResult(TypedDict):
    """`artifacts` without a name, `versions` with one; either is exactly what `gto show --json` prints."""

    artifacts: NotRequired[dict[str, ArtifactRow] | None]
    versions: NotRequired[list[Version] | None]
    reason: NotRequired[str | None]
    note: NotRequired[str | None]
    next_cursor: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class ShutdownParams(TypedDict):
    """Why."""

    reason: NotRequired[str | None]


class ShutdownResult(TypedDict):
    """The daemon ends once this is answered. What was sent before is answered too, or given up after 5 s."""

    pid: int


class StageAt(TypedDict):
    """A stage tag on the commit."""

    artifact: str
    version: str
    stage: str
    active: bool
    ref: str


class StageHeld(TypedDict):
    """A stage that a version is in."""

    stage: str
    ref: str
    since: str
    author: str
    author_email: str
    message: str
    holds: bool


class StageOfVersion(TypedDict):
    """A stage that a version is in."""

    is_active: bool
    activated_at: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    ref: str
    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class StagesParams(TypedDict):
    """The stages. Without either member: the columns of `gto/show`."""

    repo: NotRequired[str | None]
    allowed: NotRequired[bool]
    used: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]


class StagesResult(TypedDict):
    """Exactly what `gto stages --json` prints."""

    stages: list[str] | None
    reason: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class StateArtifact(TypedDict):
    """An artifact, with all its versions."""

    artifact: str
    versions: list[StateVersion]
    creations: list[TagEvent]
    deprecations: list[TagEvent]


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


class StatusParams(TypedDict):
    """With `repo`, that repository's state too."""

    repo: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]


class StatusResult(TypedDict):
    """The process, and the repository asked about."""

    pid: int
    version: str
    protocol: int
    uptime_s: float
    socket: str | None
    log: str | None
    sessions: int
    repositories: int
    repository: NotRequired[RepositoryStatus | None]


class SubscribeParams(TypedDict):
    """What to be notified of. A member that is left out restricts nothing."""

    repo: NotRequired[str | None]
    artifacts: NotRequired[list[str] | None]
    stages: NotRequired[list[str] | None]
    events: NotRequired[
        list[Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"]] | None
    ]
    env: NotRequired[dict[str, str] | None]


class SubscribeResult(TypedDict):
    """Every change after `clock` is notified, until `gto/unsubscribe` or the end of the connection."""

    subscription: int
    clock: str
    problems: list[Problem]


class SyncStatusParams(TypedDict):
    """How to find out."""

    repo: NotRequired[str | None]
    refresh: NotRequired[bool]
    all: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    remote: NotRequired[str | None]


class SyncStatusResult(TypedDict):
    """How the tags compare. `deleted at remote`: it had that very tag. `unknown`: it was never asked."""

    remote: str
    asked_at: str | None
    counts: dict[str, int]
    tags: list[SyncedTag]
    hint: NotRequired[str | None]
    clock: str
    problems: list[Problem]


class SyncedTag(TypedDict):
    """How one tag compares."""

    tag: str
    artifact: str
    status: Literal["local only", "remote only", "same", "different", "deleted at remote", "unknown"]
    local_oid: str | None
    remote_oid: str | None


class TagEvent(TypedDict):
    """What one tag did."""

    created_at: str
    author: str
    author_email: str
    message: str
    priority: NotRequired[int | None]
    addition: NotRequired[bool | None]
    artifact: str
    commit_hexsha: str
    tag: str
    version: NotRequired[str | None]
    stage: NotRequired[str | None]
    event: NotRequired[Literal["registration", "deregistration", "assignment", "unassignment", "deprecation"] | None]


class TagParts(TypedDict):
    """What the name says; a part that it does not have is absent."""

    name: str
    version: NotRequired[str | None]
    stage: NotRequired[str | None]
    action: NotRequired[Literal["register", "deregister", "assign", "unassign", "deprecate"] | None]
    counter: NotRequired[int | None]


class TreeParams(TypedDict):
    """What to show."""

    repo: NotRequired[str | None]
    worktree: NotRequired[bool]
    deprecated: NotRequired[bool]
    remote: NotRequired[str | None]
    env: NotRequired[dict[str, str] | None]


class TreeResult(TypedDict):
    """Every artifact that has a tag or an entry in an annotation file, by folder and name."""

    artifacts: list[TreeRow]
    hidden: int
    remote: str
    remotes: list[str]
    clock: str
    problems: list[Problem]


class TreeRow(TypedDict):
    """An artifact of the tree."""

    name: str
    dir: str
    label: str
    type: str | None
    description: str
    latest: str | None
    stages: dict[str, list[str]]
    since: dict[str, str]
    registered: bool
    deprecated: bool
    annotated_in: list[str]
    location: NotRequired[Entry | None]
    tags: int
    unpushed: NotRequired[int | None]
    problems: list[Problem]


class UnassignParams(TypedDict):
    """The version, and the stage to take it out of."""

    repo: NotRequired[str | None]
    stage: str
    version: NotRequired[str | None]
    ref: NotRequired[str | None]
    simple: NotRequired[bool]
    force: NotRequired[bool]
    delete: NotRequired[bool]
    env: NotRequired[dict[str, str] | None]
    workDoneToken: NotRequired[int | str | None]
    push: NotRequired[bool]
    remote: NotRequired[str | None]
    batch: NotRequired[int | None]
    atomic: NotRequired[bool]
    dry_run: NotRequired[bool]
    expect_clock: NotRequired[str | None]
    name: str
    message: NotRequired[str | None]
    author: NotRequired[str | None]
    author_email: NotRequired[str | None]


class UnsubscribeParams(TypedDict):
    """The subscription."""

    subscription: int


class UnsubscribeResult(TypedDict):
    """No notification of it comes after this answer."""

    subscription: int


class Version(TypedDict):
    """A version of an artifact, as `gto show NAME --json`."""

    is_active: bool
    activated_at: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    ref: str
    artifact: str
    commit_hexsha: str
    version: str
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: list[StageOfVersion]
    discovered: bool


class VersionAt(TypedDict):
    """A version on the commit."""

    artifact: str
    version: str
    active: bool
    ref: str


class VersionRow(TypedDict):
    """A version."""

    version: str
    label: str
    ref: str
    commit: str
    subject: str | None
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    registered: bool
    active: bool
    latest: bool
    path: str | None
    stages: list[StageHeld]
    events: list[HistoryRow]
    unpushed: NotRequired[list[str] | None]


class WhyParams(TypedDict):
    """The stage."""

    repo: NotRequired[str | None]
    name: str
    stage: str
    env: NotRequired[dict[str, str] | None]


class WhyResult(TypedDict):
    """The events that decided on the stage, oldest first."""

    name: str
    stage: str
    holds: list[str]
    since: str | None
    chain: list[ChainLink]
    reason: str
    clock: str
    problems: list[Problem]
