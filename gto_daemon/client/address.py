"""Where the daemon of this user lives: one directory that every process of the user finds without being told.

`TMPDIR` never counts: editors set it for each of their processes, which would then not meet (golang/go#41266).
The directory is what protects the socket, because not every system checks the permissions of a socket. So it is
ours, a directory and no link, and closed to everybody else; anything less is refused, by clients and daemon alike.
"""

from __future__ import annotations

import os
import stat

from gto_daemon import platform
from gto_daemon.client.errors import DaemonUnavailable

#: Bytes that fit into `sockaddr_un` on every system we know of (macOS: 104, Linux: 108), the final zero included.
MAX_PATH_LENGTH = 104

SOCKET = "gtod.sock"
LOCK = "gtod.lock"
LOG = "gtod.log"
TCP = "gtod.json"


def runtime_directory() -> str:
    """Return the path of the directory, whether or not it exists.

    Raises:
        DaemonUnavailable: `GTOD_RUNTIME_DIR` is relative.

    """
    chosen = os.environ.get("GTOD_RUNTIME_DIR")
    if chosen:
        if not os.path.isabs(chosen):
            raise DaemonUnavailable(
                f"GTOD_RUNTIME_DIR is {chosen!r}: it must be an absolute path, the same from every working directory"
            )
        return os.path.normpath(chosen)
    return platform.default_runtime_directory()


def checked_directory() -> str:
    """Return the directory, made if need be, and found to be safe.

    Raises:
        DaemonUnavailable: it cannot be made, is not ours or is open to others.

    """
    directory = runtime_directory()
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unusable(directory, error) from error
    check(directory)
    return directory


def check(directory: str) -> None:
    """Refuse a directory in which somebody else could place or replace the socket.

    Raises:
        DaemonUnavailable: says what is wrong with it, and the remedy.
        FileNotFoundError: there is none.

    """
    try:
        found = os.lstat(directory)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unusable(directory, error) from error
    if not stat.S_ISDIR(found.st_mode):
        what = "a link" if stat.S_ISLNK(found.st_mode) else "no directory"
        raise DaemonUnavailable(
            f"the runtime directory {directory} is {what}; remove it, or set GTOD_RUNTIME_DIR to a directory of yours"
        )
    if not platform.is_mine(found):
        raise DaemonUnavailable(
            f"the runtime directory {directory} belongs to user {found.st_uid}, not to you ({platform.user()}); "
            "set GTOD_RUNTIME_DIR to a directory of yours"
        )
    if platform.is_open_to_others(found):
        import shlex

        raise DaemonUnavailable(
            f"the runtime directory {directory} is open to other users (mode {stat.S_IMODE(found.st_mode):04o}); "
            f"run: `chmod 700 {shlex.quote(directory)}`"
        )


def socket_file() -> str:
    """Return the path of the unix socket.

    Raises:
        DaemonUnavailable: it is longer than a socket's path can be.

    """
    path = in_directory(SOCKET)
    if (length := len(os.fsencode(path))) > MAX_PATH_LENGTH:
        raise DaemonUnavailable(
            f"the path of the socket has {length} bytes, {MAX_PATH_LENGTH} are possible: {path}; "
            "set GTOD_RUNTIME_DIR to a shorter directory"
        )
    return path


def in_directory(name: str) -> str:
    """Return the path of one of the files `SOCKET`, `LOCK`, `LOG`, `TCP`."""
    return os.path.join(runtime_directory(), name)


def _unusable(directory: str, error: OSError) -> DaemonUnavailable:
    return DaemonUnavailable(
        f"cannot use the runtime directory {directory}: {error.strerror}; set GTOD_RUNTIME_DIR to a directory of yours"
    )
