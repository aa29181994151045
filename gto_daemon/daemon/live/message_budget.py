"""How much of all messages of a repository is kept: each is bounded, and so are all of them together."""

from gto_daemon.git.parse import RawTag
from gto_daemon.registry.objects import CUT, Commit, TagRef


class MessageBudget:
    """The messages of one repository, of which `limit` characters are kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    def take_tag(self, raw: RawTag) -> RawTag:
        """Return the tag, without its message where there is no room for it."""
        self._used += len(raw.message)
        if self._used <= self._limit:
            return raw
        self._used += len(CUT) - len(raw.message)
        odd = f"a message beyond the {self._limit} characters of all messages that are kept"
        return raw._replace(message=CUT, odd=(*raw.odd, odd))

    def take_commit(self, commit: Commit) -> Commit:
        """Return the commit, without its message where there is no room for it."""
        if self._used + len(commit.message) > self._limit:
            commit = commit._replace(message=CUT)
        self._used += len(commit.message)
        return commit

    def release(self, ref: TagRef | None) -> None:
        """Free memory: the tag is gone, or was read again."""
        if ref is not None and ref.tag is not None:
            self._used -= len(ref.tag.message)
