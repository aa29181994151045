"""Where a copy is put: it is made beside its place, and takes it once it is complete.

What is there is renamed aside, the copy renamed in, and only then the old one deleted. A process that is killed in
between leaves a folder `.NAME.gtod-get-*` beside the place; the next copy to that place finds it.
"""

import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from glob import escape
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import Self

from gto_daemon import platform
from gto_daemon.git.configuration_files import home_directory
from gto_daemon.git.layout import is_git_dir
from gto_daemon.git.replaceable import HistoryOfPath, files_lost_with, folders_in, history_of, holds_repository

#: Characters of a place's name that the folder beside it carries: names have at most 255 bytes.
_MAX_NAME = 40
_LOCK, _NEW, _OLD, _REPLACED = "lock", "new", "old", "replaced"


class UnsafeDestinationError(Exception):
    """Nothing may be put there: the message says why, `hint` what to do instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Destination:
    """A place for one copy. A context manager: `new` is where the copy is to be made within it.

    Args:
        out: as the user wrote it.
        name: of what is got, for a place in a folder.
        replace: whether something may be there.
        option: by which another place is given.

    Attributes:
        path: the place, its folder without symbolic links.
        new: beside it; nothing is there yet.
        restored: whether something was put back that an earlier process had renamed aside when it was killed.

    """

    def __init__(self, out: str, name: str, *, replace: bool, option: str = "--out") -> None:
        """Look at the place.

        Raises:
            UnsafePlaceError: nothing may be put there.
            OSError: it cannot be looked at.

        """
        self._out = out
        self._name = name
        self._replace = replace
        self._option = option
        self.path = _resolved(out, option)
        self.restored = False
        self._check_above()
        self._clear_leftovers()
        self._check_there()

    def __enter__(self) -> Self:
        try:
            self._beside = Path(tempfile.mkdtemp(prefix=_prefix(self.path), dir=self.path.parent))
        except FileNotFoundError as error:
            folder = shlex.quote(str(self.path.parent))
            raise UnsafeDestinationError(
                f"'{self._out}' cannot be written: No such file or directory", f"Make its folder: `mkdir -p {folder}`"
            ) from error
        unlocked = self._beside / f"{_LOCK}.new"
        unlocked.touch(mode=0o600)
        self._lock = platform.publish(unlocked, self._beside / _LOCK)
        self.new = self._beside / _NEW
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self._lock)
        # What could not be put back stays, for the next copy to put it back.
        if not os.path.lexists(self._beside / _OLD):
            shutil.rmtree(self._beside, ignore_errors=True)

    def lost(self, histories: Iterable[HistoryOfPath]) -> list[str]:
        """Return the files at the place that nobody could get back once the copy has taken it.

        Args:
            histories: of what earlier copies were made of.

        Returns:
            Their paths, relative to the place; empty for a file that is the place itself.

        Raises:
            OSError: what is there cannot be read.
            RegistryError: `GitNotFound`.

        """
        if not os.path.lexists(self.path):
            return []

        own = history_of(self.path)
        return files_lost_with(self.path, self.new, chain([own] if own else [], histories))

    def free_name(self) -> Path:
        """Return a path beside the place where nothing is, for what is at the place."""
        names = (self.path.with_name(f"{self.path.name}.old{number or ''}") for number in count())
        return next(name for name in names if not os.path.lexists(name))

    def take(self) -> Path | None:
        """Put the copy at the place.

        Returns:
            Where the old content still is, if it could not be deleted.

        Raises:
            UnsafePlaceError: something has come there meanwhile.
            OSError: it cannot be put there; what was there is there again.

        """
        if self._out.endswith("/") and not _is_folder(self.new):
            raise UnsafeDestinationError(
                f"'{self._out}' would be a folder, and what is got is a file",
                f"Leave out the slash: {self._option} {shlex.quote(self._out.rstrip('/'))}",
            )
        if not self._replace:
            self._check_there()
        there = os.path.lexists(self.path)
        if there and not _is_folder(self.path) and not _is_folder(self.new):
            self.new.replace(self.path)
            return None
        old = self._beside / _OLD
        try:
            if there:
                self.path.rename(old)
            self.new.rename(self.path)
        except BaseException:
            if os.path.lexists(old) and not os.path.lexists(self.path):
                old.rename(self.path)
            raise
        if not there:
            return None
        replaced = old.rename(self._beside / _REPLACED)
        try:
            _delete(replaced)
        except OSError:
            return replaced
        return None

    def _check_above(self) -> None:
        git = git_directory_above(self.path)
        if git is not None:
            raise UnsafeDestinationError(
                f"'{self._out}' is in the repository '{git}' itself, among Git's own files",
                f"Give a place outside of it with {self._option}.",
            )

    def _check_there(self) -> None:
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return
        elsewhere = f"Give another place with {self._option}"
        if stat.S_ISDIR(found.st_mode):
            self._check_folder()
        elif not _leads_to_a_file(self.path):
            raise UnsafeDestinationError(
                f"'{self._out}' is a device, pipe or socket", f"Give another place with {self._option}."
            )
        if not self._replace:
            raise UnsafeDestinationError(
                f"'{self._out}' is there already",
                f"{elsewhere}, or replace it with --force.",
            )

    def _check_folder(self) -> None:
        own = Path.cwd().resolve()
        why = None
        if self.path in (own, *own.parents):
            why = "is the working directory, or a folder that holds it"
        elif self.path in (home := home_directory().resolve(), *home.parents):
            why = "is your home, or a folder that holds it"
        elif any(map(os.path.ismount, folders_in(self.path))):
            why = "is a file system of its own, or holds one"
        elif (repository := holds_repository(self.path)) is not None:
            why = f"holds the repository '{repository}'" if repository != self.path else "is a repository"
        if why is not None:
            inside = shlex.quote(str(Path(self._out, self._name)))
            raise UnsafeDestinationError(
                f"'{self._out}' {why}, so nothing takes its place",
                f"Give a place in it: {self._option} {inside}",
            )

    def _clear_leftovers(self) -> None:
        """Put back, or delete, what a process left beside the place that was killed."""
        for beside in self.path.parent.glob(escape(_prefix(self.path)) + "*"):
            with _abandoned(beside) as abandoned:
                if not abandoned:
                    continue
                old = beside / _OLD
                if os.path.lexists(old):
                    if os.path.lexists(self.path):
                        raise UnsafeDestinationError(
                            f"A gtod get was ended while it replaced '{self._out}'; what was there before is '{old}'",
                            f"Move it away, or delete it: `rm -r {shlex.quote(str(beside))}`",
                        )
                    old.rename(self.path)
                    self.restored = True
                # Where that fails, the one who made it was told.
                shutil.rmtree(beside, ignore_errors=True)


def git_directory_above(path: Path) -> Path | None:
    """Return the git directory that a path is in, or is; None for none."""
    return next((each for each in (path, *path.parents) if each.name.lower() == ".git" or is_git_dir(each)), None)


def _resolved(out: str, option: str) -> Path:
    if not out:
        raise UnsafeDestinationError("'' is no place", f"Give one with {option}, or leave it out.")
    path = Path(out)
    if path.name in ("", ".."):
        return path.resolve()
    # Of a link the link is replaced, never what it leads to.
    return path.parent.resolve() / path.name


def _prefix(path: Path) -> str:
    return f".{path.name[:_MAX_NAME]}.gtod-get-"


@contextmanager
def _abandoned(beside: Path) -> Iterator[bool]:
    """Tell whether no process works there; the lock is held within the context."""
    try:
        descriptor = os.open(beside / _LOCK, os.O_RDWR | platform.NOFOLLOW)
    except FileNotFoundError:
        yield False  # it has just been made, or is being deleted
        return
    try:
        yield platform.try_lock(descriptor)
    finally:
        os.close(descriptor)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _leads_to_a_file(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return True  # a link to nowhere: the link alone is replaced
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _delete(path: Path) -> None:
    if _is_folder(path):
        shutil.rmtree(path)
    else:
        path.unlink()
