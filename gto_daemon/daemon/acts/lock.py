"""One act at a time on a repository, among all processes of this user's gtod.

Two tags with one counter (`c#prod#5`, `c#dev#5`) are no conflict to Git, so giving out numbers needs a lock of our own.
It is a file in the runtime directory, never in the repository, named after the directory that it stands for.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gto_daemon.daemon.exclusive import exclusive
from gto_daemon.daemon.repository import directory_identity, gone
from gto_daemon.git.layout import Layout
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError

#: What the names of such files look like.
LOCKS = "act-*.lock"
#: Seconds to wait for an act before ours: long enough for somebody to type the passphrase of a key.
PATIENCE = 120.0


@contextmanager
def one_act_at_a_time(runtime: Path, layout: Layout, cancellation: Cancellation) -> Iterator[None]:
    """Be the only act on this repository within the context.

    Raises:
        RegistryError: `ActInProgress` after `PATIENCE` seconds, `NotARepository`, `RuntimeDirectoryUnusable`.
        CancelledError: the act is not wanted any more.

    """
    identity = directory_identity(layout.common)
    if identity is None:
        raise gone(layout.repo)
    path = runtime / f"act-{identity[0]:x}-{identity[1]:x}.lock"
    with ExitStack() as held:
        try:
            held.enter_context(exclusive(path, cancellation, patience=PATIENCE, refusal=lambda: _in_progress(layout)))
        except OSError as error:
            raise _unusable(path, error) from error
        yield


def _in_progress(layout: Layout) -> RegistryError:
    return RegistryError(
        "ActInProgress",
        f"Another act on '{layout.repo}' has not ended within {PATIENCE:.0f} s",
        hint="It may wait for a hook, or for the passphrase of a signing key. Nothing was done.",
        retryable=True,
        path=layout.repo,
    )


def _unusable(path: Path, error: OSError) -> RegistryError:
    return RegistryError(
        "RuntimeDirectoryUnusable",
        f"The lock '{path}' cannot be made: {error.strerror or error}",
        hint="See that there is room in that directory, or set GTOD_RUNTIME_DIR to another one. Nothing was done.",
        retryable=True,
    )
