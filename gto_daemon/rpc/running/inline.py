"""Runs everything in the calling thread and returns results as they are: for commands without a daemon.

Nothing here waits for another thread, so a coroutine that runs on it never suspends (`result_of`).
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.mirrors import Look
    from gto_daemon.daemon.fleet.remote_source import RemoteSource
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.daemon.task_context import ActContext, TaskContext
    from gto_daemon.git.process import Cancellation
    from gto_daemon.protocol.fleet import FleetShowResult
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.context import Context, Outcome, Result
    from gto_daemon.rpc.schema.params import ErrandParams, FleetParams, RepositoryParams

T = TypeVar("T")
F = TypeVar("F", bound="FleetParams")


def stated(result: "Result", snapshot: "Snapshot | None") -> "Result":
    """Return a result with `clock` and `problems` of its snapshot, if any, unless it has its own."""
    if snapshot is None:
        return result
    return {**snapshot.stated(), **result}


class InlineRunner:
    """Runs methods in the calling thread.

    Args:
        interruptible: given the cancellation of an act, what cancels it while the act is done.

    """

    def __init__(self, interruptible: "Callable[[Cancellation], AbstractContextManager[None]]") -> None:
        self._interruptible = interruptible

    def encode(self, result: "Result", snapshot: "Snapshot | None" = None) -> "Result":
        """See `Runner.encode`."""
        return stated(result, snapshot)

    async def open(self, hub: "Hub", repo: str, environment: dict[str, str]) -> "Worktree":
        """See `Runner.open`."""
        return hub.worktree(repo, environment=environment)

    async def snapshot(
        self, worktree: "Worktree", _read_generation: int | None, *, on_disk: bool = False
    ) -> "Snapshot":
        """See `Runner.snapshot`."""
        if on_disk:
            worktree.follow_files()
        return worktree.fresh_blocking()

    async def in_git_thread(self, _worktree: "Worktree", job: Callable[[], T]) -> T:
        """See `Runner.in_git_thread`."""
        return job()

    def answer(
        self,
        snapshot: "Snapshot",
        _method: str,
        _params: "RepositoryParams",
        _size: int,
        compute: Callable[[], "Result"],
    ) -> "Outcome":
        """See `Runner.answer`."""
        return self.encode(compute(), snapshot)

    def notifier(self, _context: "Context", _method: str) -> None:
        """See `Runner.notifier`."""
        return

    async def act(
        self,
        context: "Context",
        params: "RepositoryParams",
        perform: "Callable[[ActContext], Result]",
    ) -> "Result":
        """See `Runner.act`."""
        from gto_daemon.daemon.task_context import ActContext  # noqa: PLC0415  (reading needs nothing of acts)

        acting = ActContext(
            worktree=await context.open_worktree(context.target(params)),
            environment=context.environment_of(params),
            find_runtime=lambda: context.runtime,
            in_git_thread=lambda job: job(),
            remembered=False,
        )
        with self._interruptible(acting.cancellation):
            return perform(acting)

    async def detached_act(
        self, context: "Context", params: "ErrandParams", perform: "Callable[[TaskContext], Result]"
    ) -> "Result":
        """See `Runner.detached_act`."""
        from gto_daemon.daemon.task_context import TaskContext  # noqa: PLC0415

        running = TaskContext(environment=context.environment_of(params))
        with self._interruptible(running.cancellation):
            return perform(running)

    async def fleet(self, context: "Context", params: "FleetParams") -> "FleetState":
        """See `Runner.fleet`."""
        from gto_daemon.daemon.fleet.fleets import fleet_file  # noqa: PLC0415  (most questions are about one repository)

        path, own = fleet_file(params.fleet, context.environment)
        return context.process.fleets.read(path, own=own)

    async def look_at(self, remotes: "Sequence[RemoteSource]") -> "list[Look]":
        """See `Runner.look_at`."""
        from gto_daemon.daemon.fleet.remote_source import look_at_all  # noqa: PLC0415  (few fleets have any)
        from gto_daemon.git.process import Cancellation  # noqa: PLC0415

        cancellation = Cancellation()
        with self._interruptible(cancellation):
            return look_at_all(remotes, cancellation)

    async def joined(
        self,
        state: "FleetState",
        params: F,
        _rows: "Callable[[RepositoryRows, F], Result]",
        answer: "Callable[[FleetState, F], FleetShowResult]",
    ) -> "Result":
        """See `Runner.joined`."""
        return {**answer(state, params)}

    async def beside(self, job: Callable[[], T]) -> T:
        """See `Runner.beside`."""
        return job()


def result_of(outcome: "Outcome") -> Mapping[str, Any]:
    """Return what an outcome of the inline runner comes to."""
    if not isinstance(outcome, Coroutine):
        return _as_value(outcome)
    try:
        outcome.send(None)
    except StopIteration as done:
        return _as_value(done.value)
    outcome.close()
    raise RuntimeError("a method waited for something, without an event loop")


def _as_value(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping):
        raise TypeError(f"a value was expected, not {type(answer).__name__}")
    return answer
