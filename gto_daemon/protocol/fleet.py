"""The fleet: many repositories as one."""

from typing import Literal, NotRequired, TypedDict

from gto_daemon.protocol.audit import AuditResult
from gto_daemon.protocol.registry import ArtifactRow, HistoryRow
from gto_daemon.protocol.results import Page, Problem
from gto_daemon.protocol.sessions import Health


class FleetResult(TypedDict):
    """What every answer about a fleet has."""

    clock: str
    """The clock of the fleet, one over all repositories."""
    problems: list[Problem]
    """What is wrong with the fleet's file, and which repositories cannot be read."""


class FleetArtifact(ArtifactRow):
    """An artifact, as `gto show --json` prints it, and where it is."""

    repository: str
    """The name of its repository in the fleet."""
    artifact: str


class FleetRepository(TypedDict):
    """A repository of the fleet."""

    name: str
    path: NotRequired[str]
    """Where it is on this machine."""
    url: NotRequired[str]
    """The remote that it is, without user and password."""
    seen: float | None
    """How many seconds old this answer may be: 0 if it was compared for this answer, null if it cannot be read."""
    health: Health
    message: str
    """If something is wrong: what, and the remedy."""


class FleetShowResult(FleetResult):
    """The artifacts of all repositories that can be read."""

    artifacts: dict[str, FleetArtifact]
    """Maps `repository/artifact` to its row, in the order of the file, then in GTO's."""
    repositories: list[FleetRepository]


class FleetLook(FleetRepository):
    """What a look at a remote came to. `seen`, `health` and `message` are those after it."""

    first: bool
    """Whether the remote was seen for the first time, so that nothing is known to have changed."""
    fetched: bool
    """Whether anything was fetched or taken away."""
    new: list[str]
    """The tags that came, of GTO's and others."""
    moved: list[str]
    """The tags that point at another object than before."""
    deleted: list[str]
    """The tags that are gone."""


class FleetFetchResult(FleetResult):
    """What the looks came to."""

    repositories: list[FleetLook]
    """The remotes that were looked at, in the order of the file."""


class FleetEvent(HistoryRow):
    """An event, as `gto history --json` prints it, and where it is."""

    repository: str
    """The name of its repository in the fleet."""


class FleetHistoryResult(FleetResult, Page):
    """The events of all repositories that can be read."""

    events: list[FleetEvent]
    """The events, newest first unless `ascending` is set."""


class FleetFinding(Problem):
    """A finding, and where it is."""

    repository: str
    """The name of its repository in the fleet."""


class FleetDoctorResult(FleetResult):
    """The findings in all repositories that can be read."""

    findings: list[FleetFinding]
    repositories: list[FleetRepository]


class FleetAudit(AuditResult):
    """What `gto/audit` returns of a repository, and which one that is."""

    repository: str
    """Its name in the fleet."""


class FleetAuditResult(FleetResult):
    """The audits of all repositories that can be read."""

    audits: list[FleetAudit]


class FleetEvents(TypedDict):
    """Events that were added and removed. A moved tag appears in both."""

    added: list[FleetEvent]
    removed: list[FleetEvent]


class FleetChangesResult(FleetResult):
    """The net change: an event that was added and then removed is in neither list."""

    fresh: bool
    """Whether the clock is unknown or too old; then everything is listed as added."""
    repositories: list[str]
    """The repositories that changed for any reason, came, went, or can no longer be read."""
    artifacts: list[str]
    """The artifacts that changed for any reason, as `repository/artifact`."""
    events: FleetEvents
    """The events of a repository that was seen for the first time are not listed, unless `fresh` is true."""


class FleetSubscribeResult(FleetResult):
    """The subscription."""

    subscription: int
    """The id, used in `gto/unsubscribe` and in each notification."""


class FleetDidChangeParams(TypedDict):
    """What changed since the last notification, or since `gto/fleet/subscribe`."""

    subscription: int
    """The subscription of this connection that the notification belongs to."""
    clock: str
    repositories: list[str]
    """The repositories that changed for any reason, came, went, or can no longer be read."""
    artifacts: list[str]
    """The artifacts that changed for any reason, as `repository/artifact`."""
    origin: Literal["self", "other"]
    """`self` if an act of this connection made the whole change."""
