"""Whether a path still leads to the file we mean."""

import os
from pathlib import Path


def is_same_file(path: Path, known: os.stat_result) -> bool:
    """Return whether `path` itself (not its target) is the file that `known` describes, by device and inode."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return (found.st_dev, found.st_ino) == (known.st_dev, known.st_ino)
