"""A snapshot: the registry as one checkout sees it at one moment of its clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry.config import Config
from gto_daemon.registry.fold import file_problems
from gto_daemon.registry.index import Index
from gto_daemon.registry.problems import Problem

if TYPE_CHECKING:
    from gto_daemon.protocol.results import RepositoryResult


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
        is_shallow: whether a part of the history, and with it perhaps tags, is missing from this clone.
        as_of: the moment in the past that it is about, seconds since the epoch; None for the present.

    """

    repo: str
    clock: str
    index: Index
    config: Config
    head: str | None
    problems: Sequence[Problem] = ()
    is_shallow: bool = False
    as_of: float | None = None

    def stated(self, problems: Iterable[Problem] = ()) -> "RepositoryResult":
        """Return the common part of every result: the clock, and the problems after the given ones."""
        found = dict.fromkeys((*problems, *self.problems))
        return {"clock": self.clock, "problems": [problem.as_json() for problem in found]}


def distinct_problems(index: Index, config: Config, others: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of the annotations that count, the configuration, some others, and the artifacts."""
    problems: dict[object, Problem] = {}
    found = [
        *(problem for at in index.annotated for problem in file_problems(at.file, config.index, at.commit)),
        *config.problems,
        *others,
        *(problem for name in sorted(index.troubled) for problem in index.troubled[name]),
    ]
    for problem in found:
        # A broken file is one problem, at however many commits it is found.
        key = (problem.code, problem.tag, problem.path or problem.commit, problem.range, problem.message)
        problems.setdefault(key, problem)
    return tuple(problems.values())
