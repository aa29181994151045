"""Methods beside an event loop: quick ones on it, Git reads in the repository's thread, each act in its own thread."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from gto_daemon.daemon.fleet.mirrors import Look
from gto_daemon.daemon.task_context import ActContext, TaskContext
from gto_daemon.git.kept import KeptGits
from gto_daemon.git.process import Cancellation, CancelledError
from gto_daemon.rpc.jsonrpc.messages import encode, notification
from gto_daemon.rpc.running.answer_cache import AnswerCache, encode_problems, encode_stated
from gto_daemon.rpc.running.fleet_answers import FleetAnswers
from gto_daemon.rpc.running.inline import stated

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.remote_source import RemoteSource
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.daemon.hub import Hub
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.protocol.fleet import FleetShowResult
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.context import Answer, Context, Outcome, Result
    from gto_daemon.rpc.schema.params import ActParams, ErrandParams, FleetParams, RepositoryParams

T = TypeVar("T")
F = TypeVar("F", bound="FleetParams")

#: Seconds without an act after which a thread ends.
IDLE = 5.0


class EventLoopRunner:
    """Runs the methods of all sessions of a process, and makes JSON of their results.

    Args:
        cache: the cache of results.
        acts: the acts that run in their threads; they may continue after they were cancelled.
        kept: what is kept of git between acts.

    """

    def __init__(self, cache: AnswerCache, acts: "set[Future[Any]]", kept: KeptGits) -> None:
        #: See `Runner.answer`.
        self.answer: Callable[[Snapshot, str, RepositoryParams, int, Callable[[], Result]], Outcome] = cache.answer
        self._cache = cache
        self._fleet_answers = FleetAnswers(cache.threads)
        self._acts = acts
        self._kept = kept
        self._threads = ActThreads()

    def encode(self, result: "Result", snapshot: "Snapshot | None" = None) -> "Answer":
        """See `Runner.encode`."""
        if snapshot is None:
            return encode(result)
        return encode_stated(result, snapshot.clock, encode_problems(snapshot))

    async def open(self, hub: "Hub", repo: str, environment: dict[str, str]) -> "Worktree":
        """See `Runner.open`."""
        return hub.known(repo, environment=environment) or await hub.open(repo, environment=environment)

    async def snapshot(self, worktree: "Worktree", read_generation: int | None, *, on_disk: bool = False) -> "Snapshot":
        """See `Runner.snapshot`."""
        if on_disk:
            # Files are read from the next refresh on, which may not have happened yet.
            worktree.follow_files()
            return await worktree.fresh()
        known = None if read_generation is None else worktree.current(read_generation)
        return known or await worktree.fresh()

    async def in_git_thread(self, worktree: "Worktree", job: Callable[[], T]) -> T:
        """See `Runner.in_git_thread`."""
        return await worktree.run(job)

    def notifier(self, context: "Context", method: str) -> "Callable[[Result], None]":
        """See `Runner.notifier`."""
        loop = asyncio.get_running_loop()

        def notify(params: "Result") -> None:
            # The loop may be closed by now.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(context.send, notification(method, encode(params)))

        return notify

    async def act(
        self, context: "Context", params: "RepositoryParams", perform: Callable[[ActContext], "Result"]
    ) -> "Answer":
        """See `Runner.act`."""
        worktree = await context.open_worktree(context.target(params))
        cancellation = Cancellation()
        loop = asyncio.get_running_loop()
        acting = ActContext(
            worktree=worktree,
            environment=context.environment_of(params),
            find_runtime=lambda: context.runtime,
            in_git_thread=lambda job: worktree.submit(job).result(),
            cancellation=cancellation,
            kept=self._kept,
            editor_file=context.workspace.editor_file,
            progress=_reporter(context, params, loop),
            origin=context.subscriptions,
        )
        context.subscriptions.defer()
        try:
            return await self._in_thread(lambda: self.encode(perform(acting)), cancellation)
        finally:
            # After the answer, which is sent in this very turn of the loop.
            loop.call_soon(context.subscriptions.flush)

    async def detached_act(
        self, context: "Context", params: "ErrandParams", perform: Callable[[TaskContext], "Result"]
    ) -> "Answer":
        """See `Runner.detached_act`."""
        cancellation = Cancellation()
        running = TaskContext(
            environment=context.environment_of(params),
            cancellation=cancellation,
            progress=_reporter(context, params, asyncio.get_running_loop()),
        )
        return await self._in_thread(lambda: self.encode(perform(running)), cancellation)

    async def fleet(self, context: "Context", params: "FleetParams") -> "FleetState":
        """See `Runner.fleet`."""
        return await context.fleet(params).fresh(context.read_generation)

    async def look_at(self, remotes: "Sequence[RemoteSource]") -> "list[Look]":
        """See `Runner.look_at`."""
        asked = [each.ask() for each in remotes if each.ask is not None]
        looks = await asyncio.gather(*asked, return_exceptions=True)
        return [look if isinstance(look, Look) else Look() for look in looks]

    async def joined(
        self,
        state: "FleetState",
        params: F,
        rows: "Callable[[RepositoryRows, F], Result]",
        _answer: "Callable[[FleetState, F], FleetShowResult]",
    ) -> "Answer":
        """See `Runner.joined`."""
        return await self._fleet_answers.joined(state, params, rows)

    async def beside(self, job: Callable[[], T]) -> T:
        """See `Runner.beside`."""
        return await asyncio.get_running_loop().run_in_executor(self._cache.threads, job)

    async def _in_thread(self, job: Callable[[], T], cancellation: Cancellation) -> T:
        """Return what `job` returns in a thread of its own.

        Not a pool's: acts are few, and one that waits for a remote must not hold up another.
        """
        act: Future[T] = Future()
        self._threads.start(lambda: _run(act, job))
        self._acts.add(act)
        act.add_done_callback(self._acts.discard)
        outcome = asyncio.wrap_future(act)
        try:
            return await asyncio.shield(outcome)
        except asyncio.CancelledError:
            cancellation.cancel()
            # It ends soon, and may be done all the same.
            return await outcome


class ValueRunner(EventLoopRunner):
    """Runs acts for parts of the process itself, which take results as they are."""

    def encode(self, result: "Result", snapshot: "Snapshot | None" = None) -> "Answer":
        """See `Runner.encode`."""
        return stated(result, snapshot)


class ActThreads:
    """Starts a thread for a job where none is idle, so that a job never waits for another one.

    To start one takes half a millisecond, and its memory is cold.

    Args:
        idle: seconds without a job after which a thread ends.

    """

    def __init__(self, idle: float = IDLE) -> None:
        self._idle_time = idle
        self._lock = Lock()
        self._idle = 0
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def start(self, job: Callable[[], None]) -> None:
        """Run a job, which raises nothing, in a thread that does nothing else meanwhile.

        Raises:
            RuntimeError: the system gives no thread.

        """
        with self._lock:
            is_taken = self._idle > 0
            if is_taken:
                self._idle -= 1
                self._jobs.put(job)
        if not is_taken:
            Thread(target=self._run, args=(job,), name="act", daemon=True).start()

    def _run(self, job: Callable[[], None]) -> None:
        while True:
            job()
            # It holds what the act had at hand.
            del job
            with self._lock:
                self._idle += 1
            while (found := self._next()) is None:
                with self._lock:
                    # One that came in this moment is for whoever takes it first.
                    if self._jobs.empty():
                        self._idle -= 1
                        return
            job = found
            del found

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._jobs.get(timeout=self._idle_time)
        except Empty:
            return None


def _run(future: "Future[T]", job: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(job())
    except CancelledError:
        future.set_exception(asyncio.CancelledError())
    except BaseException as error:  # noqa: BLE001  (it is raised in the waiting caller)
        future.set_exception(error)


def _reporter(
    context: "Context", params: "ActParams | ErrandParams | RepositoryParams", loop: asyncio.AbstractEventLoop
) -> Callable[[str, int | None], None]:
    """Return a function by which an act, in any thread, reports its progress (LSP 3.17 §Work Done Progress).

    Without a token in the request nothing is reported.
    """
    token = getattr(params, "work_done_token", None)

    def report(message: str, percentage: int | None) -> None:
        if token is None:
            return
        value: dict[str, str | int] = {"kind": "report", "message": message}
        if percentage is not None:
            value["percentage"] = percentage
        loop.call_soon_threadsafe(context.send, notification("$/progress", encode({"token": token, "value": value})))

    return report
