"""The files that differ between two trees, as `git diff-tree -r --no-renames` lists them."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

from gto_daemon.git.objects import DIRECTORY, MAX_DEPTH, ObjectReader, TreeEntry

#: Entries of folders that are compared, and how many a folder counts for besides: a second's work.
MAX_COMPARED: Final = 100_000
_FOLDER: Final = 20


class ChangedFile(NamedTuple):
    """A file, link or submodule that differs."""

    path: str
    status: Literal["added", "deleted", "modified"]


def changed_files(reader: ObjectReader, old: str, new: str, limit: int) -> tuple[list[ChangedFile], bool]:
    """Return the files that differ between two trees, sorted folder by folder, and whether these are all.

    Raises:
        MissingObjectError: a folder is missing from this clone.

    """
    comparison = _Comparison(reader)
    found = [*islice(comparison.changes(old, new, "", 0), limit + 1)]
    return found[:limit], len(found) <= limit and comparison.is_complete


class _Comparison:
    """Compares trees, as long as they do not have too many entries: one folder may be in many places.

    Attributes:
        is_complete: whether everything was looked at.

    """

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._left = MAX_COMPARED
        self.is_complete = True

    def changes(self, old: str | None, new: str | None, at: str, depth: int) -> Iterator[ChangedFile]:
        """Yield what differs; None stands for a folder that one of them does not have."""
        if old == new:
            return
        if depth > MAX_DEPTH or self._left < 0:
            self.is_complete = False
            return
        before = self._reader.entries(old) if old is not None else {}
        after = self._reader.entries(new) if new is not None else {}
        self._left -= len(before) + len(after) + _FOLDER
        for name in sorted(before.keys() | after.keys()):
            left, right = before.get(name), after.get(name)
            if left == right:
                continue
            path = f"{at}{name}"
            if left is not None and right is not None and not _is_folder(left) and not _is_folder(right):
                yield ChangedFile(path, "modified")
                continue
            if left is not None and not _is_folder(left):
                yield ChangedFile(path, "deleted")
            if right is not None and not _is_folder(right):
                yield ChangedFile(path, "added")
            yield from self.changes(_folder(left), _folder(right), f"{path}/", depth + 1)


def _is_folder(entry: TreeEntry) -> bool:
    return entry.mode == DIRECTORY


def _folder(entry: TreeEntry | None) -> str | None:
    return entry.oid if entry is not None and _is_folder(entry) else None
