"""Requests that came before on this connection, byte for byte but for their id.

Editors and dashboards ask the same few things again and again. Such a request need not be parsed: what is around its
id decides what it asks. 1 µs instead of 5 µs, which is what the pipelined rate is made of.
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from gto_daemon.rpc.wire import decode

if TYPE_CHECKING:
    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.answers import Key
    from gto_daemon.rpc.framing import Style

_ID: Final = b'"id":'
_ZERO: Final = ord("0")
_BEFORE_ID: Final = b'{"jsonrpc":"2.0","id":'
_BEFORE_RESULT: Final = b',"result":'
_END: Final = b"}"
_END_OF_LINE: Final = b"}\n"
_ENVELOPE: Final = len(_BEFORE_ID + _BEFORE_RESULT + _END)
_HEADER: Final = b"Content-Length: %d\r\n\r\n"
_AROUND: Final = 60
_LONGEST_RUN: Final = 128 * 1024
_MOST: Final = 512
_LONGEST: Final = 4096


class Repeats:
    """What was asked before, by the bytes before and after the id."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], tuple[Worktree, Key]] = {}

    def answer(self, frames: deque[bytes], style: "Style", tick: int, out: list[bytes]) -> int:
        """Take the first of `frames` as long as they came before, and add the framed answers to `out`.

        Answers how many bytes were added; at most some `_LONGEST_RUN`, so that others have their turn.
        """
        # Written out in one loop, without a call that can be spared: this is what the pipelined rate is made of.
        known, added, head, tail = self._known, 0, _ID, b""
        worktree = snapshot = result = None
        while frames and known and added < _LONGEST_RUN:
            frame = frames[0]
            number = frame[len(head) : -len(tail)] if frame.startswith(head) and frame.endswith(tail) else b""
            if not number.isdigit():
                # Another question than the one before.
                before, number, tail = _parted(frame)
                asked = known.get((before, tail))
                if asked is None:
                    break
                if asked[0] is not worktree:
                    worktree, snapshot = asked[0], asked[0].current(tick)
                result = None if snapshot is None else snapshot.answers.get(asked[1])
                head = frame[: len(frame) - len(tail) - len(number)]
            if result is None or not _is_id(number):
                break
            frames.popleft()
            if style == "lines":
                out += (_BEFORE_ID, number, _BEFORE_RESULT, result, _END_OF_LINE)
            else:
                header = _HEADER % (_ENVELOPE + len(number) + len(result))
                out += (header, _BEFORE_ID, number, _BEFORE_RESULT, result, _END)
            added += len(result) + _AROUND
        return added

    def learn(self, frame: bytes, message: dict[str, Any], worktree: "Worktree", key: "Key") -> None:
        """Remember that `frame`, which is `message`, asks `key` of `worktree`."""
        # Full is full, until all is forgotten: who asks that many different things would only push one by the other.
        if len(self._known) >= _MOST or len(frame) > _LONGEST:
            return
        before, number, tail = _parted(frame)
        if not _is_id(number):
            return
        # The first thing that looks like an id may be inside a string, or a member of the params. It is the id if
        # another number in its place makes a message with that id and no other difference.
        other = int(number) + 1
        if decode(b"%b%b%d%b" % (before, _ID, other, tail)) != {**message, "id": other}:
            return
        self._known[before, tail] = (worktree, key)

    def forget(self) -> None:
        """What the same bytes mean has changed: the environment, the trust or the folders of the session did."""
        self._known.clear()


def _parted(frame: bytes) -> tuple[bytes, bytes, bytes]:
    """What is before the first thing that looks like an id, its value, and what follows that."""
    before, _, rest = frame.partition(_ID)
    number, end, after = rest.partition(b",")
    if not end:
        number, end, after = rest.partition(b"}")
    return before, number.lstrip(b" "), end + after


def _is_id(number: bytes) -> bool:
    return number.isdigit() and len(number) <= 15 and (number[0] != _ZERO or len(number) == 1)
