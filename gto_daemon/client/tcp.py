"""Loopback TCP, for file systems that hold no sockets: the daemon advertises its port and token in `gtod.json`."""

from __future__ import annotations

import json
import os
import socket
import stat

from gto_daemon import platform
from gto_daemon.client import address
from gto_daemon.client.errors import DaemonUnavailable, NoConnectionTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class Advertisement(TypedDict):
        """The contents of `gtod.json`. The token goes into the first message of a connection."""

        port: int
        token: str
        pid: int
        protocol: int


def advertisement() -> Advertisement | None:
    """Return what `gtod.json` says; None when there is none, or when the process that wrote it is gone.

    Raises:
        DaemonUnavailable: the file is not what a daemon of this user writes.

    """
    path = address.in_directory(address.TCP)
    try:
        descriptor = os.open(path, os.O_RDONLY | platform.NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DaemonUnavailable(f"cannot read {path}: {error.strerror}; remove it and run: `gtod restart`") from error
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or not platform.is_mine(found) or platform.is_open_to_others(found):
            raise DaemonUnavailable(f"{path} is not a private file of yours; remove it and run: `gtod restart`")
        # After a kill -9 the file stays, and the port may be a stranger's by now: hand no requests to it. The lock
        # is the kernel's word that the process which wrote the file lives, and so that the port is still its own.
        if not platform.is_locked(descriptor):
            return None
        text = file.read()
    try:
        advertised: Advertisement = json.loads(text)
        types = [type(advertised[key]) for key in ("port", "token", "pid", "protocol")]
    except (ValueError, KeyError, TypeError):
        types = []
    if types != [int, str, int, int]:
        raise DaemonUnavailable(f"{path} is damaged; remove it and run: `gtod restart`")
    return advertised


def dial(advertised: Advertisement, timeout: float) -> socket.socket:
    """Connect to the advertised port.

    Raises:
        ConnectionRefusedError: nobody listens there.
        DaemonUnavailable: the connection is not taken.

    """
    port = advertised["port"]
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout)
    except TimeoutError as error:
        raise NoConnectionTaken(
            f"the daemon at 127.0.0.1:{port} has taken no connection for {timeout:g} s; run: `gtod restart`"
        ) from error
    connection.settimeout(None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    platform.reset_at_end(connection)
    return connection
