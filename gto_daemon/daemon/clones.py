"""Where the clones of remote repositories are, and whether a repository is one of them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gto_daemon.git.layout import Layout

#: In the git directory of a clone of ours. Anybody may put such a file into a repository, so it is no proof.
MARK: Final = "gtod-clone"


def clones_directory(environment: Mapping[str, str]) -> Path | None:
    """Where clones are: below `XDG_CACHE_HOME`, else `~/.cache` (XDG Base Directory Specification).

    Args:
        environment: the client's. A client that told nothing has the one of this process.

    Returns:
        None where neither variable is an absolute path.

    """
    known = environment if {"XDG_CACHE_HOME", "HOME"} & environment.keys() else os.environ
    base = Path(known.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        # The specification: a relative path is invalid, and ignored.
        base = Path(known.get("HOME", "")) / ".cache"
    return base / "gtod" / "clones" if base.is_absolute() else None


def is_marked(layout: Layout) -> bool:
    """Whether a repository says of itself that it is a clone of ours."""
    return (layout.common / MARK).exists()


def is_clone(layout: Layout, environment: Mapping[str, str]) -> bool:
    """Whether a repository is a clone that was made here for this client, and holds nothing that somebody else chose.

    Args:
        layout: of the repository.
        environment: as for `clones_directory`.

    """
    if not is_marked(layout):
        return False
    clones = clones_directory(environment)
    return clones is not None and layout.git_dir.parent == clones.resolve()
