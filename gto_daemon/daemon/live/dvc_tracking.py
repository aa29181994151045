"""Whether a commit has DVC's pointer to a path that is not in Git."""

import posixpath

from gto_daemon.daemon.live.annotation_files import join
from gto_daemon.daemon.live.repository import MAX_FILE
from gto_daemon.git.objects import ObjectReader
from gto_daemon.registry.annotations.dvc_outputs import dvc_outputs

_LOCK = "dvc.lock"


def is_tracked_by_dvc(reader: ObjectReader, tree: str, path: str) -> bool:
    """Return whether the path or a folder above it has a `.dvc` file, or is the output of a pipeline (`dvc.lock`).

    Raises:
        MissingObjectError: a folder on the way is missing.

    """
    if path.startswith("/"):
        return False
    above = path
    while above:
        if reader.file(tree, f"{above}.dvc") is not None:
            return True
        above = posixpath.dirname(above)
        lock = reader.file(tree, join(above, _LOCK))
        data = reader.blob(lock, MAX_FILE) if lock else None
        if data is not None and any(_covers(join(above, out), path) for out in dvc_outputs(data)):
            return True
    return False


def _covers(out: str, path: str) -> bool:
    out = posixpath.normpath(out)
    return path == out or path.startswith(f"{out}/")
