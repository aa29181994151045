"""Git's own lock files: what somebody is changing right now, or was when it was killed."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.git.layout import Layout
from gto_daemon.registry.locks import LockFile

#: Files that are looked at below `refs`, and how deep.
MAX_LOOKED_AT = 200_000
MAX_DEPTH = 64
_SUFFIX = ".lock"
#: In the common directory: all refs, or the configuration, wait for them. The second is left by a git that was killed.
_COMMON = ("packed-refs.lock", "packed-refs.new", "config.lock", "shallow.lock", "reftable/tables.list.lock")
#: In that of the checkout.
_OWN = ("HEAD.lock", "index.lock")


def lock_files(layout: Layout) -> list[LockFile]:
    """Return the lock files of a checkout and of the repository's refs, with their ages. Links are not followed."""
    now = time.time()
    found = []
    for path in _candidates(layout):
        try:
            status = path.lstat()
        except OSError:
            continue  # there is none, or its git took it away
        found.append(LockFile(str(path), max(0, round(now - status.st_mtime))))
    return sorted(found, key=lambda lock: lock.path)


def _candidates(layout: Layout) -> Iterator[Path]:
    roots = dict.fromkeys((layout.common, layout.git_dir))
    for root in roots:
        yield from _below(root / "refs")
    for name in _COMMON:
        yield layout.common / name
    for name in _OWN:
        yield layout.git_dir / name
    yield from layout.git_dir.glob(f"next-index-*{_SUFFIX}")


def _below(root: Path) -> Iterator[Path]:
    waiting = [(os.fspath(root), 0)]
    left = MAX_LOOKED_AT
    while waiting:
        directory, depth = waiting.pop()
        try:
            entries = os.scandir(directory)
        except OSError:
            continue  # gone, or closed to us: that is another finding
        with entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    return
                if entry.is_dir(follow_symlinks=False):
                    if depth < MAX_DEPTH:
                        waiting.append((entry.path, depth + 1))
                elif entry.name.endswith(_SUFFIX):
                    yield Path(entry.path)
