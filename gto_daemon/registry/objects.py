"""Git's objects as the registry sees them: the values that `git/` reads and the fold is made of."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import TagName, parse_ending

#: Characters of the message of a tag or commit that are read; one that is cut ends in `CUT`.
MAX_MESSAGE: Final = 16 << 10
CUT: Final = " [\N{HORIZONTAL ELLIPSIS}]"

#: Makes a named tuple of its members as they are, in a fifth of the time that calling its type takes.
made: Final = tuple.__new__


class Moment(NamedTuple):
    """A time as Git stores it: seconds since the epoch, and the writer's offset from UTC in minutes.

    Two moments compare by the instant first, which is what GTO sorts by.
    """

    seconds: int
    offset: int

    def isoformat(self) -> str:
        """Return RFC 3339 with the writer's own offset, as GTO prints it."""
        return _isoformat(self.seconds, self.offset)

    @property
    def zone(self) -> str:
        """The offset as Git writes it: `+0530`."""
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}{minutes:02}"


# Most rows say a time or two, several times.
@lru_cache(maxsize=64)
def _isoformat(seconds: int, offset: int) -> str:
    return datetime.fromtimestamp(seconds, _zone(offset)).isoformat()


@lru_cache(maxsize=256)
def _zone(offset: int) -> timezone:
    return timezone(timedelta(minutes=offset)) if offset else UTC


class Tag(NamedTuple):
    """An annotated tag object, peeled: `target` is what is left after following tags of tags.

    `target_type` is `commit`, `tree` or `blob`. `message` is stripped, without a signature.
    """

    oid: str
    target: str
    target_type: str
    tagger: str
    email: str
    seconds: int
    offset: int
    message: str

    @property
    def time(self) -> Moment:
        """When the tag was made."""
        return Moment(self.seconds, self.offset)


class Commit(NamedTuple):
    """A commit object. `seconds` and `offset` are the committer's; the message is whole."""

    oid: str
    author: str
    author_email: str
    committer: str
    committer_email: str
    seconds: int
    offset: int
    message: str

    @property
    def time(self) -> Moment:
        """When it was committed."""
        return Moment(self.seconds, self.offset)


class TagRef(NamedTuple):
    """A ref under `refs/tags/` whose name is GTO's, the artifact that it is about, and what it points at.

    `tag` is None for a lightweight tag (GTO ignores it, but its name is taken and its counter counts) and for a
    tag object that cannot be read; `problems` then says why.
    """

    name: str
    artifact: str
    oid: str
    tag: Tag | None
    problems: tuple[Problem, ...] = ()

    @property
    def is_lightweight(self) -> bool:
        """Whether it is a lightweight tag: a ref on a commit, with no tag object between."""
        return self.tag is None and not self.problems

    @property
    def parsed(self) -> TagName:
        """The parsed name. It is computed on demand, because storing it would take a tenth of the memory of a tag."""
        return TagName(self.artifact, *parse_ending(self.name[len(self.artifact) :]))
