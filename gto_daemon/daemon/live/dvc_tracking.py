"""Whether a commit has DVC's pointer to a path that is not in Git."""

import posixpath
from collections import OrderedDict
from typing import Final

from gto_daemon.daemon.live.annotation_files import join
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.git.objects import ObjectReader
from gto_daemon.registry.annotations.dvc_outputs import dvc_outputs

_LOCK = "dvc.lock"
#: Files `dvc.lock` of which the outputs are kept: they take long to read.
_LOCKS_KEPT: Final = 8


class DvcTracking:
    """Looks for DVC's pointers in the commits of a repository."""

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._outputs: OrderedDict[tuple[str, str], frozenset[str]] = OrderedDict()

    def covers(self, tree: str, path: str) -> bool:
        """Return whether the path or a folder above it has a `.dvc` file, or is the output of a pipeline (`dvc.lock`).

        Raises:
            MissingObjectError: a folder on the way is missing.

        """
        if path.startswith("/"):
            return False
        ways = [path]
        while way := posixpath.dirname(ways[-1]):
            ways.append(way)
        for above in ways:
            if self._reader.file(tree, f"{above}.dvc") is not None:
                return True
            if not self._outputs_in(tree, posixpath.dirname(above)).isdisjoint(ways):
                return True
        return False

    def _outputs_in(self, tree: str, folder: str) -> frozenset[str]:
        """Return the outputs that the `dvc.lock` of a folder names, from the root of the repository."""
        lock = self._reader.file(tree, join(folder, _LOCK))
        if not lock:
            return frozenset()
        known = self._outputs.get((lock, folder))
        if known is None:
            data = self._reader.blob(lock, MAX_FILE) or b""
            known = frozenset(posixpath.normpath(join(folder, out)) for out in dvc_outputs(data))
            self._outputs[lock, folder] = known
            if len(self._outputs) > _LOCKS_KEPT:
                self._outputs.popitem(last=False)
        return known
