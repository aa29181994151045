"""Linux as the `windows` branch of `gto_daemon.platform` finds it: what Windows lacks is gone, what it has is here.

On the PYTHONPATH of a process this runs before anything else. It shows that all of gtod, daemon and commands, gets by
with the branch for Windows and asks nothing else of POSIX. It does not show what the real Windows does.
"""

import asyncio
import fcntl
import functools
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import types
from typing import Any

_flock, _poll, _pidfd_open, _pidfd_send = fcntl.flock, select.poll, os.pidfd_open, signal.pidfd_send_signal
_SIGKILL = signal.SIGKILL
# Windows makes pairs of TCP sockets; to asyncio, which wakes itself by one, they are the same.
socket.socketpair = functools.partial(socket.socketpair, socket.AF_UNIX)  # type: ignore[assignment]


def _module(name: str, **members: Any) -> None:
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


def _locking(descriptor: int, mode: int, size: int) -> None:
    if os.lseek(descriptor, 0, os.SEEK_CUR) != 1 << 30 or size != 1:
        raise AssertionError("a byte is locked that somebody may want to read")
    try:
        _flock(descriptor, {0: fcntl.LOCK_UN, 1: fcntl.LOCK_EX, 2: fcntl.LOCK_EX | fcntl.LOCK_NB}[mode])
    except BlockingIOError as error:
        raise PermissionError(13, "Permission denied") from error


def _open_process(access: int, inherit: bool, pid: int) -> int:
    try:
        return _pidfd_open(pid)
    except ProcessLookupError as error:
        raise OSError(22, "The parameter is incorrect") from error


def _wait_for_single_object(handle: int, milliseconds: int) -> int:
    poll = _poll()
    poll.register(handle, select.POLLIN)
    return 0 if poll.poll(milliseconds) else 258


def _terminate_process(handle: int, code: int) -> None:
    try:
        _pidfd_send(handle, _SIGKILL)
    except ProcessLookupError as error:
        raise PermissionError(13, "Access is denied") from error


def _setsockopt(self: socket.socket, level: int, option: int, value: Any) -> None:
    if (level, option) == (socket.SOL_SOCKET, socket.SO_LINGER):
        value = struct.pack("ii", *struct.unpack("hh", value))  # `struct linger` of either system
    super(socket.socket, self).setsockopt(level, option, value)


def _no_such_thing(*_arguments: Any) -> None:
    raise NotImplementedError


socket.socket.setsockopt = _setsockopt  # type: ignore[method-assign, assignment]
_module("msvcrt", LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2, locking=_locking)
_module(
    "_winapi",
    OpenProcess=_open_process,
    WaitForSingleObject=_wait_for_single_object,
    TerminateProcess=_terminate_process,
    CloseHandle=os.close,
    WAIT_OBJECT_0=0,
)

# Loaded while the world is whole: the standard library of Windows does without by itself.
import hmac  # noqa: E402, F401
import logging.handlers  # noqa: E402, F401
import secrets  # noqa: E402, F401
import tempfile  # noqa: E402, F401

import gto_daemon.platform  # noqa: E402
from gto_daemon.platform import windows  # noqa: E402

for name in gto_daemon.platform.__all__:
    setattr(gto_daemon.platform, name, getattr(windows, name))
for owner, names in {
    os: "fork getuid geteuid getgid killpg setsid getsid fchmod chown pidfd_open O_NOFOLLOW O_CLOEXEC O_NONBLOCK",
    socket: "AF_UNIX SO_PEERCRED",
    select: "poll",
    signal: "SIGHUP SIGKILL pidfd_send_signal",
}.items():
    for each in names.split():
        delattr(owner, each)
fcntl.flock = _no_such_thing  # type: ignore[assignment]
os.kill = _no_such_thing  # type: ignore[assignment]  (on Windows os.kill(pid, 0) presses Ctrl-C)
asyncio.SelectorEventLoop.add_signal_handler = _no_such_thing  # type: ignore[assignment]
_really = subprocess.Popen.__init__


def _popen(self: Any, *arguments: Any, **options: Any) -> None:
    if options.keys() & {"pass_fds", "preexec_fn", "start_new_session"}:
        raise ValueError("not supported on Windows")
    _really(self, *arguments, **options)


subprocess.Popen.__init__ = _popen  # type: ignore[method-assign]
