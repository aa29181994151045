"""Encoded answers, kept with the snapshot they were computed from, and dropped with it.

A snapshot never changes, so the same question has the same answer, to the byte; what makes a warm read cheap is that
it is neither computed nor encoded twice.
"""

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gto_daemon.rpc.jsonrpc.codec import encode

if TYPE_CHECKING:
    from gto_daemon.registry.snapshot import Snapshot

#: Method and its params as they came, encoded. Two spellings of one question are two keys, and both are right.
Key = tuple[str, bytes]

#: Bytes of answers kept with one snapshot.
BUDGET: Final = 8 * 1024 * 1024

_PROBLEMS: Final = "problems"
_used: "WeakKeyDictionary[Snapshot, int]" = WeakKeyDictionary()


def encoded(snapshot: "Snapshot", result: dict[str, Any]) -> bytes:
    """The result with `clock` and `problems` of the snapshot, unless it has its own."""
    body = encode(result)
    tail = b"" if "clock" in result else b'"clock":' + encode(snapshot.clock)
    if "problems" not in result:
        tail = tail + b"," if tail else tail
        tail += b'"problems":' + _problems(snapshot)
    if not tail:
        return body
    return b"%b%b%b}" % (body[:-1], b"" if body == b"{}" else b",", tail)


def keep(snapshot: "Snapshot", key: Key, answer: bytes) -> bytes:
    """Remember `answer`, and hand it back."""
    if len(answer) <= BUDGET // 2:
        used = _used.get(snapshot, 0) + len(answer)
        if used > BUDGET:
            snapshot.answers.clear()
            used = len(answer)
        _used[snapshot] = used
        snapshot.answers[key] = answer
    return answer


def _problems(snapshot: "Snapshot") -> bytes:
    found = snapshot.answers.get(_PROBLEMS)
    if found is None:
        found = encode([problem.as_json() for problem in snapshot.problems])
        snapshot.answers[_PROBLEMS] = found
    return found
