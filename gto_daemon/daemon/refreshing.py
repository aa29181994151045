"""What a refresh of a worktree leaves, and one that was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.daemon.journal import Circumstances
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class State:
    """What a worktree knows, as of one refresh."""

    snapshot: Snapshot
    fingerprint: Fingerprint
    racy: bool
    heads_moved: int
    disk: Mapping[str, AnnotationFile] | None
    broken: tuple[Problem, ...]

    @property
    def circumstances(self) -> Circumstances:
        """What decides on an act besides tags."""
        return Circumstances(self.snapshot.head, self.snapshot.config, self.heads_moved)


class Refresh:
    """A refresh that was asked for. `begun` is set in the repository's thread before anything is read."""

    __slots__ = ("begun", "future")

    def __init__(self) -> None:
        self.begun = False
        self.future: asyncio.Future[Snapshot] | None = None

    def perform(self, job: Callable[[], Snapshot]) -> Snapshot:
        """Begin it; in the repository's thread."""
        self.begun = True
        return job()
