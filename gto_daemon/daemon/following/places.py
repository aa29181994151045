"""Where a worktree would change: the folders of its refs, and the files that answers rest on besides."""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gto_daemon.daemon.live.worktree import Worktree

#: What counts in a git directory, besides what the last listing found in it: the rest is written by every second
#: command of Git.
_OF_GIT = frozenset({b"HEAD", b"packed-refs", b"config", b"refs", b"reftable", b"shallow", b"commondir", b"objects"})
_OF_REFS = frozenset({b"tags", b"heads"})
_TABLES = frozenset({b"tables.list"})


@dataclass(frozen=True, slots=True)
class Places:
    """Folders to watch, each by itself.

    Attributes:
        refs: the folder below which all refs are, at whatever depth.
        folders: each folder, and the names in it that count; None for all but lock files.
        has_links: whether a file that counts has another place, too, where it may be changed unseen.

    """

    refs: str
    folders: Mapping[str, frozenset[bytes] | None]
    has_links: bool = False

    def others(self) -> list[str]:
        """Return the folders that are not below `refs`."""
        return [folder for folder in self.folders if folder != self.refs and not folder.startswith(f"{self.refs}/")]

    def cover(self, paths: Iterable[str]) -> bool:
        """Return whether the fate of each of these paths shows in one of the folders."""
        if self.has_links:
            return False
        for path in paths:
            folder, _, name = path.rpartition("/")
            names = self.folders.get(folder, frozenset())
            if names is not None and os.fsencode(name) not in names:
                return False
        return True


def places_of(worktree: Worktree) -> Places:
    """Return the places of a worktree as of its last reading. They need not exist."""
    layout = worktree.layout
    refs = f"{layout.common}/refs"
    named: dict[str, set[bytes]] = {
        str(layout.common): set(_OF_GIT),
        str(layout.git_dir): set(_OF_GIT),
        str(layout.config_root): {b".git"} if layout.worktree is not None else set(_OF_GIT),
        refs: set(_OF_REFS),
    }
    tables = (layout.common / "reftable", layout.git_dir / "reftable")
    named.update({str(folder): set(_TABLES) for folder in tables if folder.is_dir()})
    for place in worktree.annotated_directories():
        _add_with_parents(named, str(place), str(layout.config_root))
    compared = worktree.compared_paths()
    for path in compared:
        folder, _, name = path.rpartition("/")
        if folder in named:
            named[folder].add(os.fsencode(name))
    folders: dict[str, frozenset[bytes] | None] = {folder: frozenset(names) for folder, names in named.items()}
    folders.update(dict.fromkeys(worktree.repository.ref_folders))
    # What a remote has shows in that folder itself, and whether it is there in the one above.
    if f"{refs}/remotes" in compared and os.path.isdir(f"{refs}/remotes"):  # noqa: PTH112 - for each refresh
        folders[f"{refs}/remotes"] = None
    files = (f"{layout.common}/packed-refs", f"{layout.common}/config", *compared)
    return Places(refs, folders, worktree.repository.has_linked_refs or any(map(_is_elsewhere_too, files)))


def _add_with_parents(named: dict[str, set[bytes]], folder: str, root: str) -> None:
    """Add a folder and those that it is in, because one that is moved is seen by its parent only."""
    name = None
    while folder not in named:
        named[folder] = set() if name is None else {name}
        if not folder.startswith(f"{root}/"):
            return  # it is not in the checkout
        folder, _, child = folder.rpartition("/")
        name = os.fsencode(child)
    if name is not None:
        named[folder].add(name)


def _is_elsewhere_too(path: str) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink > 1)
