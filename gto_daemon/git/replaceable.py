"""What would be lost with a file or folder: what can be had from nowhere else."""

import hashlib
import os
import re
import stat
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gto_daemon.git.layout import Layout, find_layout, is_git_dir
from gto_daemon.git.objects import LINK
from gto_daemon.git.process import Git
from gto_daemon.git.regular_files import open_regular_file
from gto_daemon.registry.errors import RegistryError

_CHUNK = 1 << 20
_NONE: frozenset[tuple[bool, str]] = frozenset()
#: A line of `--raw`, with -z: the new mode, the new id, and the path.
_CHANGE = re.compile(rb":\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*\0([^\0]+)\0")


@dataclass(frozen=True, slots=True)
class HistoryOfPath:
    """A file or folder in every commit of a repository, with `/` in its path; the root is empty."""

    layout: Layout
    path: str


def files_lost_with(there: Path, copy: Path, histories: Iterable[HistoryOfPath]) -> list[str]:
    """Return the paths, relative to `there`, of files and links that are neither in `copy` nor in a commit.

    Where `there` is itself a file or link, its path is empty.

    A file counts as kept where `copy`, or a commit of one of the histories, has the same content at the same path.

    Args:
        there: what is to be deleted.
        copy: what takes its place.
        histories: looked at one after the other, as long as there are files left.

    Raises:
        OSError: it cannot be read.
        RegistryError: `GitNotFound`.

    """
    copied = _files(copy)
    lost = sorted(path for path, file in _files(there).items() if not _is_same(file, copied.get(path)))
    for history in histories:
        if not lost:
            break
        known = _states(history)
        lost = [path for path in lost if known.get(path, _NONE).isdisjoint(_git_ids(there / path))]
    return lost


def history_of(path: Path) -> HistoryOfPath | None:
    """Return the history of a file or folder in the checkout that it lies in, if any."""
    try:
        layout = find_layout(str(path.parent))
    except RegistryError:
        return None  # no repository, or none that may be read: no commit is known to have it
    if layout.worktree is None or not path.is_relative_to(layout.worktree):
        return None
    return HistoryOfPath(layout, path.relative_to(layout.worktree).as_posix())


def folders_in(folder: Path) -> Iterator[Path]:
    """Yield the folder and every one below it.

    Raises:
        OSError: one of them cannot be read.

    """
    return (folder / inside for inside, _ in _walk(folder))


def holds_repository(folder: Path) -> Path | None:
    """Return the first repository, linked worktree or submodule that is at `folder` or below it.

    Raises:
        OSError: the folder cannot be read.

    """
    for inside, entries in _walk(folder):
        if any(each.name.lower() == ".git" for each in entries) or is_git_dir(folder / inside):
            return folder / inside
    return None


def _walk(folder: Path) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """What is in each folder, its path with a slash at its end. Not `os.walk`: that calls itself, up to a limit."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as found:
            entries = list(found)
        yield inside, entries
        waiting.extend(f"{inside}{each.name}/" for each in entries if _is_folder(each))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _files(place: Path) -> dict[str, Path]:
    """Return what is no folder, by its path. No link is followed: one could lead back into what is to be deleted."""
    if place.is_symlink() or not place.is_dir():
        return {"": place}
    return {
        f"{inside}{each.name}": Path(each)
        for inside, entries in _walk(place)
        for each in entries
        if not _is_folder(each)
    }


def _is_same(one: Path, other: Path | None) -> bool:
    if other is None or one.lstat().st_size != other.lstat().st_size:
        return False
    return not _git_ids(one).isdisjoint(_git_ids(other))


def _states(history: HistoryOfPath) -> dict[str, set[tuple[bool, str]]]:
    """Return each path that any commit had there, as in `_files`, with what was there, as `_git_ids`."""
    finished = Git(history.layout, os.environ).run(
        "--literal-pathspecs", "log", "--all", "--root", "-m", "--raw", "-z", "--no-abbrev", "--no-renames",
        "--no-show-signature", "--format=", "--", history.path or ".",
        env={"GIT_NO_LAZY_FETCH": "1"},
    )  # fmt: skip
    found: dict[str, set[tuple[bool, str]]] = defaultdict(set)
    # What fails in the middle has told of commits that are there.
    for kind, oid, path in _CHANGE.findall(finished.stdout):
        found[os.fsdecode(path).removeprefix(history.path).removeprefix("/")].add((kind == LINK, oid.decode()))
    return found


def _git_ids(file: Path) -> frozenset[tuple[bool, str]]:
    """Return the ids that Git would give a file or link, SHA-1 and SHA-256, each with whether it is a link."""
    found = file.lstat()
    digests = (hashlib.sha1(usedforsecurity=False), hashlib.sha256())
    is_link = stat.S_ISLNK(found.st_mode)
    if not is_link and not stat.S_ISREG(found.st_mode):
        return frozenset()
    size = len(os.fsencode(file.readlink())) if is_link else found.st_size
    for digest in digests:
        digest.update(b"blob %d\0" % size)
    for chunk in [os.fsencode(file.readlink())] if is_link else _chunks(file):
        for digest in digests:
            digest.update(chunk)
    return frozenset((is_link, digest.hexdigest()) for digest in digests)


def _chunks(file: Path) -> Iterator[bytes]:
    opened = open_regular_file(file, sys.maxsize)
    if opened is None:
        return
    with os.fdopen(opened[0], "rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
