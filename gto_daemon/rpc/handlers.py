"""The kinds of methods. Which kind a method is decides on which thread it runs, and whether its answer is kept.

| kind                | is a function of                                | runs                                         |
|---------------------|-------------------------------------------------|----------------------------------------------|
| `StatelessQuery`    | the params                                      | at once                                      |
| `SessionQuery`      | the session and the process, no repository      | at once                                      |
| `AsyncSessionQuery` | the worktree and the session                    | as a task of the event loop                  |
| `SnapshotQuery`     | a snapshot: its encoded answer is kept with that| at once; in a thread when large; in the git  |
|                     |                                                 | thread of the repository for another view    |
| `WorktreeQuery`     | the worktree                                    | in the git thread                            |
| `Act`               | the world: it may run programs, and may write   | in a thread of its own; refused in untrusted |
|                     |                                                 | sessions                                     |
| `DetachedAct`       | the world, but no repository here               | as an `Act`                                  |
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.daemon.queries.views import View
    from gto_daemon.daemon.task_context import Acting, Running
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.context import Context

P = TypeVar("P", bound=Params)

#: Refusals that any question about a repository may meet.
OPENING = (
    "RepositoryRequired",
    "RelativePath",
    "NotARepository",
    "UnsupportedRepository",
    "UnreadableRepository",
    "RefsMigrating",
    "Untrusted",
)
#: Refusals that whatever runs a program may meet.
_RUNNING = ("GitNotFound", "GitFailed", "ActInProgress")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Example:
    """A request and its answer, for the documentation. Both fit the models (a test sees to it)."""

    params: Mapping[str, Any]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MethodSpec(Generic[P]):
    """What is known of a method without running it.

    Attributes:
        name: as in `method` of a request.
        summary: one sentence.
        params: the model of its params.
        result: the model of its result.
        errors: kinds of refusals that it raises itself; those of opening a repository come on top.
        example: for the documentation.
        hidden: left out of the page for people, as GTO leaves the command out of its help.

    """

    name: str
    summary: str
    params: type[P]
    result: type[Result]
    example: Example
    errors: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def all_errors(self) -> tuple[str, ...]:
        """Every kind of refusal that the method may answer."""
        return self.errors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StatelessQuery(MethodSpec[P]):
    """A function of the params."""

    answer: Callable[[P], dict[str, Any]]


def _present(_params: Any) -> None:
    return None


def _never(_params: Any) -> bool:
    return False


def _small(_snapshot: Any, _params: Any) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _AboutRepository(MethodSpec[P]):
    @property
    def all_errors(self) -> tuple[str, ...]:
        return (*OPENING, *self.errors)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SnapshotQuery(_AboutRepository[P]):
    """A pure question to a snapshot.

    Attributes:
        answer: the result but for `clock` and `problems`.
        view: which state is asked, None for the present one.
        size: roughly how many tags the answer is computed from.

    """

    answer: "Callable[[Snapshot, P], dict[str, Any]]"
    view: "Callable[[P], View | None]" = field(default=_present)
    size: "Callable[[Snapshot, P], int]" = field(default=_small)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorktreeQuery(_AboutRepository[P]):
    """A question to the living worktree. `on_disk` tells whether it is about the files on disk."""

    answer: "Callable[[Worktree, Snapshot, P], dict[str, Any]]"
    on_disk: "Callable[[P], bool]" = field(default=_never)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AsyncSessionQuery(_AboutRepository[P]):
    """A question that concerns the session too. With `repository="asked"` the worktree may be None."""

    answer: "Callable[[Context, Worktree | None, P], Awaitable[dict[str, Any]]]"
    repository: Literal["asked", "always"] = "always"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Act(_AboutRepository[P]):
    """Something done to the repository, or by a program that is run for the client. It may take its time."""

    perform: "Callable[[Acting, P], dict[str, Any]]"

    def act(self, acting: "Acting", params: P) -> dict[str, Any]:
        """Perform it, unless a git would wait for ever."""
        acting.require_readable()
        return self.perform(acting, params)

    @property
    def all_errors(self) -> tuple[str, ...]:
        """Every kind of refusal that the method may answer."""
        return tuple(dict.fromkeys((*OPENING, "RuntimeDirectoryUnusable", *_RUNNING, *self.errors)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DetachedAct(MethodSpec[P]):
    """Something done by a program that is run for the client, and about no repository here. It may take its time."""

    perform: "Callable[[Running, P], dict[str, Any]]"

    @property
    def all_errors(self) -> tuple[str, ...]:
        """Every kind of refusal that the method may answer."""
        return tuple(dict.fromkeys(("Untrusted", *_RUNNING, *self.errors)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SessionQuery(MethodSpec[P]):
    """A question about the session or the process."""

    answer: "Callable[[Context, P], dict[str, Any]]"


Method = (
    StatelessQuery[Any]
    | SnapshotQuery[Any]
    | WorktreeQuery[Any]
    | AsyncSessionQuery[Any]
    | Act[Any]
    | DetachedAct[Any]
    | SessionQuery[Any]
)
