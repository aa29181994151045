"""`packed-refs`: a line for each ref that `git pack-refs` moved there."""

import hashlib
import os
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from gto_daemon.git.regular_files import open_regular_file

_LINE = re.compile(r"^([0-9a-f]{40,64}) refs/(tags|heads)/([^\r\n]+)\r?$", re.MULTILINE)

_DIGEST = "sha256"
#: Bytes of `packed-refs`: two million tags.
MAX_PACKED_REFS = 256 << 20

#: Device, inode, size, mtime and ctime in nanoseconds, as `stat` says.
Identity = tuple[int, int, int, int, int]


class PackedRefLines(NamedTuple):
    """Refs in lines of `packed-refs`, by name without `refs/tags/` and `refs/heads/`.

    Short, because those are the names that the registry keeps, and a string kept once is kept.
    """

    tags: dict[str, str]
    heads: dict[str, str]


class PackedRefs:
    """`packed-refs` as it was read. What it is made from is worked out when it is asked for.

    Args:
        identity: of the file; None for none.
        text: the whole file, or what makes it.
        refs: what its lines say, if that is known.
        racy: it was too young to be believed.
        digest: of a text that is still to be made.

    """

    __slots__ = ("_digest", "_refs", "_text", "identity", "racy")

    def __init__(
        self,
        identity: Identity | None = None,
        text: bytes | Callable[[], bytes] = b"",
        refs: PackedRefLines | None = None,
        *,
        racy: bool = False,
        digest: bytes | None = None,
    ) -> None:
        self._digest = digest
        self.identity = identity
        self.racy = racy
        self._text = text
        self._refs = refs

    @property
    def text(self) -> bytes:
        """The whole file."""
        if not isinstance(self._text, bytes):
            self._text = self._text()
        return self._text

    @property
    def refs(self) -> PackedRefLines:
        """All of its lines about tags and branches."""
        if self._refs is None:
            self._refs = parse_lines(self.text)
        return self._refs

    def rewritten(self, identity: Identity, *, racy: bool) -> "PackedRefs":
        """Return the same refs in another file, as git leaves it after a ref was deleted that was not in it."""
        return PackedRefs(identity, self._text, self._refs, racy=racy, digest=self._digest)

    def is_in(self, path: str) -> bool:
        """Return whether that file is known to hold the text, which is still to be made. Neither is held for it.

        Raises:
            OSError: it cannot be read.

        """
        if self._digest is None or isinstance(self._text, bytes):
            return False
        opened = open_regular_file(path, MAX_PACKED_REFS)
        if opened is None:
            return False
        with os.fdopen(opened[0], "rb") as file:  # in pieces, and not into 11 MB of fresh memory (7 ms)
            return hashlib.file_digest(file, _DIGEST).digest() == self._digest

    def tag(self, name: str) -> str | None:
        """Return the id in the line of `refs/tags/NAME`."""
        return self._held("tags", name)

    def head(self, name: str) -> str | None:
        """Return the id in the line of `refs/heads/NAME`."""
        return self._held("heads", name)

    def _held(self, kind: Literal["tags", "heads"], name: str) -> str | None:
        if self._refs is not None:
            return (self._refs.tags if kind == "tags" else self._refs.heads).get(name)
        # After a restart one tag is asked for, and parsing 100,000 lines for it would take 0.1 s.
        text, end = self.text, os.fsencode(f" refs/{kind}/{name}")
        at = text.find(end)
        while at >= 0:
            start, stop = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
            found = getattr(parse_lines(text[start : stop if stop >= 0 else len(text)]), kind).get(name)
            if found is not None:
                return str(found)
            at = text.find(end, at + 1)
        return None


def digest_of(text: bytes) -> bytes:
    """Return what tells one text from another; most processors have instructions for this one."""
    return hashlib.new(_DIGEST, text).digest()


def replaced(known: dict[str, str], before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return the refs, with what some lines say after in place of what they said before."""
    refs = dict(known)
    for name in before:
        refs.pop(name, None)
    refs.update(after)
    return refs


def common_lines(before: bytes, after: bytes) -> tuple[int, int]:
    """Return how many bytes two texts have in common at their beginnings and at their ends, in whole lines.

    Most rewrites change a few neighbouring lines of a long file, so only what is between is parsed (100,000 tags:
    20 ms in place of 110).
    """
    shortest = min(len(before), len(after))
    start = after.rfind(b"\n", 0, _common_prefix(before, after, shortest)) + 1
    end = _common_suffix(before, after, shortest - start)
    cut = after.find(b"\n", len(after) - end)
    return start, (len(after) - (cut + 1) if cut >= 0 else 0)


def parse_lines(text: bytes) -> PackedRefLines:
    """Return what whole lines say."""
    lines = PackedRefLines({}, {})
    for oid, kind, name in _LINE.findall(text.decode("utf-8", "surrogateescape")):
        (lines.tags if kind == "tags" else lines.heads)[name] = oid
    return lines


def _common_prefix(left: bytes, right: bytes, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(left: bytes, right: bytes, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if left[len(left) - middle : len(left) - low] == right[len(right) - middle : len(right) - low]:
            low = middle
        else:
            high = middle - 1
    return low
