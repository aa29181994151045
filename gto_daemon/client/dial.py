"""Reaching a daemon that runs: its unix socket, or loopback TCP where `gtod.json` says so."""

from __future__ import annotations

import os
import socket
import struct

from gto_daemon.client import address
from gto_daemon.client.errors import DaemonUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gto_daemon.client.tcp import Advertisement

#: Seconds to wait for room in the queue of connections of a daemon that is very busy, or stopped.
CONNECT_TIMEOUT = 5.0


def dial(timeout: float = CONNECT_TIMEOUT) -> tuple[socket.socket, Advertisement | None]:
    """Connect to the daemon. Answers the socket and, for TCP, what its first message needs.

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
    asks_for_tcp = os.environ.get("GTOD_TRANSPORT", "").lower() == "tcp"
    if asks_for_tcp and not os.path.lexists(address.in_directory(address.SOCKET)):
        raise FileNotFoundError(address.in_directory(address.TCP))  # even where a socket's path would be too long
    return _dial_unix(address.socket_file(), timeout), None


def peer_pid(connection: socket.socket) -> int:
    """The process that listens at the other end of a unix socket, as the kernel noted it when it began to listen."""
    return _credentials(connection)[0]


def _dial_unix(path: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Not settimeout(): on a socket that does not block, connect() fails at once when the queue is full (EAGAIN),
        # and a burst of commands would be told that a healthy daemon is gone. SO_SNDTIMEO makes connect() wait.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(timeout))
        try:
            connection.connect(path)
        except BlockingIOError as error:
            raise DaemonUnavailable(
                f"the daemon at {path} has taken no connection for {timeout:g} s; run: gtod restart"
            ) from error
        except (FileNotFoundError, ConnectionRefusedError):
            raise
        except OSError as error:
            raise DaemonUnavailable(f"cannot connect to {path}: {error.strerror or error}") from error
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(0))
        user = _credentials(connection)[1]
        if user != os.getuid():
            raise DaemonUnavailable(
                f"the socket {path} is served by user {user}, not by you ({os.getuid()}); remove it, "
                "or set GTOD_RUNTIME_DIR to a directory of yours"
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _credentials(connection: socket.socket) -> tuple[int, int]:
    size = struct.calcsize("3i")
    pid, user, _group = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return pid, user


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
