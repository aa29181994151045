"""What is known of a fleet at one moment: values that are replaced as a whole."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.daemon.fleet.places import FleetPlace
from gto_daemon.daemon.fleet.sources import FleetSource
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.show import show_registry
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.protocol.fleet import FleetArtifact, FleetRepository
    from gto_daemon.protocol.sessions import Health


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class RepositoryRows:
    """What one repository has, made once for each of its snapshots.

    Attributes:
        name: its name in the fleet.
        snapshot: the snapshot.
        rows: its artifacts, by `repository/artifact`.

    """

    name: str
    snapshot: Snapshot
    rows: "Mapping[str, FleetArtifact]"

    @classmethod
    def of(cls, name: str, snapshot: Snapshot) -> "RepositoryRows":
        """Return what a snapshot has. Beside an event loop: it may be large."""
        rows: dict[str, FleetArtifact] = {
            f"{name}/{artifact}": {"repository": name, "artifact": artifact, **row}
            for artifact, row in show_registry(snapshot).items()
        }
        return cls(name, snapshot, rows)

    @property
    def artifacts(self) -> frozenset[str]:
        """The names of its artifacts."""
        return frozenset(row["artifact"] for row in self.rows.values())


@dataclass(frozen=True, slots=True, eq=False)
class MemberState:
    """A repository of a fleet.

    Attributes:
        name: its name.
        source: where it is.
        rows: what it has; None if it cannot be read.
        worktree: the open repository; None if it cannot be read.
        health: how it is.
        message: what is wrong, if anything.
        since: when it was last compared, `time.monotonic()`; None if it was for this answer.

    """

    name: str
    source: FleetSource
    rows: RepositoryRows | None
    worktree: "Worktree | None"
    health: "Health"
    message: str
    since: float | None = None

    @property
    def is_ageless(self) -> bool:
        """Whether its row says the same whenever it is asked for."""
        return self.since is None and self.source.url is None

    def as_json(self) -> "FleetRepository":
        """Return its row."""
        source, age = self.source, self.source.age()
        if age is not None and self.since is not None:
            age = max(age, time.monotonic() - self.since)
        row: FleetRepository = {
            "name": self.name,
            "seen": None if self.rows is None or age is None else round(age, 1),
            "health": self.health,
            "message": self.message,
        }
        if source.path is not None:
            row["path"] = source.path
        if source.url is not None:
            row["url"] = source.url
        return row


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class FleetState:
    """A fleet.

    Attributes:
        clock: the clock.
        repositories: its repositories, in the order of its file.
        problems: what is wrong with the file, and which repositories cannot be read.

    """

    clock: str
    repositories: tuple[MemberState, ...]
    problems: tuple[Problem, ...]

    @property
    def readable(self) -> list[RepositoryRows]:
        """What the repositories have that can be read."""
        return [each.rows for each in self.repositories if each.rows is not None]


def health_of(source: FleetSource, trouble: str | None) -> "tuple[Health, str]":
    """Return how a repository is, and what is wrong."""
    if trouble is not None:
        return "error", trouble
    late = source.trouble()
    return ("ok", "") if late is None else ("warning", late)


def unreadable_repository(place: FleetPlace, refusal: RegistryError, file: str) -> Problem:
    """Return the problem of a repository that cannot be read."""
    return Problem(
        code="fleet-repository",
        severity="error",
        message=f"'{place.name}' cannot be read: {refusal.message}.",
        hint=refusal.hint,
        path=file,
        range=place.entry.place,
    )


def words_of(refusal: RegistryError) -> str:
    """Return what a refusal says."""
    return f"{refusal.message}. {refusal.hint}".rstrip()
