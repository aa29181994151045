"""Requests that came before on this connection, byte for byte but for their id.

Editors and dashboards ask the same few things again and again. Such a request need not be parsed: what is around its
id decides what it asks. 1 µs instead of 5 µs, which is what the pipelined rate is made of.
"""

from typing import TYPE_CHECKING, Any, Final

from gto_daemon.rpc.wire import decode

if TYPE_CHECKING:
    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.answers import Key

_ID: Final = b'"id":'
_ZERO: Final = ord("0")
_MOST: Final = 512
_LONGEST: Final = 4096


class Repeats:
    """What was asked before, by the bytes before and after the id."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], tuple[Worktree, Key]] = {}

    def find(self, frame: bytes) -> "tuple[bytes, Worktree, Key] | None":
        """The id as written, and what is asked of which worktree; None for what did not come before."""
        before, number, _, after = _parted(frame)
        asked = self._known.get((before, after))
        if asked is None or not number.isdigit() or (number[0] == _ZERO and len(number) > 1):
            return None
        return number, asked[0], asked[1]

    def learn(self, frame: bytes, message: dict[str, Any], worktree: "Worktree", key: "Key") -> None:
        """Remember that `frame`, which is `message`, asks `key` of `worktree`."""
        before, number, end, after = _parted(frame)
        if not number.isdigit() or len(frame) > _LONGEST:
            return
        # The first thing that looks like an id may be inside a string, or a member of the params. It is the id if
        # another number in its place makes a message with that id and no other difference.
        other = int(number) + 1
        if decode(b"%b%b%d%b%b" % (before, _ID, other, end, after)) != {**message, "id": other}:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[before, after] = (worktree, key)

    def forget(self) -> None:
        """What the same bytes mean has changed: the environment, the trust or the folders of the session did."""
        self._known.clear()


def _parted(frame: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """What is before the first thing that looks like an id, its value, what ends that, and the rest."""
    before, _, rest = frame.partition(_ID)
    number, end, after = rest.partition(b",")
    if not end:
        number, end, after = rest.partition(b"}")
    return before, number.lstrip(b" "), end, after
