"""Linux and macOS. Where the two differ, each way is a function of its own, chosen at the end of its section.

Whatever one function needs is imported by it: every command passes through here, and needs two or three of them.
"""

from __future__ import annotations

import os
import stat
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import asyncio
    import socket
    import subprocess
    from collections.abc import Callable
    from typing import Any, Protocol, TypeVar

    _S = TypeVar("_S", bound=_socket.socket)

    class ProcessHandle(Protocol):
        """A process that is not our child, held on to until `close`."""

        def wait(self, timeout: float) -> bool:
            """Return whether it is gone, after `timeout` seconds at most."""

        def end(self, *, at_once: bool) -> None:
            """End it by SIGTERM, or by SIGKILL if `at_once`. Does nothing when it is gone already."""

        def close(self) -> None:
            """Let go of it."""


# --- time ------------------------------------------------------------------------------------------------------


def elapsed() -> float:
    """Return the seconds since some moment, with those for which the machine slept; nobody can set this clock."""
    # macOS counts sleep in its CLOCK_MONOTONIC.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


# --- files -----------------------------------------------------------------------------------------------------

#: For `os.open`: read what is there without waiting for another end of it, and become no terminal's process.
READ_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
#: For `os.open`: fail rather than follow a link at the end of the path.
NOFOLLOW = os.O_NOFOLLOW
#: For `mallopt`, from <malloc.h>.
_M_MMAP_THRESHOLD = -3


def user() -> int:
    """Return who runs this process, as a number for messages."""
    return os.getuid()


def is_mine(found: os.stat_result) -> bool:
    """Return whether a file belongs to the user of this process."""
    return found.st_uid == os.getuid()


def is_trusted_owner(found: os.stat_result) -> bool:
    """Return whether Git would believe what is in a file because of whose it is: ours, or under sudo the user's."""
    return is_mine(found) or (os.geteuid() == 0 and os.environ.get("SUDO_UID") == str(found.st_uid))


def is_open_to_others(found: os.stat_result) -> bool:
    """Return whether anybody else may do anything with a file."""
    return bool(found.st_mode & 0o077)


def copy_mode(descriptor: int, mode: int) -> None:
    """Give an open file the permissions of another one, whose `st_mode` is `mode`."""
    os.fchmod(descriptor, stat.S_IMODE(mode))


def default_runtime_directory() -> str:
    """Return where the files of a running daemon are by default."""
    # XDG Base Directory Specification: a runtime directory that is not the user's own is none (sudo passes on ours).
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{os.getuid()}"):
        if os.path.isabs(parent) and _is_my_directory(parent):
            return os.path.join(parent, "gtod")
    return f"/tmp/gtod-{os.getuid()}"  # noqa: S108  (created 0700 and checked before use)


def _is_my_directory(path: str) -> bool:
    try:
        found = os.stat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and is_mine(found)


# --- locks: the kernel gives them back however a process ends --------------------------------------------------


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this descriptor alone, without waiting; False when it is locked."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(descriptor: int) -> bool:
    """Return whether somebody else has locked an open file, looked at without disturbing anybody else who looks."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def release_lock(path: str | os.PathLike[str], descriptor: int) -> None:
    """Remove the locked file at `path` and give the lock back, in this order: a process that waited finds it gone."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    finally:
        os.close(descriptor)


def publish(temporary: str | os.PathLike[str], path: str | os.PathLike[str]) -> int:
    """Move a file to the place where others look for it, locked: as long as we live, and whole. Return the lock."""
    import fcntl

    descriptor = os.open(temporary, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.replace(temporary, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


# --- sockets ---------------------------------------------------------------------------------------------------

#: Whether Python has sockets of the file system here.
UNIX_SOCKETS = True


def listen_unix(path: str, backlog: int) -> socket.socket:
    """Return a unix socket that listens at `path`, for its owner only.

    Raises:
        OSError: it cannot.

    """
    import socket

    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(path)
        os.chmod(path, 0o600)
        listening.listen(backlog)
    except BaseException:
        listening.close()
        raise
    return listening


def connect_unix(path: str, timeout: float) -> socket.socket:
    """Connect to the unix socket `path`, and wait `timeout` seconds for room in its queue.

    Raises:
        BlockingIOError: there was none.
        OSError: any other reason.

    """
    import socket

    return _connected(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path, timeout)


def connect_bare_unix(path: str, timeout: float) -> _socket.socket:
    """As `connect_unix`, by the socket within Python's own: the module around it loads fifteen others (10 ms)."""
    import _socket

    return _connected(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM), path, timeout)


def _connected(connection: _S, path: str, timeout: float) -> _S:
    from _socket import SO_SNDTIMEO, SOL_SOCKET

    try:
        # Not settimeout(): on a socket that does not block, connect() fails at once when the queue is full (EAGAIN),
        # and a burst of commands would be told that a healthy daemon is gone. SO_SNDTIMEO makes connect() wait.
        if timeout > 0:
            connection.setsockopt(SOL_SOCKET, SO_SNDTIMEO, _timeval(timeout))
        else:
            connection.setblocking(False)
        connection.connect(path)
        connection.setblocking(True)
        connection.setsockopt(SOL_SOCKET, SO_SNDTIMEO, _timeval(0))
    except BaseException:
        connection.close()
        raise
    return connection


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    width = 8 if sys.maxsize > 1 << 32 else 4  # of a C long
    parts = (whole, int((seconds - whole) * 1_000_000))
    return b"".join(part.to_bytes(width, sys.byteorder) for part in parts)


def linux_peer(connection: _socket.socket) -> tuple[int, int]:
    """`peer` by SO_PEERCRED (unix(7))."""
    import _socket

    option = getattr(_socket, "SO_PEERCRED", 17)
    pid, owner, _group = memoryview(connection.getsockopt(_socket.SOL_SOCKET, option, 12)).cast("i")
    return pid, owner


def macos_peer(connection: _socket.socket) -> tuple[int, int]:
    """`peer` by LOCAL_PEERCRED and LOCAL_PEERPID (macOS: <sys/un.h>, <sys/ucred.h>, `struct xucred`)."""
    import struct

    local, peercred, peerpid = 0, 0x001, 0x002
    layout = "IIh2x16I"
    version, owner, *_groups = struct.unpack(layout, connection.getsockopt(local, peercred, struct.calcsize(layout)))
    if version != 0:
        raise OSError(f"the system describes the peer of a socket in version {version} of its structure, not 0")
    (pid,) = struct.unpack("i", connection.getsockopt(local, peerpid, struct.calcsize("i")))
    return pid, owner


def peer(connection: _socket.socket) -> tuple[int, int]:
    """Process and user at the other end of a unix socket, as the kernel noted them when it was connected."""
    return linux_peer(connection) if sys.platform == "linux" else macos_peer(connection)


def reset_at_end(connection: socket.socket) -> None:
    """Reset a TCP connection when it ends, in place of closing it, also when its process ends.

    Closed, it would look to the other end like one that only sends no more, and what runs for us would go on.
    """
    import socket
    import struct

    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up_check(connection: Any) -> Callable[[], bool]:
    """Return what says whether the other end of a socket is closed in both directions; it is asked at every read.

    False for a transport without a socket. Over TCP a client that is gone looks like one that only sends no more,
    unless its connection was reset, as the connections of our own clients are when they end.
    """
    if connection is None or connection.fileno() < 0:
        return lambda: False
    import select

    poll = select.poll()
    # POLLHUP is told unasked. On macOS it would also tell of the one direction if reading were asked about.
    poll.register(connection.fileno(), select.POLLOUT)
    gone = select.POLLHUP | select.POLLERR

    def is_hung_up() -> bool:
        return connection.fileno() >= 0 and any(events & gone for _, events in poll.poll(0))

    return is_hung_up


def has_unread(connection: Any) -> bool:
    """Whether something has come over a socket that nobody has read yet, if only its end. False without a socket."""
    if connection is None or connection.fileno() < 0:
        return False
    import select

    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


# --- processes -------------------------------------------------------------------------------------------------

#: For `subprocess.Popen`: a program without our terminal, which `end_group` ends with all that it started.
OWN_GROUP: dict[str, Any] = {"start_new_session": True}
#: Whether it can be waited for what several pipes bring, without a thread for each.
POLLS_PIPES = True
#: For `subprocess.Popen`: a program that outlives us and our terminal.
OWN_SESSION: dict[str, Any] = {"start_new_session": True}


def end_group(process: subprocess.Popen[bytes], *, at_once: bool) -> None:
    """End a program that was started with `OWN_GROUP`, and all that it started; if `at_once`, by force.

    Gone already: nothing.
    """
    import signal

    try:
        os.killpg(process.pid, signal.SIGKILL if at_once else signal.SIGTERM)
    except (ProcessLookupError, PermissionError):  # macOS: the latter for a group of zombies
        return


def detach() -> None:
    """Go on as a process without parent, terminal or working directory of the starter's.

    To be called before any thread exists. The process that calls it ends here, and its child goes on: were it the
    starter's child, it would stay a zombie in, say, a notebook until that ends. The working directory is left so that
    no folder is kept from being renamed or unmounted. The starter's umask is kept: tags, objects and annotation files
    are to be readable by whom those of its own git are.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork():
        os._exit(0)
    os.chdir("/")


def reap_starter(process: subprocess.Popen[bytes]) -> int | None:
    """Return the exit code of a program that was started and has called `detach`; it is not the one that goes on."""
    return process.wait()


def take_descriptors(most: int) -> None:
    """Allow up to `most` open files, as far as the system permits."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def return_freed_memory(least: int) -> None:
    """Return freed blocks of `least` bytes and more to the system.

    glibc raises that size to 32 MiB as such blocks are freed, and holds on to the holes between those still in use.
    """
    import ctypes
    from contextlib import suppress

    with suppress(AttributeError):  # musl and macOS have no mallopt, and no size that grows
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, least)


def trim_memory() -> None:
    """Return to the system what is freed and unused of this process's memory, wherever it lies."""
    import ctypes
    from contextlib import suppress

    with suppress(AttributeError):  # musl and macOS have no malloc_trim
        ctypes.CDLL(None).malloc_trim(0)


def on_end(loop: asyncio.AbstractEventLoop, ask: Callable[[str], None]) -> Callable[[], None]:
    """Call `ask` with the name of each signal that asks this process to end. Return a function that stops it."""
    import signal

    signals = [signal.Signals(number) for number in end_signals()]
    for number in signals:
        loop.add_signal_handler(number, ask, number.name)

    def undo() -> None:
        for number in signals:
            loop.remove_signal_handler(number)

    return undo


def end_signals() -> tuple[int, ...]:
    """Return the signals that ask a process to end, of a terminal or of somebody else."""
    import signal

    return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def hold(pid: int) -> ProcessHandle | None:
    """Hold on to a process of this user; None when it is gone."""
    if sys.platform == "linux":
        try:
            return HeldProcess(pid)
        except ProcessLookupError:
            return None
        except OSError:  # a kernel, or a sandbox, without pidfd_open
            pass
    process = NumberedProcess(pid)
    return None if process.wait(0) else process


if sys.platform == "linux":

    class HeldProcess:
        """A `ProcessHandle` by a descriptor (pidfd_open(2)), which never means another process."""

        def __init__(self, pid: int) -> None:
            self._descriptor = os.pidfd_open(pid)

        def wait(self, timeout: float) -> bool:
            """See `ProcessHandle`."""
            import select

            # poll, not select: a notebook may have more than 1024 files open.
            poller = select.poll()
            poller.register(self._descriptor, select.POLLIN)
            return bool(poller.poll(timeout * 1000))

        def end(self, *, at_once: bool) -> None:
            """See `ProcessHandle`."""
            import signal

            try:
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL if at_once else signal.SIGTERM)
            except ProcessLookupError:
                return  # it ended between the wait and the signal; the next wait says so

        def close(self) -> None:
            """See `ProcessHandle`."""
            os.close(self._descriptor)


class NumberedProcess:
    """A `ProcessHandle` that polls a process number. The system could reuse it, though hardly within seconds."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def wait(self, timeout: float) -> bool:
        """See `ProcessHandle`."""
        import time

        deadline = time.monotonic() + timeout
        while True:
            try:
                os.kill(self._pid, 0)
            except ProcessLookupError:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)

    def end(self, *, at_once: bool) -> None:
        """See `ProcessHandle`."""
        import signal

        try:
            os.kill(self._pid, signal.SIGKILL if at_once else signal.SIGTERM)
        except ProcessLookupError:
            return

    def close(self) -> None:
        """See `ProcessHandle`."""
