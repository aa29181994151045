"""The user's directories: the cache, for things that can be made again, and the state, for things that cannot."""

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from gto_daemon import platform


class NotPrivateError(OSError):
    """A directory, `filename`, that another user could have written to; `strerror` says why."""


def user_cache(environment: Mapping[str, str]) -> Path | None:
    """Return `gtod` below `XDG_CACHE_HOME`, or else below `~/.cache` (XDG Base Directory Specification).

    Args:
        environment: the client's environment, or this process's if the client sent none.

    Returns:
        None where neither variable is an absolute path.

    """
    return _user_directory(environment, "XDG_CACHE_HOME", ".cache")


def user_state(environment: Mapping[str, str]) -> Path | None:
    """Return `gtod` below `XDG_STATE_HOME`, or else below `~/.local/state`, in the same way as `user_cache`."""
    return _user_directory(environment, "XDG_STATE_HOME", ".local/state")


def user_configuration(environment: Mapping[str, str]) -> Path | None:
    """Return `gtod` below `XDG_CONFIG_HOME`, or else below `~/.config`, in the same way as `user_cache`."""
    return _user_directory(environment, "XDG_CONFIG_HOME", ".config")


def user_ledgers() -> Path | None:
    """Return the directory of this user's records of tags that were seen, which cannot be made again."""
    state = user_state(os.environ)
    return state / "ledger" if state is not None else None


def _user_directory(environment: Mapping[str, str], variable: str, default: str) -> Path | None:
    known = environment if {variable, "HOME"} & environment.keys() else os.environ
    base = Path(known.get(variable, ""))
    if not base.is_absolute():
        # The specification: a relative path is invalid, and ignored.
        base = Path(known.get("HOME", "")) / default
    return base / "gtod" if base.is_absolute() else None


def make_private(directory: Path) -> None:
    """Create a directory directly below `user_cache` or `user_state`, both private to this user.

    Raises:
        NotPrivateError: one of the two is not a directory, or belongs to another user.
        OSError: it cannot be made.

    """
    directory.parent.parent.mkdir(parents=True, exist_ok=True)
    for each in (directory.parent, directory):
        each.mkdir(mode=0o700, exist_ok=True)
        check_private(each)


def check_private(directory: Path) -> None:
    """Create a directory that is private to this user: its contents are trusted.

    Raises:
        NotPrivateError: it is not a directory, or belongs to another user.

    """
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotPrivateError(errno.ENOTDIR, "it is no directory", str(directory))
    if not platform.is_mine(found):
        reason = f"it belongs to user {found.st_uid}, not to you ({platform.user()})"
        raise NotPrivateError(errno.EPERM, reason, str(directory))
    if platform.is_open_to_others(found):
        directory.chmod(0o700)
