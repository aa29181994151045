"""The process, its sessions, and the notifications."""

from typing import Any, Literal, NotRequired, TypedDict

from gto_daemon.protocol import JsonObject
from gto_daemon.protocol.results import Problem, RepositoryResult

Health = Literal["ok", "warning", "error"]


class Configuration(TypedDict):
    """The configuration in effect: `.gto`, with `GTO_*` of the client on top."""

    index: str
    """Name of the annotation file."""
    stages: list[str] | None
    """The allowed stages; null when all are."""
    types: list[str] | None
    """The allowed types; null when all are."""
    emojis: bool
    log_level: str
    debug: bool
    enrichments: list[Any]
    autoload_enrichments: bool


class Remote(TypedDict):
    """A remote of the repository."""

    name: str
    url: str | None
    """Without user and password; null where none is configured."""
    is_push_default: bool
    """Whether it is pushed to where none is named."""


class DoctorResult(RepositoryResult):
    """What was found. `problems` is the part of it that could not be read."""

    version: str
    """Of this server."""
    git: str | None
    """Version of the git that it runs; null where there is none."""
    libgit2: str
    """Version of the library that it reads repositories with."""
    is_shallow: bool
    """Whether a part of the history is missing from this clone."""
    remotes: list[Remote]
    configuration: Configuration
    findings: list[Problem]
    """All there is to say, the problems included."""


class WatcherStatus(TypedDict):
    """How changes of a repository are noticed."""

    mode: Literal["events", "polling", "on demand"]
    health: Health
    message: str


class RepositoryCounts(TypedDict):
    """What is known of a repository."""

    repo: str
    """The worktree; the git directory of a bare repository."""
    common: str
    """The git directory with the tags. Worktrees of one repository share it."""
    clock: str
    head: str | None
    """HEAD's commit, hex digits."""
    bare: bool
    artifacts: int
    tags: int
    """How many of its tags are GTO's."""
    problems_found: int
    configuration: str
    """`ok`, or why acts are refused: it cannot be read."""
    counters: dict[str, int]
    """What was read since it was opened."""


class RepositoryStatus(RepositoryCounts):
    """The state of one repository."""

    watcher: WatcherStatus
    health: Health


class StatusResult(TypedDict):
    """The process, and the repository asked about."""

    pid: int
    version: str
    protocol: int
    uptime_s: float
    """Seconds since it started."""
    socket: str | None
    """Path of the unix socket, or `127.0.0.1:PORT`; null for a server on stdio."""
    log: str | None
    """Path of the log."""
    sessions: int
    """Open connections, this one included."""
    repositories: int
    """Repositories held; `gto/repositories` lists them."""
    repository: NotRequired[RepositoryStatus | None]
    """With `repo`."""


class RepositoryRow(TypedDict):
    """A repository that the daemon holds."""

    repo: str
    clock: str | None
    """Null until it was read."""
    tags: int
    """How many of its tags are GTO's."""
    health: Health


class RepositoriesResult(TypedDict):
    """The repositories."""

    repositories: list[RepositoryRow]


class SubscribeResult(RepositoryResult):
    """Every change after `clock` is notified, until `gto/unsubscribe` or the end of the connection."""

    subscription: int
    """For `gto/unsubscribe`, and in each notification."""


class UnsubscribeResult(TypedDict):
    """No notification of it comes after this answer."""

    subscription: int


class HandshakeResult(TypedDict):
    """Who the server is, and what it can."""

    server: str
    version: str
    protocol: int
    capabilities: list[str]
    """All of them, the methods by their names."""
    pid: int


class RetireResult(TypedDict):
    """Another daemon can serve from now on; this one goes on for the sessions that it has, and ends with the last."""

    pid: int
    """The process that retires."""


class ShutdownResult(TypedDict):
    """The daemon ends once this is answered. What was sent before is answered too, or given up after 5 s."""

    pid: int
    """The process that ends."""


class DiscoverResult(TypedDict):
    """An OpenRPC document; its own specification says what is in it."""

    openrpc: str
    info: JsonObject
    methods: list[JsonObject]


class DidChangeParams(TypedDict):
    """What changed since the last notification, or since `gto/subscribe`. Ask `gto/changes` for the events."""

    subscription: int
    """Which subscription of this connection hears it."""
    repo: str
    """The worktree; the git directory of a bare repository."""
    clock: str
    """The clock after the change."""
    artifacts: list[str]
    """The artifacts whose content changed; none where only HEAD moved."""
    origin: Literal["self", "other"]
    """`self` where acts of this connection created or deleted all the tags that changed, and nothing else did; `other`
    for everything else: other clients, git itself, what `gto/fetch` brought, files and HEAD."""


class DidRetireParams(TypedDict):
    """Who takes over."""

    version: str | None
    """Version of the gtod that asked for the place; null where none did, because the installation of this daemon is
    gone or was replaced."""


class CancelParams(TypedDict):
    """The request."""

    id: int | str
    """The id of a request that is not answered yet."""


class ProgressValue(TypedDict):
    """How far an act is."""

    kind: Literal["report"]
    message: str
    """What is being done, in the words of Git where they are its."""
    percentage: NotRequired[int | None]
    """0 to 100, where that is known."""


class ProgressParams(TypedDict):
    """The request, and how far it is."""

    token: int | str
    """The `workDoneToken` of the request."""
    value: ProgressValue
