"""Where clients connect: a unix socket, or loopback TCP advertised in a file.

Made and replaced under the lock only. The socket is bound in place: one that is renamed after `bind` looks dead to
systemd-tmpfiles, which then removes it (systemd#20635).

The file that advertises a TCP port is locked while its port is open. The kernel releases the lock with the process, so
clients ignore the file of a killed process: another program may have its port and process id by now.
"""

import contextlib
import json
import os
import secrets
import socket
import stat
from pathlib import Path
from typing import Self

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.identity import is_same_file
from gto_daemon.daemon.lifecycle.refusal import CannotServe

#: Connections that may wait to be accepted while the daemon is busy (the kernel caps it at net.core.somaxconn).
BACKLOG = 1024


class Listener:
    """A listening socket, and the file by which clients find it. Made by `unix`, `tcp` and `handed_over`.

    Attributes:
        path: the file.
        socket: the socket.
        token: what a client on TCP shows, None on a unix socket.
        is_handed_over: whether a service manager made it, which listens on when this process has ended.

    """

    def __init__(
        self,
        path: Path,
        listening: socket.socket,
        token: str | None = None,
        held: int | None = None,
        *,
        is_handed_over: bool = False,
    ) -> None:
        self.path = path
        self.socket = listening
        self.token = token
        self.is_handed_over = is_handed_over
        self._held = held
        self._identity: os.stat_result | None = path.lstat()

    @classmethod
    def unix(cls, path: Path) -> Self:
        """Listen at `path`, where there is nothing (see `remove_stale`).

        Raises:
            CannotServe: there is something, or the file system holds no sockets.

        """
        try:
            listening = platform.listen_unix(os.fspath(path), BACKLOG)
        except OSError as error:
            raise CannotServe(
                f"cannot serve at {path}: {error.strerror or error}; "
                "set GTOD_RUNTIME_DIR to a local directory, or GTOD_TRANSPORT=tcp"
            ) from error
        return cls(path, listening)

    @classmethod
    def handed_over(cls, path: Path, listening: socket.socket) -> Self:
        """Serve at a socket that a service manager listens at.

        Raises:
            CannotServe: it is not where clients look.

        """
        place = os.fsdecode(listening.getsockname())
        try:
            is_found = path.samefile(place)
        except OSError:
            is_found = False
        if not is_found:
            listening.close()
            raise CannotServe(
                f"the service manager listens at {place}, and clients look at {path}; write ListenStream={path}"
            )
        # Clients take who has listened last for who serves, and who serves may be told to end.
        listening.listen(BACKLOG)
        return cls(path, listening, is_handed_over=True)

    @classmethod
    def tcp(cls, path: Path, protocol: int) -> Self:
        """Listen at a free port of 127.0.0.1, and advertise it with a new token in the file `path`.

        Raises:
            CannotServe: no port can be had, or the file cannot be written.

        """
        token = secrets.token_hex(32)
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.bind(("127.0.0.1", 0))
            listening.listen(BACKLOG)
            advertised = {
                "port": listening.getsockname()[1],
                "token": token,
                "pid": os.getpid(),
                "protocol": protocol,
            }
            held = _write_private(path, json.dumps(advertised).encode())
        except OSError as error:
            listening.close()
            raise CannotServe(f"cannot serve TCP, advertised in {path}: {error.strerror or error}") from error
        return cls(path, listening, token, held)

    def is_ours(self) -> bool:
        """Return whether clients that look at the path find this listener."""
        return self._identity is not None and is_same_file(self.path, self._identity)

    @property
    def address(self) -> str:
        """The address to show: the path of the socket, or `127.0.0.1:PORT`."""
        return str(self.path) if self.token is None else "{}:{}".format(*self.socket.getsockname())

    def close(self) -> None:
        """Stop listening, and remove the file."""
        self.remove()
        self.socket.close()

    def remove(self) -> None:
        """Remove the file if it is ours: from now on clients start another daemon."""
        held, self._held = self._held, None
        ours = self.is_ours()
        self._identity = None  # the next daemon's file may get the same inode
        if self.is_handed_over:
            return  # it leads to the next process
        if not ours:
            if held is not None:
                os.close(held)
        elif held is not None:
            platform.release_lock(self.path, held)
        else:
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()


def is_served(path: Path) -> bool:
    """Return whether a process listens at the unix socket `path`.

    Raises:
        CannotServe: the file there is not a socket, or access to it is denied.

    """
    try:
        platform.connect_unix(os.fspath(path), 0).close()
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except BlockingIOError:
        return True  # alive, with a full queue
    except OSError as error:
        raise CannotServe(f"cannot connect to {path}: {error.strerror or error}; remove it") from error
    return True


def is_advertised(path: Path) -> bool:
    """Return whether the process that wrote the file `path` is alive. Neither the content nor the port is checked."""
    try:
        descriptor = os.open(path, os.O_RDONLY | platform.NOFOLLOW)
    except OSError:
        return False
    try:
        return platform.is_locked(descriptor)
    finally:
        os.close(descriptor)


def remove_stale(path: Path) -> None:
    """Remove what a daemon that was killed left at `path`. Only for the holder of the lock.

    Raises:
        CannotServe: what is there was not left by a daemon.

    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISSOCK(mode) or (stat.S_ISREG(mode) and path.suffix == ".json")):
        raise CannotServe(f"{path} is in the way and was not made by a daemon; remove it")
    path.unlink()


def _write_private(path: Path, content: bytes) -> int:
    # Whole or not at all: clients read the file without the lock.
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return platform.publish(temporary, path)
