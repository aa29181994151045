"""The kernel's own events about folders, inotify(7), which wake an event loop when something happens and never else.

Three functions of the C library are called as they are: what packages add to them (walks, filters, names as text, reads
that wait) is not wanted here. Only Linux has them.
"""

import ctypes
import os
import select
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import asyncio

#: From <sys/inotify.h>: what is done to the entries of a folder, and to the folder itself. Not IN_MODIFY: who writes
#: a file closes it, and a log that is written all the time would wake its watcher all the time.
_ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_ONLYDIR = 0x0100_0000
_WANTED = _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLYDIR
_OVERFLOW, _IGNORED = 0x4000, 0x8000

_HEAD = struct.Struct("iIII")
#: Bytes that are read at once: two thousand events, which is a millisecond of work.
_READ = 1 << 16


class FolderEvent(NamedTuple):
    """Something that was done in a folder that is watched, or to it (then `name` is empty)."""

    watch: int
    mask: int
    name: bytes

    @property
    def is_overflow(self) -> bool:
        """Whether events were dropped, of whatever folders."""
        return bool(self.mask & _OVERFLOW)

    @property
    def is_last(self) -> bool:
        """Whether the watch has ended: its folder is gone."""
        return bool(self.mask & _IGNORED)

    @property
    def is_move(self) -> bool:
        """Whether the folder that is watched has another path now."""
        return bool(self.mask & _MOVE_SELF)


class Inotify:
    """A queue of events. A user may have 128 of them, so that a process should have one."""

    def __init__(self) -> None:
        """Open it.

        Raises:
            OSError: the limit of queues or of descriptors is reached.

        """
        self._library = ctypes.CDLL(None, use_errno=True)
        self._queue: int = _checked(self._library.inotify_init1(_flags()))
        #: Whether all events were read. The kernel adds one before the call that caused it returns.
        self.is_empty = _emptiness(self._queue)

    def add(self, folder: str) -> int:
        """Watch a folder, and return the number of the watch: the same one for another path of the same folder.

        Raises:
            OSError: it is no folder, may not be read, or the limit of watches is reached.

        """
        return _checked(self._library.inotify_add_watch(self._queue, os.fsencode(folder), _WANTED))

    def remove(self, watch: int) -> None:
        """End a watch; one that has ended by itself may be ended again."""
        self._library.inotify_rm_watch(self._queue, watch)

    def read_by(self, loop: "asyncio.AbstractEventLoop", tell: Callable[[list[FolderEvent]], None]) -> None:
        """Call `tell` in the loop whenever there are events."""
        loop.add_reader(self._queue, lambda: tell(self.read()))

    def close(self, loop: "asyncio.AbstractEventLoop") -> None:
        """End all watches."""
        loop.remove_reader(self._queue)
        os.close(self._queue)

    def read(self) -> list[FolderEvent]:
        """Return the events that wait, or the first of very many."""
        try:
            data = os.read(self._queue, _READ)
        except BlockingIOError:
            return []
        events, start = [], 0
        while start < len(data):
            watch, mask, _, length = _HEAD.unpack_from(data, start)
            start += _HEAD.size
            events.append(FolderEvent(watch, mask, data[start : start + length].rstrip(b"\0")))
            start += length
        return events


def has_inotify() -> bool:
    """Return whether this system has it, and what it is used with: its C library can be called, and poll(2)."""
    return sys.platform == "linux" and hasattr(select, "poll") and hasattr(ctypes.CDLL(None), "inotify_init1")


def _flags() -> int:
    if sys.platform == "win32":
        return 0
    else:  # noqa: RET505  (mypy takes it for unreachable otherwise)
        return os.O_NONBLOCK | os.O_CLOEXEC


def _emptiness(queue: int) -> Callable[[], bool]:
    if sys.platform == "win32":
        return lambda: False
    else:  # noqa: RET505  (as above)
        poll = select.poll()
        poll.register(queue, select.POLLIN)
        return lambda: not poll.poll(0)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
