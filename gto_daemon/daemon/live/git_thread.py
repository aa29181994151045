"""The thread of a repository as the event loop sees it: jobs run one after the other. For one event loop only.

A command without a daemon has no event loop, and importing `asyncio` takes 50 ms, so this module is loaded on demand.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from gto_daemon.daemon.live.repository import Repository
from gto_daemon.registry.snapshot import Snapshot

T = TypeVar("T")


class _Refresh:
    """A requested refresh. `begun` is set in the repository's thread before anything is read."""

    __slots__ = ("begun", "future")

    def __init__(self) -> None:
        self.begun = False
        self.future: asyncio.Future[Snapshot] | None = None


class GitThread:
    """The jobs of one worktree in the thread of its repository.

    Args:
        repository: the repository that the thread belongs to.
        refresh: reads what is new, in that thread.

    """

    def __init__(self, repository: Repository, refresh: Callable[[], Snapshot]) -> None:
        self._repository = repository
        self._perform = refresh
        self._refresh: _Refresh | None = None

    async def fresh(self) -> Snapshot:
        """Return the snapshot of a refresh that begins after this call did.

        Raises:
            RegistryError: the repository is gone or cannot be read.

        """
        # A listing that has not started yet serves all callers until it starts. Once started, it may have missed a
        # change that a later caller knows of, so later callers get another one.
        refresh = self._refresh
        if refresh is None or refresh.begun or refresh.future is None:
            refresh = self._refresh = _Refresh()
            refresh.future = self.run(lambda: self._begin(refresh))
            # If all callers have left meanwhile, asyncio would warn of an exception that was never retrieved.
            refresh.future.add_done_callback(_seen)
        return await asyncio.shield(refresh.future)

    def _begin(self, refresh: _Refresh) -> Snapshot:
        refresh.begun = True
        return self._perform()

    def invalidate(self) -> None:
        """Start a new refresh for later callers, after all jobs so far."""
        self._refresh = None

    def run(self, job: Callable[[], T]) -> "asyncio.Future[T]":
        """Run a job in the thread, after the jobs before it.

        Raises:
            RegistryError: the repository is gone.

        """
        self._repository.check_open()
        return asyncio.get_running_loop().run_in_executor(self._repository.executor, job)

    @staticmethod
    async def run_elsewhere(job: Callable[[], T]) -> T:
        """Run a job in a thread of its own, while the repository's goes on."""
        return await in_own_thread(job)


async def in_own_thread(job: Callable[[], T]) -> T:
    """Run a job in a thread of its own, so that one that hangs hangs alone: a pool has room for a few."""
    future: Future[T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001  (it is raised in the waiting caller)
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(future)


def _seen(future: "asyncio.Future[Snapshot]") -> None:
    if not future.cancelled():
        future.exception()
