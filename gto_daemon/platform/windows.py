"""Windows. Python has no unix sockets there: the daemon is on loopback TCP, and `gtod.json` is found in the profile.

Declared, not run on Windows: the tests run it on Linux with `msvcrt` and `_winapi` made of what Linux has, which shows
that nothing else is asked of the system, and mypy checks every call against Windows' own standard library.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import asyncio
    import socket
    from collections.abc import Callable
    from typing import Any, NoReturn

# --- files -----------------------------------------------------------------------------------------------------

#: For `os.open`: read what is there, line ends as they are, and not for our children.
READ_FLAGS: int = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)  # neither in tests on Linux
#: For `os.open`: Windows makes links only for those who may, so there is nothing to ask for.
NOFOLLOW = 0


def elapsed() -> float:
    """Return the seconds since some moment, with those for which the machine slept; nobody can set this clock."""
    return time.monotonic()


def user() -> int:
    """Return who runs this process, as a number for messages: Windows has names only."""
    return 0


def is_mine(found: os.stat_result) -> bool:
    """Whether a file belongs to the user of this process. Python cannot tell; the profile's access list decides."""
    del found
    return True


def is_trusted_owner(found: os.stat_result) -> bool:
    """Whether Git would believe what is in a file because of whose it is. Left to libgit2 and git, which can tell."""
    del found
    return True


def is_open_to_others(found: os.stat_result) -> bool:
    """Return whether anybody else may do anything with a file. As `is_mine`: the mode says nothing here."""
    del found
    return False


def copy_mode(descriptor: int, mode: int) -> None:
    """Give an open file the permissions of another one: a new file inherits those of its folder."""
    del descriptor, mode


def default_runtime_directory() -> str:
    """Where the files of a running daemon are by default: in the part of the profile that stays here."""
    profile = os.environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), "AppData", "Local")
    return os.path.join(profile, "gtod", "run")


# --- locks: the system gives them back however a process ends ---------------------------------------------------

#: Which byte is locked. A locked byte cannot be read by others, so it is one that no file has.
_BYTE = 1 << 30


def _lock(descriptor: int, mode: int) -> None:
    import msvcrt

    os.lseek(descriptor, _BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, mode, 1)
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this descriptor alone, without waiting; False when it is locked."""
    import msvcrt

    try:
        _lock(descriptor, msvcrt.LK_NBLCK)
    except OSError:
        return False
    return True


def is_locked(descriptor: int) -> bool:
    """Whether somebody else has locked an open file. Two who look at once may take each other for that somebody."""
    import msvcrt

    if not try_lock(descriptor):
        return True
    _lock(descriptor, msvcrt.LK_UNLCK)
    return False


def release_lock(path: str | os.PathLike[str], descriptor: int) -> None:
    """Give the lock back and remove the file at `path`, in this order: what is open cannot be removed.

    Somebody who waits has it open too: then the file stays, which is as good.
    """
    os.close(descriptor)
    with contextlib.suppress(FileNotFoundError, PermissionError):
        os.unlink(path)


def publish(temporary: str | os.PathLike[str], path: str | os.PathLike[str]) -> int:
    """Move a file to the place where others look for it, and lock it: what is open cannot be moved."""
    import msvcrt

    os.replace(temporary, path)
    descriptor = os.open(path, os.O_RDWR)
    try:
        _lock(descriptor, msvcrt.LK_LOCK)  # tries for ten seconds: a client may be looking just now
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


# --- sockets ---------------------------------------------------------------------------------------------------

#: Whether Python has sockets of the file system here.
UNIX_SOCKETS = False


def _no_unix_sockets() -> NoReturn:
    raise OSError("Python has no unix sockets on Windows")


def listen_unix(path: str, backlog: int) -> socket.socket:
    """There are none.

    Raises:
        OSError: always.

    """
    del path, backlog
    _no_unix_sockets()


def connect_unix(path: str, timeout: float) -> socket.socket:
    """There are none, so nobody listens there.

    Raises:
        FileNotFoundError: always.

    """
    del timeout
    raise FileNotFoundError(path)


def connect_bare_unix(path: str, timeout: float) -> _socket.socket:
    """As `connect_unix`.

    Raises:
        FileNotFoundError: always.

    """
    del timeout
    raise FileNotFoundError(path)


def peer(connection: _socket.socket) -> tuple[int, int]:
    """There are none.

    Raises:
        OSError: always.

    """
    del connection
    _no_unix_sockets()


def reset_at_end(connection: socket.socket) -> None:
    """Reset a TCP connection when it ends, in place of closing it, as Windows does by itself for a killed process."""
    import socket
    import struct

    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh", 1, 0))


def hang_up_check(connection: Any) -> Callable[[], bool]:
    """Return what says whether the other end is gone: writing tells, nothing else, so what runs for it goes on."""
    del connection
    return lambda: False


def has_unread(connection: Any) -> bool:
    """Whether something has come over a socket that nobody has read yet, if only its end. False without a socket."""
    if connection is None or connection.fileno() < 0:
        return False
    return bool(select.select([connection.fileno()], [], [], 0)[0])


# --- processes -------------------------------------------------------------------------------------------------

#: For `subprocess.Popen`: a program without a window, which `end_group` ends with all that it started.
OWN_GROUP: dict[str, Any] = {}
#: Whether it can be waited for what several pipes bring, without a thread for each.
POLLS_PIPES = False
#: For `subprocess.Popen`: a program that outlives us and our console.
OWN_SESSION: dict[str, Any] = {}
if sys.platform == "win32":
    OWN_GROUP["creationflags"] = subprocess.CREATE_NO_WINDOW
    OWN_SESSION["creationflags"] = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP


def end_group(process: subprocess.Popen[bytes], *, at_once: bool) -> None:
    """End a program that was started with `OWN_GROUP`, and all that it started. Gone already: nothing.

    Windows knows one way only, at once: a program without a window cannot be told to.
    """
    del at_once
    if process.poll() is None:
        # By the tree of processes: Windows has no groups that could be ended.
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)


def detach() -> None:
    """Leave the working directory of the starter; all else was asked for with `OWN_SESSION`."""
    os.chdir(os.path.abspath(os.sep))


def reap_starter(process: subprocess.Popen[bytes]) -> int | None:
    """Return the exit code of a program that called `detach`, None when it goes on: it is the daemon itself."""
    return process.poll()


def take_descriptors(most: int) -> None:
    """Nothing: sockets are no files here, and have no limit of their own."""


def return_freed_memory(least: int) -> None:
    """Nothing: Windows gives large blocks back by itself."""


def trim_memory() -> None:
    """Nothing: as above."""


def on_end(loop: asyncio.AbstractEventLoop, ask: Callable[[str], None]) -> Callable[[], None]:
    """Call `ask` with the name of each signal that asks this process to end. Return a function that stops it."""
    import signal

    signals = end_signals()

    def asked(number: int, _frame: Any) -> None:
        loop.call_soon_threadsafe(ask, signal.Signals(number).name)

    before = {number: signal.signal(number, asked) for number in signals}

    def undo() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return undo


def end_signals() -> tuple[int, ...]:
    """Return the signals that ask a process to end, of a console."""
    import signal

    return (signal.SIGINT, getattr(signal, "SIGBREAK", signal.SIGTERM))


def hold(pid: int) -> HeldProcess | None:
    """Hold on to a process of this user; None when it is gone."""
    try:
        process = HeldProcess(pid)
    except OSError:
        return None
    if process.wait(0):
        process.close()
        return None
    return process


class HeldProcess:
    """A process that is not our child, held on to until `close` by a handle, which never means another process."""

    def __init__(self, pid: int) -> None:
        import _winapi

        synchronize, terminate = 0x00100000, 0x0001
        self._handle = _winapi.OpenProcess(synchronize | terminate, False, pid)

    def wait(self, timeout: float) -> bool:
        """Return whether it is gone, after `timeout` seconds at most."""
        import _winapi

        return _winapi.WaitForSingleObject(self._handle, int(timeout * 1000)) == _winapi.WAIT_OBJECT_0

    def end(self, *, at_once: bool) -> None:
        """End it at once, which is the only way on Windows. Does nothing when it is gone already."""
        import _winapi

        del at_once
        with contextlib.suppress(PermissionError):
            _winapi.TerminateProcess(self._handle, 1)

    def close(self) -> None:
        """Let go of it."""
        import _winapi

        _winapi.CloseHandle(self._handle)
