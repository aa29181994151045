"""The paths of a checkout that exist or are tracked by DVC, so that an annotation may name them."""

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from gto_daemon.daemon.live.annotation_files import DVC, join
from gto_daemon.daemon.live.repository import MAX_FILE
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.annotations.dvc_outputs import dvc_outputs

_LOCK = "dvc.lock"


class Tracked:
    """The tracked files of one checkout. DVC's own files are read again only when they change."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[tuple[int, int], frozenset[str]]] = {}

    def split(self, paths: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the existing paths, and the paths that neither exist nor are tracked by DVC; relative to the root."""
        present, missing = set(), set()
        # A thousand with every keystroke: pathlib would take longer than the file system.
        root = f"{self._root}/"
        known: dict[str, tuple[bool, frozenset[str]]] = {}
        for path in paths:
            if os.path.lexists(root + path):
                present.add(path)
            elif not self._is_tracked(path, known):
                missing.add(path)
        return frozenset(present), frozenset(missing)

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
        while above:
            above = posixpath.dirname(above)
            found = known.get(above)
            if found is None:
                pointed = bool(above) and os.path.lexists(f"{self._root}/{above}.dvc")
                found = known[above] = (pointed, self._outputs(above))
            pointed, outputs = found
            if pointed or path in outputs or any(path.startswith(f"{out}/") for out in outputs):
                return True
        return False

    def _outputs(self, folder: str) -> frozenset[str]:
        return self._read(join(folder, _LOCK), folder) | self._read(join(folder, DVC), folder)

    def _read(self, file: str, folder: str) -> frozenset[str]:
        try:
            status = (self._root / file).stat()
            mark = (status.st_mtime_ns, status.st_size)
            known = self._known.get(file)
            if known is not None and known[0] == mark:
                return known[1]
            data = read_regular_file(self._root / file, MAX_FILE)
        except OSError:
            # It is not there, or DVC cannot read it either: it tracks nothing by it.
            return frozenset()
        outputs = frozenset(posixpath.normpath(join(folder, out)) for out in dvc_outputs(data or b""))
        self._known[file] = (mark, outputs)
        return outputs
