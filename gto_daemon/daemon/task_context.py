"""The context of an act: the checkout, the client's environment, Git, and cancellation.

An act runs in its own thread, because it waits for programs (hooks, gpg, a remote) that others should not wait for. It
reads the registry in the repository's thread, like all others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gto_daemon.daemon.live.clones import is_clone
from gto_daemon.daemon.live.editor_file import EditorFile, unopened
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.locks import LockHolder
from gto_daemon.environment import ACT
from gto_daemon.git.clone import clone_git
from gto_daemon.git.kept import KeptGits
from gto_daemon.git.process import Cancellation, Git
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.snapshot import Snapshot

T = TypeVar("T")
#: How deep gtod runs in hooks of what gtod runs.
MAX_NESTED_ACTS = 8


def _silent(_message: str, _percentage: int | None) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """A long-running task for a client.

    Attributes:
        environment: the client's variables; never shown or logged, because secrets are among them.
        cancellation: whether it was cancelled.
        progress: reports progress to the client, in words and, if known, in percent.
        holder: the holder of its locks.

    """

    environment: Mapping[str, str] = field(repr=False)
    cancellation: Cancellation = field(default_factory=Cancellation)
    progress: Callable[[str, int | None], None] = _silent
    holder: LockHolder = field(init=False)

    def __post_init__(self) -> None:
        """Make it a holder of its own, within those that run the client.

        Raises:
            RegistryError: `ActInProgress`, if these are too many.

        """
        object.__setattr__(self, "holder", LockHolder.of(self.environment))
        if len(self.holder.outer) >= MAX_NESTED_ACTS:
            raise _too_deep()

    @property
    def programs_environment(self) -> dict[str, str]:
        """The variables for the programs that it runs: a gtod that one of them starts is recognized as nested."""
        return {**self.environment, ACT: self.holder.variable}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActContext(TaskContext):
    """One act in progress.

    Attributes:
        worktree: the worktree whose registry it is about.
        find_runtime: returns the directory of this user's gtod, where locks are, or raises `RegistryError`.
        in_git_thread: runs a job in the thread of the repository and waits for it.
        remembered: whether the client's next request can use the clock of this process.
        kept: what is kept of git between acts.
        editor_file: a file as the client's editor knows it, by its absolute path.
        origin: identifies the client in notifications of its own changes; None if it is not notified.

    """

    worktree: Worktree
    find_runtime: Callable[[], Path]
    in_git_thread: Callable[[Callable[[], object]], object]
    remembered: bool = True
    kept: KeptGits = field(default_factory=lambda: KeptGits(0))
    editor_file: Callable[[str], EditorFile] = unopened
    origin: object | None = None

    def run(self, job: Callable[[], T]) -> T:
        """Run a job in the thread of the repository: everything that reads the registry or the objects."""
        done: list[T] = []
        self.in_git_thread(lambda: done.append(job()))
        return done[0]

    @property
    def runtime(self) -> Path:
        """The directory of this user's gtod, for an act that writes: to judge and to ask takes none.

        Raises:
            RegistryError: `RuntimeDirectoryUnusable`.

        """
        return self.find_runtime()

    def require_readable(self) -> None:
        """See that no git that is run for it will wait for ever, in the act's thread; before any is.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        self.worktree.readable_by_git.require()

    def fresh(self) -> Snapshot:
        """Return the registry as it is on disk now.

        Raises:
            RegistryError: the repository is gone or cannot be read.

        """
        return self.run(self.worktree.fresh_blocking)

    @property
    def git(self) -> Git:
        """The git command line, in the client's environment."""
        layout = self.worktree.layout
        if is_clone(layout, self.environment):
            return clone_git(layout.git_dir, self.programs_environment, self.cancellation)
        return Git(layout, self.programs_environment, self.cancellation)


def _too_deep() -> RegistryError:
    return RegistryError(
        "ActInProgress",
        f"gtod was run by a hook that gtod runs, {MAX_NESTED_ACTS} deep",
        hint="Have the hook run it in some cases only: what it runs has the hook run again. Nothing was done.",
    )
