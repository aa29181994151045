"""A snapshot: the registry as one checkout sees it at one moment of its clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gto_daemon.registry.config import Config
from gto_daemon.registry.index import Index
from gto_daemon.registry.problems import Problem


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Snapshot:
    """Everything a query reads. Immutable, so it may be read from any thread for as long as it is held.

    Attributes:
        repo: canonical path of the worktree (of the git directory for a bare repository).
        clock: opaque; equal clock, equal content.
        index: the artifacts.
        config: `.gto` and the `GTO_*` variables of the asking session.
        head: HEAD's commit, 40 or 64 hex digits, or None before the first commit.
        problems: what could not be read.
        answers: encoded answers to this snapshot, kept by the protocol; not part of the value.

    """

    repo: str
    clock: str
    index: Index
    config: Config
    head: str | None
    problems: Sequence[Problem] = ()
    answers: dict[object, bytes] = field(default_factory=dict, repr=False)
