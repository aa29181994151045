"""Reaching a daemon that runs: its unix socket, or loopback TCP where `gtod.json` says so."""

from __future__ import annotations

import os

from gto_daemon import platform
from gto_daemon.client import address
from gto_daemon.client.errors import DaemonUnavailable, NoConnectionTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import socket
    from collections.abc import Callable
    from typing import TypeVar

    from gto_daemon.client.tcp import Advertisement

    _S = TypeVar("_S", bound=_socket.socket)

#: Seconds to wait for room in the queue of connections of a daemon that is very busy, or stopped.
CONNECT_TIMEOUT = 5.0
#: Seconds for the answer to the handshake, which a daemon gives at once, whatever else it is doing.
HANDSHAKE_TIMEOUT = 20.0


def dial(timeout: float = CONNECT_TIMEOUT) -> tuple[socket.socket, Advertisement | None]:
    """Connect to the daemon. Return the socket and, for TCP, what its first message needs.

    Raises:
        FileNotFoundError, ConnectionRefusedError: nobody is there.
        DaemonUnavailable: somebody is, but is not to be trusted or takes no connections.

    """
    address.check(address.runtime_directory())
    if os.path.exists(address.in_directory(address.TCP)):
        from gto_daemon.client import tcp

        advertised = tcp.advertisement()
        if advertised is not None:
            return tcp.dial(advertised, timeout), advertised
    asks_for_tcp = os.environ.get("GTOD_TRANSPORT", "").lower() == "tcp" or not platform.UNIX_SOCKETS
    if asks_for_tcp and not os.path.lexists(address.in_directory(address.SOCKET)):
        raise FileNotFoundError(address.in_directory(address.TCP))  # even where a socket's path would be too long
    return _dial_unix(address.socket_file(), timeout, platform.connect_unix), None


def dial_barely() -> _socket.socket:
    """Connect to the daemon's unix socket, as `dial` does, by `connect_bare_unix`.

    Raises:
        FileNotFoundError, ConnectionRefusedError: nobody is there, or is reached by TCP.
        DaemonUnavailable: as `dial`.

    """
    address.check(address.runtime_directory())
    if os.path.exists(address.in_directory(address.TCP)):
        raise FileNotFoundError(address.in_directory(address.SOCKET))
    return _dial_unix(address.socket_file(), CONNECT_TIMEOUT, platform.connect_bare_unix)


def peer_pid(connection: socket.socket) -> int:
    """The process that listens at the other end of a unix socket, as the kernel noted it when it began to listen."""
    return platform.peer(connection)[0]


def _dial_unix(path: str, timeout: float, connect: Callable[[str, float], _S]) -> _S:
    try:
        connection = connect(path, timeout)
    except BlockingIOError as error:
        raise NoConnectionTaken(
            f"the daemon at {path} has taken no connection for {timeout:g} s; run: `gtod restart`"
        ) from error
    except (FileNotFoundError, ConnectionRefusedError):
        raise
    except OSError as error:
        raise DaemonUnavailable(f"cannot connect to {path}: {error.strerror or error}") from error
    try:
        served_by = platform.peer(connection)[1]
        if served_by != platform.user():
            raise DaemonUnavailable(
                f"the socket {path} is served by user {served_by}, not by you ({platform.user()}); remove it, "
                "or set GTOD_RUNTIME_DIR to a directory of yours"
            )
    except BaseException:
        connection.close()
        raise
    return connection
