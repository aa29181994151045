"""The paths of a checkout that exist or are tracked by DVC, so that an annotation may name them."""

import os
import posixpath
import time
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from gto_daemon.daemon.live.annotation_files import DVC, join
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.git.loose_refs import identity, is_racy
from gto_daemon.git.packed_refs import Identity
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations.dvc_outputs import dvc_outputs

_LOCK = "dvc.lock"


@dataclass(frozen=True, slots=True)
class FoundPaths:
    """What was found at some paths, relative to the root.

    Attributes:
        paths: that were looked for.
        folders: the marks of their folders, of those that show each later change.
        present: the paths that exist.
        absent: the paths that do not.
        missing: those that DVC does not track either.

    """

    paths: Sequence[str] = ()
    folders: Mapping[str, Identity] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


class Tracked:
    """The tracked files of one checkout. DVC's own files are read again only when they change."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[Identity, frozenset[str]]] = {}

    def look(self, paths: Sequence[str], before: FoundPaths) -> FoundPaths:
        """Return what is at these paths now.

        Args:
            paths: relative to the root.
            before: what was found at some before. A thousand are asked about with every keystroke, mostly in a few
                folders, and what is in a folder that is the same is not looked for again.

        """
        folders = {path.rpartition("/")[0] for path in paths}
        marks = self._marks(folders)
        same = {folder for folder, mark in marks.items() if before.folders.get(folder) == mark}
        if paths == before.paths and len(same) == len(folders):
            present, absent = before.present, before.absent
        else:
            present, absent = self._sorted(paths, same, before)
        known: dict[str, tuple[bool, frozenset[str]]] = {}
        missing = frozenset(path for path in absent if not self._is_tracked(path, known))
        return FoundPaths(paths, marks, present, absent, before.missing if missing == before.missing else missing)

    def _marks(self, folders: Iterable[str]) -> dict[str, Identity]:
        taken = time.time_ns()
        marks: dict[str, Identity] = {}
        for folder in folders:
            try:
                mark = identity(f"{self._root}/{folder}")
            except OSError:
                # A loop of links, say, in which nothing is found.
                mark = None
            if mark is not None and not is_racy(mark, taken):
                marks[folder] = mark
        return marks

    def _sorted(
        self, paths: Iterable[str], same: Set[str], before: FoundPaths
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the paths that exist, and those that do not."""
        # pathlib would take longer than the file system.
        root = f"{self._root}/"
        present, absent = set(), set()
        for path in paths:
            known = path.rpartition("/")[0] in same
            if known and path in before.present:
                present.add(path)
            elif known and path in before.absent:
                absent.add(path)
            elif os.path.lexists(root + path):
                present.add(path)
            else:
                absent.add(path)
        return (
            before.present if present == before.present else frozenset(present),
            before.absent if absent == before.absent else frozenset(absent),
        )

    def beside(self, paths: Iterable[str], most: int) -> frozenset[str]:
        """Return the files in the nearest existing folders of these paths."""
        found: set[str] = set()
        for folder in dict.fromkeys(self._nearest(path) for path in paths):
            for name in self.names(folder):
                found.add(join(folder, name.rstrip("/")))
                if len(found) >= most:
                    return frozenset(found)
        return frozenset(found)

    def names(self, folder: str, most: int = 1000) -> list[str]:
        """Return the content of a folder, subfolders with a trailing slash; nothing if it cannot be read."""
        names: list[str] = []
        try:
            with os.scandir(self._root / folder) as entries:
                for entry in entries:
                    if entry.name == ".git" or len(names) >= most:
                        continue
                    names.append(f"{entry.name}/" if entry.is_dir() else entry.name)
        except OSError:
            # Gone, or not ours to read: then there is nothing in it to offer.
            return []
        return sorted(names)

    def _nearest(self, path: str) -> str:
        folder = posixpath.dirname(path)
        while folder and not (self._root / folder).is_dir():
            folder = posixpath.dirname(folder)
        return folder

    def _is_tracked(self, path: str, known: dict[str, tuple[bool, frozenset[str]]]) -> bool:
        """Return whether DVC tracks the path; `known` caches the results for folders during one call."""
        if os.path.lexists(f"{self._root}/{path}.dvc"):
            return True
        above = path
        # An output may be a folder that the path is in.
        within = {path}
        while above := posixpath.dirname(above):
            within.add(above)
        above = path
        while above:
            above = posixpath.dirname(above)
            found = known.get(above)
            if found is None:
                pointed = bool(above) and os.path.lexists(f"{self._root}/{above}.dvc")
                found = known[above] = (pointed, self._outputs(above))
            pointed, outputs = found
            if pointed or not outputs.isdisjoint(within):
                return True
        return False

    def _outputs(self, folder: str) -> frozenset[str]:
        return self._read(join(folder, _LOCK), folder) | self._read(join(folder, DVC), folder)

    def _read(self, file: str, folder: str) -> frozenset[str]:
        path = f"{self._root}/{file}"
        try:
            taken = time.time_ns()
            mark = identity(path)
            if mark is None:
                return frozenset()
            known = self._known.get(file)
            if known is not None and known[0] == mark:
                return known[1]
            data = read_regular_file(path, MAX_FILE)
        except OSError:
            # DVC cannot read it either: it tracks nothing by it.
            return frozenset()
        outputs = frozenset(posixpath.normpath(join(folder, out)) for out in dvc_outputs(data or b""))
        if not is_racy(mark, taken):
            self._known[file] = (mark, outputs)
        return outputs
