"""One act at a time on a repository, among all processes of this user's gtod.

Two tags with one counter (`c#prod#5`, `c#dev#5`) are no conflict to Git, so giving out numbers needs a lock of our own.
It is a file in the runtime directory, never in the repository, named after the directory that it stands for.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from gto_daemon.daemon.repository import directory_identity, gone
from gto_daemon.git.layout import Layout
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError

#: Seconds to wait for an act before ours: long enough for somebody to type the passphrase of a key.
PATIENCE = 120.0
_SHORTEST, _LONGEST = 0.001, 0.05


@contextmanager
def one_act_at_a_time(runtime: Path, layout: Layout, cancellation: Cancellation) -> Iterator[None]:
    """Be the only act on this repository within the context.

    Raises:
        RegistryError: `ActInProgress` after `PATIENCE` seconds, `NotARepository`.
        CancelledError: the act is not wanted any more.

    """
    identity = directory_identity(layout.common)
    if identity is None:
        raise gone(layout.repo)
    path = runtime / f"act-{identity[0]:x}-{identity[1]:x}.lock"
    descriptor = _acquire(path, layout, cancellation)
    try:
        yield
    finally:
        # While it is held: whoever waits for this file finds out that it is not at its place any more.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path, layout: Layout, cancellation: Cancellation) -> int:
    deadline = monotonic() + PATIENCE
    pause = _SHORTEST
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        else:
            if _is_at(descriptor, path):
                return descriptor
            os.close(descriptor)
            continue
        if monotonic() > deadline:
            raise RegistryError(
                "ActInProgress",
                f"Another act on '{layout.repo}' has not ended within {PATIENCE:.0f} s",
                hint="It may wait for a hook, or for the passphrase of a signing key. Nothing was done.",
                retryable=True,
                path=layout.repo,
            )
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
