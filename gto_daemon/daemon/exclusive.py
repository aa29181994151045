"""One at a time among all processes of this user's gtod: a file that is held for as long as something is done."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from gto_daemon import platform
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError

_SHORTEST, _LONGEST = 0.001, 0.05


@contextmanager
def exclusive(
    path: Path, cancellation: Cancellation, *, patience: float, refusal: Callable[[], RegistryError]
) -> Iterator[None]:
    """Be the only one to hold the file `path` within the context. The kernel lets go of it when a process dies.

    Args:
        path: made if need be, and gone afterwards. Its directory is ours alone.
        cancellation: ends the waiting.
        patience: seconds to wait for others.
        refusal: what is raised after them.

    Raises:
        RegistryError: the refusal.
        CancelledError: it is not wanted any more.
        OSError: the file cannot be made.

    """
    descriptor = _acquire(path, cancellation, patience, refusal)
    try:
        yield
    finally:
        # Whoever waits for this file finds out that it is not at its place any more.
        platform.let_go(path, descriptor)


def remove_abandoned(path: Path) -> bool:
    """Remove such a file if nobody holds it: its process was killed. Answers whether it did.

    Raises:
        OSError: it cannot be opened or removed.

    """
    try:
        descriptor = os.open(path, os.O_RDWR | platform.NOFOLLOW)
    except FileNotFoundError:
        return False
    if platform.try_lock(descriptor) and _is_at(descriptor, path):
        platform.let_go(path, descriptor)
        return True
    os.close(descriptor)
    return False


def _acquire(path: Path, cancellation: Cancellation, patience: float, refusal: Callable[[], RegistryError]) -> int:
    deadline = monotonic() + patience
    pause = _SHORTEST
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | platform.NOFOLLOW, 0o600)
        try:
            locked = platform.try_lock(descriptor)
            if locked and _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if locked:
            continue
        if monotonic() > deadline:
            raise refusal()
        cancellation.wait(pause)
        pause = min(pause * 2, _LONGEST)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the file that is held is the one that others find."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)
