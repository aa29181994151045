"""Paths in commits: which files there are, below folders and by globs. For the repository's thread only."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from gto_daemon.git.objects import DIRECTORY, GITLINK, MAX_DEPTH, ObjectReader, TreeEntry

#: Folders of which the content is kept: what most commits share.
_FOLDERS_KEPT: Final = 256
#: Folders of which it is remembered what they have below them.
_FOUND_KEPT: Final = 500_000


class TooManyPathsError(Exception):
    """A folder has more files below it than are read."""


class CommitTrees:
    """The folders of a repository's commits, the last ones kept.

    Every method raises `MissingObjectError` where a folder is missing from this clone.
    """

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._kept: OrderedDict[str, dict[str, TreeEntry]] = OrderedDict()
        self._with: dict[tuple[str, str], tuple[str, ...]] = {}

    def entry(self, tree: str, path: str) -> TreeEntry | None:
        """Return what is at `path` (with `/`; empty for the tree itself) in a tree; None for nothing."""
        entry = TreeEntry(tree, DIRECTORY)
        for part in path.split("/") if path else ():
            if entry.mode != DIRECTORY:
                return None
            inner = self._entries(entry.oid).get(part)
            if inner is None:
                return None
            entry = inner
        return entry

    def files(self, folder: str, path: str, most: int) -> Iterator[tuple[str, TreeEntry]]:
        """Yield what is in a folder and the folders below it, but for submodules, sorted: its path and its entry.

        Args:
            folder: the id of the folder's tree.
            path: its path, which the paths begin with; empty for the root.
            most: how many there may be; folders and submodules count, as they cost as much.

        Raises:
            TooManyPathsError: there are more, or deeper folders than are read.

        """
        left = most
        folders = [(path, folder, 0)]
        while folders:
            at, tree, depth = folders.pop()
            if depth > MAX_DEPTH:
                raise TooManyPathsError
            entries = self._entries(tree)
            left -= len(entries)
            if left < 0:
                raise TooManyPathsError
            inner = []
            for name, entry in sorted(entries.items()):
                where = f"{at}/{name}" if at else name
                if entry.mode == DIRECTORY:
                    inner.append((where, entry.oid, depth + 1))
                elif entry.mode != GITLINK:
                    yield where, entry
            folders += reversed(inner)

    def folders_with(self, tree: str, name: str, most: int) -> tuple[str, ...]:
        """Return the folders of a tree that have a file called `name`, sorted; what is in each is looked at once.

        Raises:
            TooManyPathsError: there are more than `most`, or deeper folders than are read.

        """
        if len(self._with) > _FOUND_KEPT:
            self._with.clear()
        return self._folders_with(tree, name, most, 0)

    def _folders_with(self, tree: str, name: str, most: int, depth: int) -> tuple[str, ...]:
        known = self._with.get((tree, name))
        if known is not None:
            return known
        if depth > MAX_DEPTH:
            raise TooManyPathsError
        found = []
        for each, entry in sorted(self._entries(tree).items()):
            if entry.mode == DIRECTORY:
                below = self._folders_with(entry.oid, name, most, depth + 1)
                found += [f"{each}/{path}" if path else each for path in below]
                if len(found) > most:
                    raise TooManyPathsError
            elif each == name and entry.mode != GITLINK:
                found.append("")
        self._with[tree, name] = tuple(found)
        return self._with[tree, name]

    def _entries(self, tree: str) -> dict[str, TreeEntry]:
        known = self._kept.get(tree)
        if known is None:
            known = self._kept[tree] = self._reader.entries(tree)
            if len(self._kept) > _FOLDERS_KEPT:
                self._kept.popitem(last=False)
        return known
