"""The place of clones of remote repositories, and whether a repository is such a clone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gto_daemon.daemon.private_dirs import user_cache
from gto_daemon.git.layout import Layout

#: In the git directory of a clone of ours. Anybody may put such a file into a repository, so it is no proof.
MARK: Final = "gtod-clone"


def clones_directory(environment: Mapping[str, str]) -> Path | None:
    """Return the directory for clones.

    Args:
        environment: as for `user_cache`.

    Returns:
        None if there is no place for a cache.

    """
    cache = user_cache(environment)
    return cache / "clones" if cache is not None else None


def is_marked(layout: Layout) -> bool:
    """Return whether a repository is marked as a clone of ours."""
    return (layout.common / MARK).exists()


def is_clone(layout: Layout, environment: Mapping[str, str]) -> bool:
    """Return whether a repository is a clone made for this client, and contains nothing that somebody else chose.

    Args:
        layout: the layout of the repository.
        environment: as for `clones_directory`.

    """
    if not is_marked(layout):
        return False
    clones = clones_directory(environment)
    return clones is not None and layout.git_dir.parent == clones.resolve()
