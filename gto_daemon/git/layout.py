"""Where a repository lies: its common directory, and the checkout that a path belongs to."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gto_daemon.git.lines import lines_of
from gto_daemon.git.migration import migrating, migration_folders
from gto_daemon.git.ownership import check_owner
from gto_daemon.git.regular_files import NotRegularFileError, read_regular_file
from gto_daemon.git.resource_exhaustion import is_exhaustion
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError

#: Bytes of Git's configuration of a repository, with what it includes. libgit2 takes a second for a million.
MAX_CONFIG = 256 << 10
#: Bytes of a file that holds a path, as many as Git reads of a `.git` file.
_MAX_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """The directories of one checkout, all absolute and without symbolic links.

    Attributes:
        common: tags, branches and objects; shared by all checkouts of a repository.
        git_dir: HEAD of this checkout; differs from `common` in a linked worktree.
        worktree: root of the checked out files; None for a bare repository.

    """

    common: Path
    git_dir: Path
    worktree: Path | None

    @property
    def repo(self) -> str:
        """The canonical path that stands for this checkout in the protocol."""
        return str(self.worktree or self.git_dir)

    @property
    def config_root(self) -> Path:
        """Where `.gto` is: the worktree's root; in a bare repository the git directory, as for GTO."""
        return self.worktree or self.git_dir


def directory_identity(place: Path | str) -> tuple[int, int] | None:
    """Return the identity of the directory at a path; None if there is none."""
    try:
        found = os.stat(place)  # noqa: PTH116 - for every request
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def find_layout(path: str) -> Layout:
    """Return the checkout that `path` (absolute; a directory or file in it, or its git directory) belongs to.

    Raises:
        RegistryError: `RelativePath`, `NotARepository`, `UnreadableRepository`.

    """
    if not Path(path).is_absolute():
        raise RegistryError(
            "RelativePath",
            f"'{path}' is a relative path, and the daemon does not know your working directory",
            hint="Send an absolute path; the command line resolves relative ones by itself.",
            path=path,
        )
    try:
        start = Path(path).resolve(strict=True)
        for place in (start, *start.parents):
            layout = _layout_at(place)
            if layout is not None:
                return layout
    except FileNotFoundError:
        raise _not_a_repository(path, "there is no such file or directory") from None
    except (OSError, ValueError, RuntimeError) as error:
        # RuntimeError: a loop of symbolic links, before Python 3.13.
        raise RegistryError(
            "UnreadableRepository",
            f"'{path}' cannot be read: {error}",
            hint="Check the permissions of the path, and that the user who runs gtod may read it.",
            retryable=is_exhaustion(error),
            path=path,
        ) from error
    raise _not_a_repository(path, "neither it nor a directory above it is a Git repository")


def is_shallow(layout: Layout) -> bool:
    """Return whether a part of the history is missing from this clone (gitrepository-layout(5))."""
    return (layout.common / "shallow").is_file()


def _not_a_repository(path: str, reason: str) -> RegistryError:
    return RegistryError(
        "NotARepository",
        f"No Git repo found in '{path}': {reason}",
        hint=f"Give a path inside a repository, or make one: {commands.command('git', 'init', path)}.",
        path=path,
    )


def _layout_at(place: Path) -> Layout | None:
    """Return the layout if `place` is the root of a worktree or a git directory itself."""
    dot_git = place / ".git"
    try:
        mode = dot_git.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _git_dir_itself(place)
    git_dir: Path | None = dot_git
    if not stat.S_ISDIR(mode):
        if not stat.S_ISREG(mode):
            # For Git too there is no repository by such a thing.
            return None
        check_owner(place, place, dot_git)
        git_dir = linked_git_dir(dot_git)
    if git_dir is None:
        return None
    if not _may_be_git_dir(git_dir):
        _check_not_migrating(git_dir)
        return None
    check_owner(place, place, git_dir)
    if not is_git_dir(git_dir):
        _check_not_migrating(git_dir)
        return None
    git_dir = git_dir.resolve()
    return Layout(_common(git_dir), git_dir, place)


def _git_dir_itself(place: Path) -> Layout | None:
    if not _may_be_git_dir(place):
        _check_not_migrating(place)
        return None
    check_owner(place, place)
    if not is_git_dir(place):
        _check_not_migrating(place)
        return None
    common = _common(place)
    # `gitdir` names the .git file of a linked worktree, `core.worktree` is a submodule's: both lead to the files.
    back = _read_line(place / "gitdir")
    if back is not None:
        return Layout(common, place, (place / back).parent.resolve())
    if place.name == ".git":
        return Layout(common, place, place.parent)
    return Layout(common, place, _configured_worktree(place))


def is_git_dir(place: Path) -> bool:
    """Return whether a directory is a git directory: of a checkout, a linked worktree, or a bare repository."""
    if not _may_be_git_dir(place):
        return False
    common = _common(place)
    return (common / "objects").is_dir() and ((common / "refs").is_dir() or (common / "reftable").is_dir())


def _may_be_git_dir(place: Path) -> bool:
    """Return whether a directory looks like one from outside, before anything in it is read."""
    head = place / "HEAD"
    return (head.exists() or head.is_symlink()) and ((place / "commondir").exists() or (place / "objects").is_dir())


def linked_git_dir(dot_git: Path) -> Path | None:
    """Return the directory that a `.git` file points at (worktrees, submodules, --separate-git-dir)."""
    try:
        line = _read_line(dot_git)
    except NotRegularFileError:
        # For Git too there is no repository by such a thing.
        return None
    if line is None or not line.startswith("gitdir: "):
        return None
    return dot_git.parent / line.removeprefix("gitdir: ")


def _common(git_dir: Path) -> Path:
    line = _read_line(git_dir / "commondir")
    return (git_dir / line).resolve() if line is not None else git_dir.resolve()


def _check_not_migrating(place: Path) -> None:
    """See that what is no git directory is not one that lacks its HEAD or its refs for a moment."""
    # Else the next repository above would answer for it.
    if (place / "objects").is_dir() and migration_folders(place):
        raise migrating(place)


def _configured_worktree(git_dir: Path) -> Path | None:
    """`core.worktree`, which Git writes into the git directory of a submodule."""
    try:
        value = configured(git_dir, "core", "worktree")
    except OSError:
        # What opens the repository says what is wrong with it.
        return None
    return None if value is None else (git_dir / value).resolve()


def configured(git_dir: Path, section: str, key: str) -> str | None:
    """Return what the repository's own `config` says, of what Git writes there by itself.

    Raises:
        OSError: it cannot be read.

    """
    text = read_regular_file(git_dir / "config", MAX_CONFIG) or b""
    found, within = None, ""
    for line in map(str.strip, lines_of(text)):
        if line.startswith("["):
            within = line.lower()
        name, given, value = line.partition("=")
        if within == f"[{section}]" and given and name.strip().lower() == key:
            found = value.strip().strip('"')
    return found


def _read_line(path: Path) -> str | None:
    text = read_regular_file(path, _MAX_LINE)
    return None if text is None else os.fsdecode(text).rstrip("\r\n")
