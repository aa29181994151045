"""Encoded results of snapshot queries, kept as long as the snapshot.

A snapshot never changes, so the same query has the same result, byte for byte. A warm read is cheap because its result
is neither computed nor encoded twice.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gto_daemon.rpc.jsonrpc.messages import encode

if TYPE_CHECKING:
    from gto_daemon.registry.snapshot import Snapshot
    from gto_daemon.rpc.schema.params import RepositoryParams

#: A method, and those of its params that its answer depends on.
Key = tuple[object, ...]
#: Params that change no answer to a snapshot.
_WHERE: Final = {"repo", "env"}

#: Bytes of answers that are kept for one snapshot.
BUDGET: Final = 8 * 1024 * 1024
#: Answers computed from more tags than this are computed beside the event loop, so that nobody waits for them.
LARGE: Final = 2000


def encode_problems(snapshot: "Snapshot") -> bytes:
    """Return the problems of a snapshot as a JSON array."""
    return encode([problem.as_json() for problem in snapshot.problems])


def encode_stated(result: Mapping[str, object], clock: str, problems: bytes) -> bytes:
    """Return the encoded result, with `clock` and `problems`, which are already encoded, unless it has its own."""
    body = encode(result)
    tail = b"" if "clock" in result else b'"clock":' + encode(clock)
    if "problems" not in result:
        tail = (tail + b"," if tail else tail) + b'"problems":' + problems
    if not tail:
        return body
    return b"%b%b%b}" % (body[:-1], b"" if body == b"{}" else b",", tail)


class AnswerCache:
    """The results for all snapshots of a process.

    Args:
        budget: bytes of answers that are kept for one snapshot.
        large: the number of tags from which on a result counts as large.
        threads: how many of them compute large answers.

    Attributes:
        threads: compute large results. A few, because they share the interpreter; separate ones, so that other work
            does not wait for them.

    """

    def __init__(self, *, budget: int = BUDGET, large: int = LARGE, threads: int = 4) -> None:
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="gtod-read")
        self._budget = budget
        self._large = large
        self._answers: WeakKeyDictionary[Snapshot, _SnapshotAnswers] = WeakKeyDictionary()

    def answer(
        self,
        snapshot: "Snapshot",
        method: str,
        params: "RepositoryParams",
        size: int,
        compute: Callable[[], Mapping[str, object]],
    ) -> bytes | Coroutine[Any, Any, bytes]:
        """Return the answer that is kept, or what `compute` returns, encoded: at once unless it is large.

        On the event loop only.
        """
        answers = self._answers.get(snapshot)
        if answers is None:
            answers = self._answers[snapshot] = _SnapshotAnswers(self._budget)
        key = _key(method, params)
        kept = answers.kept.get(key)
        if kept is not None:
            return kept

        def encoded() -> bytes:
            return answers.encoded(snapshot, compute())

        if size > self._large:
            return answers.computed(key, encoded, self.threads)
        return answers.keep(key, encoded())


def _key(method: str, params: "RepositoryParams") -> Key:
    """Return what makes a query another one. Params are strict, so equal ones have equal types as well."""
    members = params.__dict__.items()
    return (method, *[tuple(each) if type(each) is list else each for name, each in members if name not in _WHERE])


class _SnapshotAnswers:
    """The results for one snapshot."""

    def __init__(self, budget: int) -> None:
        self.kept: dict[Key, bytes] = {}
        self._budget = budget
        self._used = 0
        self._problems: bytes | None = None
        self._computing: dict[Key, _Computing] = {}

    def keep(self, key: Key, answer: bytes) -> bytes:
        """Keep `answer`, and return it."""
        if len(answer) <= self._budget // 2:
            self._used += len(answer)
            if self._used > self._budget:
                self.kept.clear()
                self._used = len(answer)
            self.kept[key] = answer
        return answer

    def encoded(self, snapshot: "Snapshot", result: Mapping[str, object]) -> bytes:
        """Return the result encoded, with the state of the snapshot. May be called in any thread."""
        if self._problems is None:
            self._problems = encode_problems(snapshot)
        return encode_stated(result, snapshot.clock, self._problems)

    async def computed(self, key: Key, compute: Callable[[], bytes], threads: ThreadPoolExecutor) -> bytes:
        """Return what `compute` returns in a thread, once for all who ask the same while it runs."""
        computing = self._computing.get(key)
        if computing is None:
            computing = self._computing[key] = _Computing(threads.submit(compute))
        computing.waiting += 1
        try:
            # A caller that gives up does not cancel the others.
            answer = await asyncio.shield(asyncio.wrap_future(computing.future))
        finally:
            computing.waiting -= 1
            if not computing.waiting:
                if self._computing.get(key) is computing:
                    del self._computing[key]
                # With the last one goes what has not begun.
                computing.future.cancel()
        return self.kept.get(key) or self.keep(key, answer)


class _Computing:
    """A result that is being computed beside the event loop, and the number of its waiters."""

    def __init__(self, future: "Future[bytes]") -> None:
        self.future = future
        self.waiting = 0
