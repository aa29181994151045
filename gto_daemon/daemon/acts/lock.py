"""One act at a time on a repository, among all processes of this user's gtod.

Two tags with one counter (`c#prod#5`, `c#dev#5`) do not conflict in Git, so assigning numbers needs a lock of our own.
It is a file in the runtime directory, never in the repository, named after the directory that it protects.

Every wait is limited. An act that a hook of another act runs is nested in that act; if it has to wait for a third act,
it gives up soon, because a hook of that one may be waiting for ours.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gto_daemon.daemon.live.directories import gone
from gto_daemon.daemon.locks import LockRecord, file_lock
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.layout import Layout, directory_identity
from gto_daemon.registry.errors import RegistryError

#: What the names of such files look like.
LOCKS = "act-*.lock"
#: Seconds to wait for all acts before ours.
QUEUE_TIMEOUT = 120.0
#: Seconds for one act that holds the lock: more than it takes, but for its hooks.
ACT_TIMEOUT = 10.0
#: Seconds for one that may wait for somebody to type the passphrase of a key, or for the hooks of a commit.
SLOW_ACT_TIMEOUT = 120.0
#: Seconds for an act in a hook to wait for one that it is not within.
NESTED_TIMEOUT = 5.0


@contextmanager
def one_act_at_a_time(acting: ActContext, *, slow: bool) -> Iterator[Callable[[], None]]:
    """Make this the only act on the repository within the context, except for acts that its own hooks run.

    Args:
        acting: the act.
        slow: whether it may wait for a remote or a person.

    Yields:
        What says that it may, where that is not known before.

    Raises:
        RegistryError: `ActInProgress`, `NotARepository`, `RuntimeDirectoryUnusable`.
        CancelledError: the act was cancelled.

    """
    layout, holder = acting.worktree.layout, acting.holder
    identity = directory_identity(layout.common)
    if identity is None:
        raise gone(layout.repo)
    path = acting.runtime / f"act-{identity[0]:x}-{identity[1]:x}.lock"

    def give_up(waited: float, for_holder: float, by: LockRecord | None) -> RegistryError | None:
        patience = NESTED_TIMEOUT if holder.outer else by.patience if by is not None else ACT_TIMEOUT
        return _in_progress(layout, waited, by) if waited > QUEUE_TIMEOUT or for_holder > patience else None

    patience = SLOW_ACT_TIMEOUT if slow else ACT_TIMEOUT
    with ExitStack() as held:
        try:
            lock = held.enter_context(file_lock(path, holder, acting.cancellation, give_up, patience=patience))
        except OSError as error:
            raise _unusable(path, error) from error
        yield lambda: lock.ask_patience(SLOW_ACT_TIMEOUT)


def told(by: LockRecord | None) -> str:
    """Describe who holds a lock, as the end of a clause."""
    if by is None:
        return ""
    return f" (process {by.pid}, since {datetime.fromtimestamp(by.since, UTC):%H:%M:%S} UTC)"


def _in_progress(layout: Layout, waited: float, by: LockRecord | None) -> RegistryError:
    return RegistryError(
        "ActInProgress",
        f"Another act on '{layout.repo}'{told(by)} has not ended within {waited:.0f} s",
        hint="It may wait for a hook, or for the passphrase of a signing key. Nothing was done.",
        retryable=True,
        path=layout.repo,
        pid=by.pid if by is not None else None,
        since=datetime.fromtimestamp(by.since, UTC).isoformat() if by is not None else None,
    )


def _unusable(path: Path, error: OSError) -> RegistryError:
    return RegistryError(
        "RuntimeDirectoryUnusable",
        f"The lock '{path}' cannot be made: {error.strerror or error}",
        hint="See that there is room in that directory, or set GTOD_RUNTIME_DIR to another one. Nothing was done.",
        retryable=True,
    )
