"""How much of all messages of a repository is kept: each is bounded, and so are all of them together."""

from typing import Final

from gto_daemon.git.parse import RawTag
from gto_daemon.registry.objects import CUT, Commit, TagRef

#: Characters of each message that cost nothing: a tag itself takes more, and most messages are no longer.
MAX_FREE: Final = 128


class MessageBudget:
    """The messages of one repository, of which `limit` characters are kept beyond the first `MAX_FREE` of each."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    def take_tag(self, raw: RawTag) -> RawTag:
        """Return the tag, without its message where there is no room for it."""
        if self._has_room(raw.message):
            return raw
        odd = f"a message beyond the {self._limit} characters of all messages that are kept"
        return raw._replace(message=CUT, odd=(*raw.odd, odd))

    def take_commit(self, commit: Commit) -> Commit:
        """Return the commit, without its message where there is no room for it."""
        return commit if self._has_room(commit.message) else commit._replace(message=CUT)

    def release(self, ref: TagRef | None) -> None:
        """Free memory: the tag is gone, or was read again."""
        if ref is not None and ref.tag is not None:
            self._used -= _cost(ref.tag.message)

    def _has_room(self, message: str) -> bool:
        cost = _cost(message)
        if self._used + cost > self._limit:
            return False
        self._used += cost
        return True


def _cost(message: str) -> int:
    return max(0, len(message) - MAX_FREE)
