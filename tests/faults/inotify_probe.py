"""Another inotify queue over the same directory, to see in it what a watcher's queue must have seen too."""

import ctypes
import os
import struct
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
#: What `watchfiles` (its notify) asks for, in <sys/inotify.h>'s numbers: every change of entries and their content.
_CHANGES = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800
_OVERFLOW = 0x4000
_HEAD = struct.Struct("iIII")


class InotifyProbe:
    """Watches one directory, and does not look until it is asked."""

    def __init__(self, directory: Path) -> None:
        self._queue = _LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        assert self._queue >= 0, os.strerror(ctypes.get_errno())
        watch = _LIBC.inotify_add_watch(self._queue, os.fsencode(directory), _CHANGES)
        assert watch >= 0, os.strerror(ctypes.get_errno())

    def overflows(self) -> int:
        """How often the kernel says in this queue that it had to drop events. Ends the watch."""
        seen = 0
        try:
            while True:
                data = os.read(self._queue, 1 << 16)
                while data:
                    _, mask, _, length = _HEAD.unpack_from(data)
                    seen += bool(mask & _OVERFLOW)
                    data = data[_HEAD.size + length :]
        except BlockingIOError:
            return seen
        finally:
            os.close(self._queue)
