"""Clones of repositories given as a URL: kept in the user's cache, and updated on each use.

A clone is made beside its place and renamed into it, so it is always complete, even if a process is killed. Changes in
a clone are pushed, or lost with the next update.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gto_daemon.daemon.acts.lock import NESTED_TIMEOUT, told
from gto_daemon.daemon.live.clones import clones_directory, is_marked, put_clone, remove_unfinished
from gto_daemon.daemon.locks import LockRecord, file_lock
from gto_daemon.daemon.private_dirs import NotPrivateError, check_private, make_private
from gto_daemon.daemon.task_context import ActContext, TaskContext
from gto_daemon.git.clone import begin_clone, clone_git, update_clone
from gto_daemon.git.remote_failures import without_credentials
from gto_daemon.git.remote_url import checked_url
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import CloneResult

log = logging.getLogger(__name__)

#: Seconds to wait for another clone or update of the same repository.
CLONE_TIMEOUT = 600.0


def follow_remote(running: TaskContext, url: str) -> "CloneResult":
    """Clone a repository, or update the clone that there is.

    Raises:
        RegistryError: `UnsupportedUrl`, `CacheUnusable`, and what a remote refuses.
        CancelledError: it was cancelled.

    """
    url = checked_url(url)
    clones = clones_directory(running.environment)
    if clones is None:
        raise _unusable(Path(".cache"), "there is no absolute HOME, nor XDG_CACHE_HOME, to find it by")
    try:
        make_private(clones)
        place = clones / hashlib.sha256(os.fsencode(url)).hexdigest()[:40]
        with _alone(place, running) as nested:
            # Within an act in the clone: an update would take away what that made and has not pushed yet.
            cloned, changed = (False, False) if nested and place.exists() else _followed(running, url, place)
    except OSError as error:
        where = Path(error.filename) if isinstance(error, NotPrivateError) else clones
        raise _unusable(where, error.strerror or str(error)) from error
    return {"repo": str(place.resolve()), "url": without_credentials(url), "cloned": cloned, "changed": changed}


@contextmanager
def clone_lock(acting: ActContext) -> Iterator[None]:
    """Prevent updates from removing anything that was created in a clone of ours and is not pushed yet.

    Other repositories are never updated, so there is nothing to wait for.

    Raises:
        RegistryError: `CacheUnusable`: another process has had it for too long.
        CancelledError: it was cancelled.

    """
    layout = acting.worktree.layout
    if not is_marked(layout):
        yield
        return
    with _alone(layout.common, acting):
        yield


def _followed(running: TaskContext, url: str, place: Path) -> tuple[bool, bool]:
    remove_unfinished(place)
    if place.exists():
        check_private(place)
        git = clone_git(place, running.programs_environment, running.cancellation)
        try:
            return False, update_clone(git, url, running.progress)
        except RegistryError as error:
            if error.kind != "GitFailed":
                raise
            # A git that was killed may leave locks behind. This is a cache: a new clone takes its place.
            log.info("'%s' is cloned anew: %s", place, error)
    _clone(running, url, place)
    return True, True


def _clone(running: TaskContext, url: str, place: Path) -> None:
    def fill(new: Path) -> None:
        git = clone_git(new, running.programs_environment, running.cancellation)
        begin_clone(git, url)
        update_clone(git, url, running.progress)

    put_clone(place, fill)


@contextmanager
def _alone(place: Path, running: TaskContext) -> Iterator[bool]:
    """Hold the lock of the clone; yield whether an enclosing act holds it already."""

    def give_up(waited: float, for_holder: float, by: LockRecord | None) -> RegistryError | None:
        # The holder of the lock waits for a remote.
        if waited <= CLONE_TIMEOUT and not (running.holder.outer and for_holder > NESTED_TIMEOUT):
            return None
        return _unusable(place, f"it has been in use for {waited:.0f} s{told(by)}", retryable=True)

    lock = place.with_name(f"{place.name}.lock")
    with file_lock(lock, running.holder, running.cancellation, give_up, patience=CLONE_TIMEOUT) as held:
        yield held.is_nested


def _unusable(path: Path, reason: str, *, retryable: bool = False) -> RegistryError:
    return RegistryError(
        "CacheUnusable",
        f"'{path}' cannot be used for clones: {reason}",
        hint="Try again later."
        if retryable
        else "Set XDG_CACHE_HOME to a directory of yours, with room for the repository.",
        retryable=retryable,
        path=str(path),
    )
