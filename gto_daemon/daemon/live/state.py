"""The state of a worktree after a refresh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gto_daemon.daemon.live.journal import Circumstances
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class WorktreeState:
    """The state of a worktree as of one refresh. `paths` are the files that it rests on, refs apart."""

    snapshot: Snapshot
    fingerprint: Fingerprint
    racy: bool
    heads_moved: int
    disk: Mapping[str, AnnotationFile] | None
    broken: tuple[Problem, ...]
    paths: Sequence[str] = ()

    @property
    def circumstances(self) -> Circumstances:
        """Everything besides tags that affects an act."""
        return Circumstances(self.snapshot.head, self.snapshot.config, self.heads_moved)
