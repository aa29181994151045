"""The lock that makes a process the one daemon: an `flock` held for as long as it lives.

The kernel releases it however the process ends, so there is no stale lock. The file is removed at the end, under the
lock. That is safe because `acquire` checks after locking whether the locked file is still the one at the path. A
process that had opened the removed file gets its lock, finds that it means nothing, and opens the new file.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.identity import is_same_file
from gto_daemon.daemon.lifecycle.refusal import CannotServe

#: Seconds between two looks at a lock that another process holds while it starts or ends.
_PAUSE = 0.02


class Lock:
    """The held lock. Made by `acquire` only."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, path: Path) -> Self | None:
        """Acquire the lock without waiting; return None if another process has it.

        Raises:
            CannotServe: the file cannot be made.

        """
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | platform.NOFOLLOW, 0o600)
            except OSError as error:
                raise CannotServe(f"cannot open the lock {path}: {error.strerror}; remove it") from error
            if not platform.try_lock(descriptor):
                os.close(descriptor)
                return None
            if is_same_file(path, os.fstat(descriptor)):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, b"%d\n" % os.getpid())
                return cls(path, descriptor)
            os.close(descriptor)

    def is_ours(self) -> bool:
        """Return whether the file at the path is the locked one; if not, another daemon may lock it."""
        return self._descriptor is not None and is_same_file(self._path, os.fstat(self._descriptor))

    def release(self) -> None:
        """Remove the file, if it is ours, and give the lock back. Once given back, this does nothing."""
        if self._descriptor is None:
            return
        descriptor, ours = self._descriptor, self.is_ours()
        self._descriptor = None
        if ours:
            platform.release_lock(self._path, descriptor)
        else:
            os.close(descriptor)


def claim(path: Path, is_served: Callable[[], bool], patience: float) -> Lock | None:
    """Return the lock, or None if another daemon serves.

    Another process that holds the lock and does not serve is starting or ending: it is waited for, `patience` seconds.

    Raises:
        CannotServe: the other one does neither start nor end, or the file cannot be made.

    """
    deadline = time.monotonic() + patience
    while True:
        lock = Lock.acquire(path)
        served = True
        try:
            # Checked even while holding the lock: the file of a healthy daemon may have been removed.
            served = is_served()
        finally:
            if served and lock is not None:
                lock.release()
        if served:
            return None
        if lock is not None:
            return lock
        if time.monotonic() > deadline:
            raise CannotServe(
                f"another daemon (process {_holder(path)}) holds {path} but has not served for {patience:g} s; end it"
            )
        time.sleep(_PAUSE)


def _holder(path: Path) -> str:
    try:
        return path.read_text().strip() or "unknown"
    except OSError:
        return "unknown"
