"""What a service manager that speaks systemd's protocols hands to a service, and is told by it.

Sources: sd_listen_fds(3), sd_notify(3). Both are a few variables, a descriptor and a datagram.
"""

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final, Self

#: The number of the first descriptor that is handed over.
_FIRST: Final = 3
#: None on Windows, which has no service manager that speaks this.
_UNIX: Final = getattr(socket, "AF_UNIX", None)
_LISTENING: Final = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


class WrongSocketError(Exception):
    """What was handed over is no socket that can be served at. The text says why."""


class ServiceManager:
    """Who started this process, if it is one that wants to be told.

    Args:
        environment: where it says so. What is for this process alone is taken out of it, so that no child has it.

    Attributes:
        socket: the socket that it listens at for this process, None if it does not.

    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        self._told_at = environment.pop("NOTIFY_SOCKET", "")
        handed = {name: environment.pop(name, "") for name in _LISTENING}
        is_meant = handed["LISTEN_PID"] == str(os.getpid()) and handed["LISTEN_FDS"] not in ("", "0")
        self.socket = _taken(handed["LISTEN_FDS"]) if is_meant else None

    @classmethod
    def nobody(cls) -> Self:
        """Return one that hands over nothing and is told nothing."""
        return cls({})

    def ready(self, status: str) -> None:
        """Say that clients are served; `status` is one line for people."""
        self._tell(f"READY=1\nSTATUS={status}\nMAINPID={os.getpid()}")

    def stopping(self, status: str) -> None:
        """Say that the end has begun."""
        self._tell(f"STOPPING=1\nSTATUS={status}")

    def _tell(self, text: str) -> None:
        if _UNIX is None or not self._told_at:
            return
        name = "\0" + self._told_at[1:] if self._told_at.startswith("@") else self._told_at
        # It may have ended, and those who are served need no service manager.
        with suppress(OSError), socket.socket(_UNIX, socket.SOCK_DGRAM) as connection:
            connection.connect(name)
            connection.sendall(text.encode())


def _taken(count: str) -> socket.socket:
    if count != "1":
        raise WrongSocketError(f"the service manager handed over {count} sockets, and gtod listens at one")
    try:
        taken = socket.socket(fileno=_FIRST)
    except OSError as error:
        raise WrongSocketError(
            f"what the service manager handed over is no socket: {error.strerror or error}"
        ) from error
    taken.set_inheritable(False)
    if taken.family != _UNIX or not taken.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        taken.close()
        raise WrongSocketError(
            "the service manager handed over a socket that is no listening unix socket (ListenStream=)"
        )
    return taken
