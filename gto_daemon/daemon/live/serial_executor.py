"""Runs jobs one after the other, in a thread that stops after a while without jobs."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class SerialExecutor(Executor):
    """Runs one job at a time, in the order in which they came.

    Otherwise a thousand repositories that were each used once would keep a thousand threads.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._open = 0
        self._closed = False

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return not self._open

    @property
    def is_resting(self) -> bool:
        """Whether it has no thread."""
        return self._pool is None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run a job after the jobs before it.

        Raises:
            RuntimeError: it was shut down, or the system gives no thread.

        """
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
            future = self._pool.submit(fn, *args, **kwargs)
            self._open += 1
        future.add_done_callback(self._done)
        return future

    def rest(self) -> None:
        """Stop the thread if there is nothing to do; the next job starts another."""
        with self._lock:
            # Only then, because jobs in two threads would not be one after the other.
            if self._pool is not None and not self._open:
                self._pool.shutdown(wait=False)
                self._pool = None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Accept no more jobs; accepted jobs are run, or cancelled."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool is not None:
            pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _done(self, _: "Future[T]") -> None:
        with self._lock:
            self._open -= 1
