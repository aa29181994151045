"""The process, its sessions, and the notifications."""

from typing import Any, Literal, NotRequired, TypedDict

from gto_daemon.protocol import JsonObject
from gto_daemon.protocol.results import Problem, RepositoryResult

Health = Literal["ok", "warning", "error"]


class Configuration(TypedDict):
    """The configuration in effect: `.gto`, with `GTO_*` of the client on top."""

    index: str
    """The name of the annotation file."""
    stages: list[str] | None
    """The allowed stages; null if all are allowed."""
    types: list[str] | None
    """The allowed types; null if all are allowed."""
    emojis: bool
    log_level: str
    debug: bool
    enrichments: list[Any]
    autoload_enrichments: bool


class Remote(TypedDict):
    """A remote of the repository."""

    name: str
    url: str | None
    """The URL without user and password; null if none is configured."""
    is_push_default: bool
    """Whether it is the default remote for pushes."""


class LedgerFacts(TypedDict):
    """The record of the tags that this user's gtod saw, which evidence of tampering is found with."""

    since: str | None
    """When it was begun; null if nothing was written yet."""
    looked_at: str | None
    """When it was last compared with the tags."""
    trouble: str | None
    """Why there is none, or what of it cannot be read."""


class DoctorResult(RepositoryResult):
    """All findings. `problems` holds only those about things that could not be read."""

    version: str
    """The version of this server."""
    git: str | None
    """The version of the git that the server runs; null if there is none."""
    libgit2: str
    """The version of the library that reads repositories."""
    is_shallow: bool
    """Whether part of the history is missing from this clone."""
    remotes: list[Remote]
    configuration: Configuration
    ledger: LedgerFacts
    findings: list[Problem]
    """All findings, including the problems."""


class WatcherStatus(TypedDict):
    """How the daemon notices changes of a repository."""

    mode: Literal["events", "polling", "on demand"]
    source: Literal["inotify", "watchfiles"] | None
    """What reports events; null where nothing does."""
    health: Health
    message: str


class RepositoryCounts(TypedDict):
    """The daemon's knowledge of a repository."""

    repo: str
    """The worktree; for a bare repository, its git directory."""
    common: str
    """The git directory with the tags, shared by all worktrees of the repository."""
    clock: str
    head: str | None
    """The commit of HEAD, in hex digits."""
    bare: bool
    artifacts: int
    tags: int
    """The number of GTO's tags in it."""
    problems_found: int
    configuration: str
    """`ok`, or why the configuration cannot be read; acts are then refused."""
    counters: dict[str, int]
    """What was read since the repository was opened."""


class RepositoryStatus(RepositoryCounts):
    """The state of one repository."""

    watcher: WatcherStatus
    health: Health


class StatusResult(TypedDict):
    """The state of the daemon and, with `repo`, of that repository."""

    pid: int
    version: str
    protocol: int
    uptime_s: float
    """The time since the start, in seconds."""
    socket: str | None
    """The path of the unix socket, or `127.0.0.1:PORT`; null for a server on stdio."""
    log: str | None
    """The path of the log."""
    sessions: int
    """The number of open connections, including this one."""
    repositories: int
    """The number of open repositories; `gto/repositories` lists them."""
    repository: NotRequired[RepositoryStatus | None]
    """The repository; present if the request has `repo`."""


class RepositoryRow(TypedDict):
    """A repository that the daemon has open."""

    repo: str
    clock: str | None
    """The clock; null until the repository has been read."""
    tags: int
    """The number of GTO's tags in it."""
    health: Health


class RepositoriesResult(TypedDict):
    """The open repositories."""

    repositories: list[RepositoryRow]


class SubscribeResult(RepositoryResult):
    """The subscription to all changes after `clock`, until `gto/unsubscribe` or the end of the connection."""

    subscription: int
    """The id, used in `gto/unsubscribe` and in each notification."""


class UnsubscribeResult(TypedDict):
    """The ended subscription. It sends no notification after this result."""

    subscription: int


class HandshakeResult(TypedDict):
    """The server and its capabilities."""

    server: str
    version: str
    protocol: int
    capabilities: list[str]
    """All capabilities, including the names of all methods."""
    pid: int


class RetireResult(TypedDict):
    """The retiring daemon. Another one can take its place now; this one exits after its last open session."""

    pid: int
    """The process id of the retiring daemon."""


class ShutdownResult(TypedDict):
    """The daemon, which exits after this response. It still answers earlier requests, or cancels them after 5 s."""

    pid: int
    """The process id of the daemon that exits."""


class DiscoverResult(TypedDict):
    """An OpenRPC document; the OpenRPC specification describes its content."""

    openrpc: str
    info: JsonObject
    methods: list[JsonObject]


class DidChangeParams(TypedDict):
    """What changed since the last notification, or since `gto/subscribe`. Call `gto/changes` for the events."""

    subscription: int
    """The subscription of this connection that the notification belongs to."""
    repo: str
    """The worktree; for a bare repository, its git directory."""
    clock: str
    """The clock after the change."""
    artifacts: list[str]
    """The artifacts that changed; empty if only HEAD moved."""
    origin: Literal["self", "other"]
    """`self` if acts of this connection created or deleted all the changed tags and nothing else changed; `other` for
    everything else: other clients, git itself, tags from `gto/fetch`, files and HEAD."""


class DidRetireParams(TypedDict):
    """The daemon that takes over."""

    version: str | None
    """The version of the gtod that takes over; null if this daemon retires because its installation was removed or
    replaced."""


class ExitParams(TypedDict):
    """Nothing: `params` may be absent."""


class CancelParams(TypedDict):
    """The request to cancel."""

    id: int | str
    """The id of a request that has no response yet."""


class ProgressValue(TypedDict):
    """The progress of an act."""

    kind: Literal["report"]
    message: str
    """The current step; Git's own words if it is a step of Git."""
    percentage: NotRequired[int | None]
    """The progress from 0 to 100, if known."""


class ProgressParams(TypedDict):
    """The progress of a request."""

    token: int | str
    """The `workDoneToken` of the request."""
    value: ProgressValue
