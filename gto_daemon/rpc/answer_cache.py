"""Encoded answers to snapshots, kept for as long as the snapshot is.

A snapshot never changes, so the same question has the same answer, to the byte. A warm read is cheap because its
answer is neither computed nor encoded twice.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gto_daemon.rpc.jsonrpc.codec import encode

if TYPE_CHECKING:
    from gto_daemon.registry.snapshot import Snapshot

#: Method and its params as they came, encoded. Two spellings of one question are two keys, and both are right.
Key = tuple[str, bytes]

#: Bytes of answers that are kept for one snapshot.
BUDGET: Final = 8 * 1024 * 1024
#: Answers computed from more tags than this are computed beside the event loop, so that nobody waits for them.
LARGE: Final = 2000


class SnapshotAnswers:
    """The answers to one snapshot.

    Args:
        budget: how many bytes of them are kept.

    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: dict[Key, bytes] = {}
        self._used = 0
        self._problems: bytes | None = None
        self._computing: dict[Key, _Computing] = {}

    def get(self, key: Key) -> bytes | None:
        """Return an answer that was given before."""
        return self._kept.get(key)

    def keep(self, key: Key, answer: bytes) -> bytes:
        """Keep `answer`, and return it."""
        if len(answer) <= self._budget // 2:
            self._used += len(answer)
            if self._used > self._budget:
                self._kept.clear()
                self._used = len(answer)
            self._kept[key] = answer
        return answer

    def encoded(self, snapshot: "Snapshot", result: dict[str, Any]) -> bytes:
        """Return the result encoded, with `clock` and `problems` of the snapshot unless it has its own.

        May be called in any thread.
        """
        body = encode(result)
        tail = b"" if "clock" in result else b'"clock":' + encode(snapshot.clock)
        if "problems" not in result:
            if self._problems is None:
                self._problems = encode([problem.as_json() for problem in snapshot.problems])
            tail = tail + b"," if tail else tail
            tail += b'"problems":' + self._problems
        if not tail:
            return body
        return b"%b%b%b}" % (body[:-1], b"" if body == b"{}" else b",", tail)

    async def computed(self, key: Key, compute: Callable[[], bytes], threads: ThreadPoolExecutor) -> bytes:
        """Return what `compute` returns in a thread, once for all who ask the same while it runs."""
        computing = self._computing.get(key)
        if computing is None:
            computing = self._computing[key] = _Computing(threads.submit(compute))
        computing.waiting += 1
        try:
            # Whoever gives up gives up for itself alone.
            answer = await asyncio.shield(asyncio.wrap_future(computing.future))
        finally:
            computing.waiting -= 1
            if not computing.waiting:
                if self._computing.get(key) is computing:
                    del self._computing[key]
                # With the last one goes what has not begun.
                computing.future.cancel()
        return self._kept.get(key) or self.keep(key, answer)


class _Computing:
    """An answer that is being computed beside the event loop, and how many wait for it."""

    def __init__(self, future: "Future[bytes]") -> None:
        self.future = future
        self.waiting = 0


class AnswerCache:
    """The answers to all snapshots of a process.

    Args:
        budget: bytes of answers that are kept for one snapshot.
        large: from how many tags an answer is computed that is large.
        threads: how many of them compute large answers.

    Attributes:
        large: as above.
        threads: where large answers are computed. A few, because they take turns at the interpreter; of their own, so
            that other work waits for none of them.

    """

    def __init__(self, *, budget: int = BUDGET, large: int = LARGE, threads: int = 4) -> None:
        self.large = large
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="gtod-read")
        self._budget = budget
        self._answers: WeakKeyDictionary[Snapshot, SnapshotAnswers] = WeakKeyDictionary()

    def of(self, snapshot: "Snapshot") -> SnapshotAnswers:
        """Return those to a snapshot. On the event loop only."""
        found = self._answers.get(snapshot)
        if found is None:
            found = self._answers[snapshot] = SnapshotAnswers(self._budget)
        return found
