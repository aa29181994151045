"""Start, stop, restart and status of the daemon itself."""

from __future__ import annotations

import os
from contextlib import suppress

from gto_daemon import platform
from gto_daemon.client import address
from gto_daemon.client.blocking import Client
from gto_daemon.client.dial import dial, peer_pid
from gto_daemon.client.errors import CallError, DaemonUnavailable, NoConnectionTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from gto_daemon.client.tcp import Advertisement
    from gto_daemon.protocol import JsonObject

#: Seconds after which a daemon that was asked to end is told to, and then made to.
REQUEST_TIMEOUT = 2.0
TERM_TIMEOUT = 3.0
KILL_TIMEOUT = 5.0
#: Seconds for a daemon that has agreed to end to answer what it was asked before, and to give up what takes long.
FINISH_TIMEOUT = 25.0
#: Seconds within which `status` has its answer: the daemon gives it at once, also while it is at work.
STATUS_TIMEOUT = 10.0


def start() -> JsonObject:
    """Make sure that a daemon runs: `{pid, version, started}`, `started` telling whether it did not before.

    Raises:
        DaemonUnavailable: with the reason.

    """
    running = _pid_of_running()
    with Client.connect() as client:
        status = client.call("gto/status")
    return {"pid": status["pid"], "version": status["version"], "started": status["pid"] != running}


def status(timeout: float = STATUS_TIMEOUT) -> JsonObject | None:
    """Return what `gto/status` says of the process, or None when no daemon runs. Never starts one.

    Args:
        timeout: seconds for the answer.

    Raises:
        DaemonUnavailable: there is one, but it does not answer.

    """
    if not _is_there():
        return None
    with Client.connect(start=False, timeout=timeout) as client:
        answer: JsonObject = client.call("gto/status")
    return answer


def stop(timeout: float = REQUEST_TIMEOUT) -> bool:
    """End the daemon and wait until its process is gone; return whether there was one.

    It is asked first, and answers what it was asked before. One that does not agree within `timeout` seconds gets
    SIGTERM, three seconds later SIGKILL: the process at the other end of the socket, or that holds the lock of the
    daemon, and no other (worktrunk#2194: to ask a wedged daemon does nothing).

    Raises:
        DaemonUnavailable: it survived all that, or its process cannot be told.

    """
    address.checked_directory()
    # Not the process at the other end of the socket: that may be a service manager, which listens for the daemon.
    pid = _holder_of_lock()
    if pid is None:
        # Somebody else's is refused, not taken for none.
        with suppress(FileNotFoundError, ConnectionRefusedError, NoConnectionTaken), dial()[0]:
            pass
        return False
    process = platform.hold(pid)
    if process is None:
        return True
    try:
        agreed = _request_shutdown(timeout)
        if process.wait(FINISH_TIMEOUT if agreed else 0):
            return True
        for at_once, patience in ((False, TERM_TIMEOUT), (True, KILL_TIMEOUT)):
            process.end(at_once=at_once)
            if process.wait(patience):
                return True
    finally:
        process.close()
    raise DaemonUnavailable(f"the daemon (process {pid}) is still there after SIGKILL; the system holds it")


def restart() -> JsonObject:
    """Stop the daemon if there is one, then start: what `start` answers.

    Raises:
        DaemonUnavailable: with the reason.

    """
    stop()
    return start()


def _pid_of_running() -> int | None:
    try:
        connection, advertised = dial()
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    with connection:
        return _pid_of(connection, advertised)


def _is_there() -> bool:
    return _pid_of_running() is not None


def _pid_of(connection: socket.socket, advertised: Advertisement | None) -> int:
    # TCP has no peer credentials. The file with the pid is in a directory that only this user can write to, and the
    # process that wrote it is alive: it holds its lock.
    return peer_pid(connection) if advertised is None else advertised["pid"]


def _holder_of_lock() -> int | None:
    """Return the process that holds the daemon's lock, which it has written its number into; None for none."""
    try:
        descriptor = os.open(address.in_directory(address.LOCK), os.O_RDONLY | platform.NOFOLLOW)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        held = platform.is_mine(os.fstat(descriptor)) and platform.is_locked(descriptor)
        text = file.read(32).strip() if held else b""
    return int(text) if text.isdigit() else None


def _request_shutdown(timeout: float) -> bool:
    try:
        with Client.connect(start=False, timeout=timeout) as client:
            client.call("gto/shutdown")
            return True
    except (DaemonUnavailable, CallError):
        # Wedged, gone in the meantime, or too old to know the request: what decides is whether the process ends.
        return False
