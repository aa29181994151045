"""The place of clones of remote repositories, how one gets there, and whether a repository is such a clone."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gto_daemon.daemon.private_dirs import user_cache
from gto_daemon.git.layout import Layout

#: In the git directory of a clone of ours. Anybody may put such a file into a repository, so it is no proof.
MARK: Final = "gtod-clone"
_UNFINISHED: Final = ".new"


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


def put_clone(place: Path, fill: Callable[[Path], None]) -> None:
    """Make a clone beside its place, and rename it into it, so that it is complete even if a process is killed.

    Args:
        place: where it belongs; what is there is replaced.
        fill: makes the clone in an empty directory.

    Raises:
        OSError: it cannot be made.

    """
    new = Path(tempfile.mkdtemp(prefix=f"{place.name}.", suffix=_UNFINISHED, dir=place.parent))
    try:
        fill(new)
        (new / MARK).touch()
        if place.exists():
            place.rename(new.with_name(f"{new.name.removesuffix(_UNFINISHED)}.old{_UNFINISHED}"))
        new.rename(place)
    finally:
        for rest in place.parent.glob(f"{new.name.removesuffix(_UNFINISHED)}*"):
            shutil.rmtree(rest, ignore_errors=True)


def remove_unfinished(place: Path) -> None:
    """Remove what somebody who was killed left of a clone for this place. Nobody else makes one now.

    Its git may still be at it, so what cannot be deleted now is left for the next time.
    """
    for unfinished in place.parent.glob(f"{place.name}.*{_UNFINISHED}"):
        shutil.rmtree(unfinished, ignore_errors=True)
