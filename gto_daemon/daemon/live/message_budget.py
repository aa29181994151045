"""How much of all messages of a repository is kept: each is bounded, and so are all of them together."""

from gto_daemon.git.parse import RawTag
from gto_daemon.registry.objects import CUT, Commit, TagRef

#: Characters of the messages of all tags and commits of a repository; what is read beyond is kept without its message.
MAX_MESSAGES = 32 << 20


class MessageBudget:
    """The messages of one repository."""

    def __init__(self) -> None:
        self._used = 0

    def take_tag(self, raw: RawTag) -> RawTag:
        """Return the tag, without its message where there is no room for it."""
        self._used += len(raw.message)
        if self._used <= MAX_MESSAGES:
            return raw
        self._used += len(CUT) - len(raw.message)
        odd = f"a message beyond the {MAX_MESSAGES} characters of all messages that are kept"
        return raw._replace(message=CUT, odd=(*raw.odd, odd))

    def take_commit(self, commit: Commit) -> Commit:
        """Return the commit, without its message where there is no room for it."""
        if self._used + len(commit.message) > MAX_MESSAGES:
            commit = commit._replace(message=CUT)
        self._used += len(commit.message)
        return commit

    def release(self, ref: TagRef | None) -> None:
        """Make room: the tag is gone, or read anew."""
        if ref is not None and ref.tag is not None:
            self._used -= len(ref.tag.message)
