"""Connect, and start a daemon if none is running."""

from __future__ import annotations

from gto_daemon.client import address
from gto_daemon.client.dial import CONNECT_TIMEOUT, dial
from gto_daemon.client.errors import DaemonUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from gto_daemon.client.tcp import Advertisement

#: A daemon may go (idle, stopped by somebody) between its start and our connect; more often than this is no accident.
_ATTEMPTS = 3


def connect_or_start(*, start: bool, timeout: float = CONNECT_TIMEOUT) -> tuple[socket.socket, Advertisement | None]:
    """Return a connection to the daemon of this user, started if `start` says so.

    Nothing is removed here, ever: whether a socket is stale is for the daemon to find, which holds the lock
    (cocoindex-code#288: a client that unlinks orphans a daemon that was only slow).

    Raises:
        DaemonUnavailable: with the reason.

    """
    for attempt in range(_ATTEMPTS):
        try:
            return dial(timeout)
        except (FileNotFoundError, ConnectionRefusedError):
            if not start:
                raise DaemonUnavailable("no daemon is running; run: `gtod start`") from None
        if attempt < _ATTEMPTS - 1:
            from gto_daemon.client.spawn import spawn

            spawn()
    raise DaemonUnavailable(
        f"a daemon starts but is gone before it can be asked; see {address.in_directory(address.LOG)}"
    )
