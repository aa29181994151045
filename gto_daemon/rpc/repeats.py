"""Requests that came before on this connection, byte for byte but for their id.

Editors and dashboards ask the same few things again and again. Such a request need not be parsed: what is around its
id decides what it asks. 1 µs instead of 5 µs, which is what the pipelined rate is made of.
"""

import re
from typing import TYPE_CHECKING, Any, Final

from gto_daemon.rpc.wire import decode

if TYPE_CHECKING:
    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.answers import Key

_ID: Final = re.compile(rb'"id": ?(0|[1-9][0-9]{0,14})(?=[,}])')
_MOST: Final = 512
_LONGEST: Final = 4096


class Repeats:
    """What was asked before, by the bytes before and after the id."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], tuple[Worktree, Key]] = {}

    def find(self, frame: bytes) -> "tuple[bytes, Worktree, Key] | None":
        """The id as written, and what is asked of which worktree; None for what did not come before."""
        known = self._known
        if not known or (found := _ID.search(frame)) is None:
            return None
        start, end = found.span(1)
        asked = known.get((frame[:start], frame[end:]))
        return None if asked is None else (found[1], *asked)

    def learn(self, frame: bytes, message: dict[str, Any], worktree: "Worktree", key: "Key") -> None:
        """Remember that `frame`, which is `message`, asks `key` of `worktree`."""
        found = _ID.search(frame)
        if found is None or len(frame) > _LONGEST:
            return
        start, end = found.span(1)
        # The first thing that looks like an id may be inside a string, or a member of the params. It is the id if
        # another number in its place makes a message with that id and no other difference.
        other = int(found[1]) + 1
        if decode(b"%b%d%b" % (frame[:start], other, frame[end:])) != {**message, "id": other}:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[frame[:start], frame[end:]] = (worktree, key)

    def forget(self) -> None:
        """What the same bytes mean has changed: the environment, the trust or the folders of the session did."""
        self._known.clear()
