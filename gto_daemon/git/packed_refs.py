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
    """`packed-refs` as it was read. What it says is read in it, and kept nowhere else.

    Args:
        identity: of the file; None for none.
        text: the whole file, or what makes it.
        is_sorted: whether it is known to be sorted, which its first line cannot say of a file that somebody edited.
        racy: it was too young to be believed.
        digest: of a text that is still to be made.

    """

    __slots__ = ("_digest", "_heads", "_is_sorted", "_lines", "_text", "identity", "racy")

    def __init__(
        self,
        identity: Identity | None = None,
        text: bytes | Callable[[], bytes] = b"",
        *,
        is_sorted: bool = True,
        racy: bool = False,
        digest: bytes | None = None,
    ) -> None:
        self._digest = digest
        self.identity = identity
        self.racy = racy
        self._text = text
        self._is_sorted = is_sorted
        self._lines: PackedRefLines | None = None
        self._heads: dict[str, str] | None = None

    @property
    def text(self) -> bytes:
        """The whole file."""
        if not isinstance(self._text, bytes):
            self._text = self._text()
        return self._text

    @property
    def is_sorted(self) -> bool:
        """Whether a line can be found without reading all others."""
        return self._is_sorted and _says_sorted(self.text)

    def lines(self) -> PackedRefLines:
        """Return all of its lines about tags and branches."""
        return self._lines or parse_lines(self.text)

    def heads(self) -> dict[str, str]:
        """Return its lines about branches, of which there are few."""
        if self._heads is None:
            self._heads = self.lines().heads
        return self._heads

    def rewritten(self, identity: Identity, *, racy: bool) -> "PackedRefs":
        """Return the same refs in another file, as git leaves it after a ref was deleted that was not in it."""
        return PackedRefs(identity, self._text, is_sorted=self._is_sorted, racy=racy, digest=self._digest)

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
        if self._lines is None and not self.is_sorted:
            # Git sorts the file since 2.17; others may not.
            self._lines = parse_lines(self.text)
        lines = self._lines or parse_lines(_line(self.text, os.fsencode(f"refs/{kind}/{name}")))
        return (lines.tags if kind == "tags" else lines.heads).get(name)


def _says_sorted(text: bytes) -> bool:
    return text.startswith(b"# pack-refs with:") and b" sorted " in text[: text.find(b"\n")]


def _line(text: bytes, ref: bytes) -> bytes:
    """Return the line of a ref in a sorted text; nothing where there is none."""
    low, high = 0, len(text)
    while text.startswith(b"#", low):
        low = _end(text, low)
    while low < high:
        start = _beginning(text, low, (low + high) // 2)
        while start > low and text.startswith(b"^", start):
            # What the tag before leads to.
            start = _beginning(text, low, start - 1)
        stop = _end(text, start)
        found = text[text.find(b" ", start, stop) + 1 : stop].rstrip(b"\r\n")
        if found == ref:
            return text[start:stop]
        if found < ref:
            low = stop
            while low < high and text.startswith(b"^", low):
                low = _end(text, low)
        else:
            high = start
    return b""


def _beginning(text: bytes, low: int, at: int) -> int:
    return max(low, text.rfind(b"\n", low, at) + 1)


def _end(text: bytes, start: int) -> int:
    return text.find(b"\n", start) + 1 or len(text)


def digest_of(text: bytes) -> bytes:
    """Return what tells one text from another; most processors have instructions for this one."""
    return hashlib.new(_DIGEST, text).digest()


def is_ascending(lines: PackedRefLines) -> bool:
    """Return whether tags and branches come in the order of their names."""
    return all(names == sorted(names) for names in map(list, lines))


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
