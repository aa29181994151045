"""Where a path leads, and whether it still does, for the price of a few `lstat` calls.

A link may be turned, a repository made in a folder of another one, a `.git` file rewritten: an answer from where the
path led before would be wrong. Finding the repository again takes 0.3 ms, comparing what it was found by a twentieth.
"""

import os
import stat
import time
from pathlib import Path

from gto_daemon.git.layout import Layout, directory_identity, find_layout, linked_git_dir
from gto_daemon.git.loose_refs import is_racy
from gto_daemon.git.packed_refs import Identity

#: As for the kernel, a path with more links than this leads nowhere.
_MAX_LINKS = 40

#: The type of what is at a path, and unless it is a directory which one and how old it is; None for nothing.
_Mark = tuple[int, Identity | None] | None


class ResolvedPath:
    """The checkout that a path leads to, with what it was found by.

    Attributes:
        layout: of the checkout.

    """

    __slots__ = ("_marks", "_path", "_root", "_trusted", "layout")

    def __init__(self, path: str) -> None:
        """Find it.

        Raises:
            RegistryError: as `find_layout`.

        """
        layout = find_layout(path)
        taken = time.time_ns()
        try:
            marks, odd = _marks(path, layout)
        except OSError:
            # Something changes right now; whatever it was, it is looked at again the next time.
            marks, odd = {}, True
        # Found again, because the marks vouch only for what is found after they were taken.
        self.layout = find_layout(path)
        self._marks = tuple(marks.items())
        young = any(mark is not None and mark[1] is not None and is_racy(mark[1], taken) for mark in marks.values())
        self._trusted = self.layout == layout and not odd and not young
        self._path = path
        self._root = _root(path, layout) if self._trusted else None

    def holds(self) -> bool:
        """Return whether the path surely leads there still."""
        return self._trusted and all(_mark(place) == mark for place, mark in self._marks)

    def leads_to(self, root: tuple[int, int] | None) -> bool:
        """Return whether the path surely leads to the folder `root`, that of its checkout, by one `stat`.

        If that folder is watched, this is all that there is to compare. False for a path within a checkout, and for a
        checkout that is tied to its repository by files.
        """
        return self._root is not None and self._root == root and directory_identity(self._path) == root


def _root(path: str, layout: Layout) -> tuple[int, int] | None:
    """Return the identity of the root of a checkout if a path leads to it, and it has its repository in itself."""
    root = layout.worktree or layout.git_dir
    is_whole = layout.git_dir == layout.common and layout.git_dir in {root, root / ".git"}
    found = directory_identity(path)
    return found if is_whole and found is not None and found == directory_identity(root) else None


def _marks(path: str, layout: Layout) -> tuple[dict[str, _Mark], bool]:
    """Return what the path was resolved by, and whether something on the way may become a repository unnoticed."""
    marks: dict[str, _Mark] = {}
    start = _walk(Path(path), marks)
    if start.is_relative_to(layout.git_dir):
        root = layout.git_dir
        # Either may lead from the git directory to the files that it is about.
        _look(marks, root / "gitdir", root / "config")
    else:
        root = layout.worktree or layout.git_dir
    odd = False
    for place in (start, *start.parents):
        if place == root:
            break
        _look(marks, place / ".git", place / "HEAD")
        # What is there was no repository, but parts of one may come that are not looked at here.
        odd = odd or marks[str(place / ".git")] is not None or marks[str(place / "HEAD")] is not None
    dot_git = _walk(root / ".git", marks)
    linked = linked_git_dir(dot_git) if dot_git.is_file() else None
    if linked is not None:
        _walk(linked, marks)
    _look(marks, layout.git_dir / "HEAD", layout.git_dir / "commondir")
    _walk(layout.common / "objects", marks)
    _look(marks, layout.common / "refs", layout.common / "reftable")
    return marks, odd


def _walk(path: Path, marks: dict[str, _Mark]) -> Path:
    """Follow a path, and mark each of its components and of the links in it."""
    done, todo, links = Path(path.anchor), list(reversed(path.parts[1:])), 0
    while todo:
        part = todo.pop()
        if part == "..":
            done = done.parent
            continue
        place = done / part
        _look(marks, place)
        if place.is_symlink() and links < _MAX_LINKS:
            links += 1
            target = place.readlink()
            if target.is_absolute():
                done = Path(target.anchor)
            todo += reversed(target.parts[1:] if target.is_absolute() else target.parts)
        else:
            done = place
    return done


def _look(marks: dict[str, _Mark], *places: Path) -> None:
    marks.update((str(place), _mark(str(place))) for place in places)


def _mark(place: str) -> _Mark:
    try:
        found = os.lstat(place)
    except OSError:
        return None
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFDIR:
        # What is in it changes all the time. Whether it is another repository by now is asked of the repository.
        return kind, None
    return kind, (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
