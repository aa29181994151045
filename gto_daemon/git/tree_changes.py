"""The files that differ between two trees, as `git diff-tree -r --no-renames` lists them."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from gto_daemon.git.objects import DIRECTORY, MAX_DEPTH, ObjectReader, TreeEntry


class ChangedFile(NamedTuple):
    """A file, link or submodule that differs."""

    path: str
    status: Literal["added", "deleted", "modified"]


def changed_files(reader: ObjectReader, old: str, new: str, limit: int) -> tuple[list[ChangedFile], bool]:
    """Return the files that differ between two trees, sorted folder by folder, and whether these are all.

    Raises:
        MissingObjectError: a folder is missing from this clone.

    """
    found = [*islice(_changes(reader, old, new, "", 0), limit + 1)]
    return found[:limit], len(found) <= limit


def _changes(reader: ObjectReader, old: str | None, new: str | None, at: str, depth: int) -> Iterator[ChangedFile]:
    """Yield what differs; None stands for a folder that one of them does not have."""
    if old == new or depth > MAX_DEPTH:
        return
    before = reader.entries(old) if old is not None else {}
    after = reader.entries(new) if new is not None else {}
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
        yield from _changes(reader, _folder(left), _folder(right), f"{path}/", depth + 1)


def _is_folder(entry: TreeEntry) -> bool:
    return entry.mode == DIRECTORY


def _folder(entry: TreeEntry | None) -> str | None:
    return entry.oid if entry is not None and _is_folder(entry) else None
