"""The kinds of methods, and the dispatcher.

The kind of a method decides on which thread it runs, and whether its answer is kept:

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
| `DaemonQuery`       | what the daemon does besides answering          | as a task of the event loop                  |
| `DaemonAct`         | the same, and calls out                         | as a task; refused in untrusted sessions     |
| `FleetSnapshotQuery`| what all repositories of a fleet have           | at once; in a thread when large              |
| `FleetQuery`,       | all repositories of a fleet                     | as each of its parts                         |
| `LiveFleetQuery`    |                                                 |                                              |
| `FleetAct`          | the same, with programs                         | as an `Act` on one after the other           |

`run` returns the result at once if it need not wait, and a coroutine otherwise. What waits, and in which thread, is up
to the runner of the context: without an event loop nothing waits.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import ValidationError

from gto_daemon.daemon.queries.views import View, view
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.schema.params import (
    ErrandParams,
    Params,
    RepositoryParams,
    SignatureParams,
    ViewParams,
)
from gto_daemon.rpc.schema.validation import invalid_params

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.daemon.queries.signatures import Asker, SignedEvent
    from gto_daemon.daemon.task_context import ActContext, TaskContext
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.context import Answer, Context, Outcome, Result, Target

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=RepositoryParams)
E = TypeVar("E", bound=ErrandParams)

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
#: Refusals of whatever runs a program.
_RUNNING = ("GitNotFound", "GitFailed", "ActInProgress")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MethodKind(Generic[P]):
    """The description of a method.

    Attributes:
        name: the `method` of a request.
        summary: one sentence.
        params: the model of its params.
        errors: kinds of refusals that it raises itself; `raised` come on top.
        hidden: whether the documentation hides it, as GTO hides the command in its help.
        raised: kinds of refusals that its kind of method may raise.
        is_act: whether it may write, or run programs for the client: it is refused in an untrusted session.
        needs_session: whether it is about a connection or the daemon.
        is_repeatable: whether an answered request may as well be sent again.

    """

    name: str
    summary: str
    params: type[P]
    errors: tuple[str, ...] = ()
    hidden: bool = False

    raised: ClassVar[tuple[str, ...]] = ()
    is_act: ClassVar[bool] = False
    needs_session: ClassVar[bool] = False
    is_repeatable: ClassVar[bool] = False

    @property
    def all_errors(self) -> tuple[str, ...]:
        """Every kind of refusal that the method may raise."""
        return tuple(dict.fromkeys((*self.raised, *self.errors)))

    def run(self, context: "Context", params: P) -> "Outcome":
        """Return the answer, or a coroutine that does.

        Raises:
            RpcError, RegistryError: the error for the client.

        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StatelessQuery(MethodKind[P]):
    """A function of the params."""

    answer: "Callable[[P], Result]"

    is_repeatable: ClassVar[bool] = True

    def run(self, context: "Context", params: P) -> "Outcome":
        """See `MethodKind.run`."""
        return context.runner.encode(self.answer(params))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SessionQuery(MethodKind[P]):
    """A query of the session or the process."""

    answer: "Callable[[Context, P], Result]"

    needs_session: ClassVar[bool] = True

    def run(self, context: "Context", params: P) -> "Outcome":
        """See `MethodKind.run`."""
        return context.runner.encode(self.answer(context, params))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AsyncSessionQuery(MethodKind[R]):
    """A query of a worktree and the session. With `repository="asked"` the worktree may be None."""

    answer: "Callable[[Context, Worktree | None, R], Awaitable[Result]]"
    repository: Literal["asked", "always"] = "always"

    raised: ClassVar[tuple[str, ...]] = OPENING
    needs_session: ClassVar[bool] = True

    def run(self, context: "Context", params: R) -> "Outcome":
        """See `MethodKind.run`."""
        is_about_one = self.repository == "always" or params.repo is not None
        return self._run(context, context.target(params) if is_about_one else None, params)

    async def _run(self, context: "Context", target: "Target | None", params: R) -> "Answer":
        worktree = None if target is None else await context.open_worktree(target)
        return context.runner.encode(await self.answer(context, worktree, params))


def _never(_params: Any) -> bool:
    return False


def _small(_snapshot: Any, _params: Any) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SnapshotQuery(MethodKind[R]):
    """A pure query of a snapshot.

    Attributes:
        answer: the result but for `clock` and `problems`.
        size: roughly how many tags the answer is computed from.
        events: the events in a result that have signatures, if these are asked for (`SignatureParams`).
        from_commits: the result where `reads_commits` says that the params ask for what commits have.
        reads_commits: whether the params do.

    """

    answer: "Callable[[Snapshot, R], Result]"
    size: "Callable[[Snapshot, R], int]" = field(default=_small)
    events: "Callable[[Any], Iterator[SignedEvent]] | None" = None
    from_commits: "Callable[[Worktree, Snapshot, R], Result] | None" = None
    reads_commits: "Callable[[R], bool]" = field(default=_never)

    raised: ClassVar[tuple[str, ...]] = OPENING
    is_repeatable: ClassVar[bool] = True

    def run(self, context: "Context", params: R) -> "Outcome":
        """See `MethodKind.run`."""
        target, wanted = context.target(params), _view_of(params)
        worktree = context.known_worktree(target)
        if self.events is not None and _wants_signatures(params):
            asker = _asker(context, params)
            return self._run(context, context.read_generation, worktree, target, params, wanted, asker)
        if self.reads_commits(params):
            return self._run(context, context.read_generation, worktree, target, params, wanted)
        if worktree is not None and wanted is None:
            snapshot = worktree.current(context.read_generation)
            if snapshot is not None:
                return self._ask(context, snapshot, params)
            # It is known to be behind.
            return self._run(context, None, worktree, target, params, None)
        return self._run(context, context.read_generation, worktree, target, params, wanted)

    async def _run(
        self,
        context: "Context",
        read_generation: int | None,
        worktree: "Worktree | None",
        target: "Target",
        params: R,
        wanted: View | None,
        asker: "Asker | None" = None,
    ) -> "Answer":
        worktree = worktree or await context.open_worktree(target)
        reads_commits = self.reads_commits(params)
        if wanted is None and asker is None and not reads_commits:
            snapshot = await context.runner.snapshot(worktree, read_generation)
            outcome = self._ask(context, snapshot, params)
            return await outcome if isinstance(outcome, Coroutine) else outcome
        on_disk = wanted is not None and wanted.worktree
        present = await context.runner.snapshot(worktree, read_generation, on_disk=on_disk)

        def job() -> "Answer":
            snapshot = present if wanted is None else view(worktree, present, wanted)
            if reads_commits and self.from_commits is not None:
                result = self.from_commits(worktree, snapshot, params)
            else:
                result = self.answer(snapshot, params)
            if asker is not None and self.events is not None:
                _sign(worktree, snapshot, self.events(result), asker)
            return context.runner.encode(result, snapshot)

        return await context.runner.in_git_thread(worktree, job)

    def _ask(self, context: "Context", snapshot: "Snapshot", params: R) -> "Outcome":
        size = self.size(snapshot, params)
        return context.runner.answer(snapshot, self.name, params, size, lambda: self.answer(snapshot, params))


def _wants_signatures(params: RepositoryParams) -> bool:
    return isinstance(params, SignatureParams) and params.signatures


def _sign(worktree: "Worktree", snapshot: "Snapshot", events: "Iterator[SignedEvent]", asker: "Asker") -> None:
    from gto_daemon.daemon.queries.signatures import sign_events  # noqa: PLC0415  (it runs programs)

    sign_events(worktree, snapshot, events, asker)


def _asker(context: "Context", params: RepositoryParams) -> "Asker":
    from gto_daemon.daemon.queries.signatures import Asker  # noqa: PLC0415  (it runs programs)

    notifier = context.runner.notifier(context, "gto/didVerifySignatures")
    repo = context.target(params)[0]
    notify = None if notifier is None else lambda count: notifier({"repo": repo, "verified": count})
    return Asker(context.environment_of(params), context.trusted, notify)


def _view_of(params: RepositoryParams) -> View | None:
    """Return the requested view; None for the present state as GTO sees it, which is answered from memory."""
    if not isinstance(params, ViewParams):
        return None
    wanted = View(
        as_of=params.as_of,
        worktree=params.worktree,
        all_branches=params.all_branches,
        all_commits=params.all_commits,
        annotations=params.annotations,
    )
    return None if wanted.is_current else wanted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorktreeQuery(MethodKind[R]):
    """A query of the live worktree.

    Attributes:
        answer: the result.
        on_disk: whether it is about the files on disk.
        events: as in `SnapshotQuery`.

    """

    answer: "Callable[[Worktree, Snapshot, R], Result]"
    on_disk: "Callable[[R], bool]" = field(default=_never)
    events: "Callable[[Any], Iterator[SignedEvent]] | None" = None

    raised: ClassVar[tuple[str, ...]] = OPENING
    is_repeatable: ClassVar[bool] = True

    def run(self, context: "Context", params: R) -> "Outcome":
        """See `MethodKind.run`."""
        target = context.target(params)
        return self._run(context, context.read_generation, context.known_worktree(target), target, params)

    async def _run(
        self, context: "Context", read_generation: int, worktree: "Worktree | None", target: "Target", params: R
    ) -> "Answer":
        worktree = worktree or await context.open_worktree(target)
        snapshot = await context.runner.snapshot(worktree, read_generation, on_disk=self.on_disk(params))
        asker = _asker(context, params) if _wants_signatures(params) else None

        def job() -> "Answer":
            result = self.answer(worktree, snapshot, params)
            if asker is not None and self.events is not None:
                _sign(worktree, snapshot, self.events(result), asker)
            return context.runner.encode(result)

        return await context.runner.in_git_thread(worktree, job)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Act(MethodKind[R]):
    """An act on the repository, or by a program that is run for the client. It may take long."""

    perform: "Callable[[ActContext, R], Result]"

    raised: ClassVar[tuple[str, ...]] = (*OPENING, "RuntimeDirectoryUnusable", *_RUNNING)
    is_act: ClassVar[bool] = True

    def run(self, context: "Context", params: R) -> "Outcome":
        """See `MethodKind.run`."""
        return context.runner.act(context, params, lambda acting: self._perform(acting, params))

    def _perform(self, acting: "ActContext", params: R) -> "Result":
        # Checked first, because git would wait forever.
        acting.require_readable()
        return self.perform(acting, params)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DetachedAct(MethodKind[E]):
    """An act by a program that is run for the client, about no local repository. It may take long."""

    perform: "Callable[[TaskContext, E], Result]"

    raised: ClassVar[tuple[str, ...]] = ("Untrusted", *_RUNNING)
    is_act: ClassVar[bool] = True

    def run(self, context: "Context", params: E) -> "Outcome":
        """See `MethodKind.run`."""
        return context.runner.detached_act(context, params, lambda running: self.perform(running, params))


Method = MethodKind[Any]


def dispatch(context: "Context", method: Method, params: Params | JsonObject | list[Any] | None) -> "Outcome":
    """Check the params of a request unless that was done, and run its method; return the answer, or a coroutine.

    Raises:
        RpcError, RegistryError: the error for the client.

    """
    checked = params if isinstance(params, Params) else checked_params(method.name, method.params, params)
    if method.is_act and not context.trusted:
        raise RegistryError(
            "Untrusted",
            f"{method.name} may run programs or write, and this session is not trusted to",
            hint="Trust the workspace in the editor, or connect without trusted: false.",
        )
    return method.run(context, checked)


def checked_params(method: str, model: type[P], params: JsonObject | list[Any] | None) -> P:
    """Return the params of a request as their model has them.

    Raises:
        RpcError: -32602 with what is wrong with them.

    """
    given = {} if params is None else params
    # More members than the model has are not looked at one by one.
    if not isinstance(given, list) and len(given) <= len(model.__pydantic_fields__):
        try:
            return model.model_validate(given)
        except ValidationError:
            pass  # Validated again for the words of the error, outside of this one.
    raise invalid_params(method, model, given)
