"""One checkout: its index, its clock, and its listeners."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from gto_daemon.daemon.gc_tuning import gc_paused
from gto_daemon.daemon.live.annotation_files import CommittedFiles
from gto_daemon.daemon.live.directories import gone, unreadable
from gto_daemon.daemon.live.journal import Change, Circumstances, Journal
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.listeners import Listeners
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.state import WorktreeState
from gto_daemon.daemon.live.worktree_reader import WorktreeReader
from gto_daemon.daemon.stored.store import RegistryStore, StoredRegistry
from gto_daemon.git.default_remote import branch_of, remote_to_push_to
from gto_daemon.git.layout import Layout, directory_identity
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.index import Index
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.daemon.live.evidence import EvidenceStore
    from gto_daemon.daemon.live.git_thread import GitThread
    from gto_daemon.daemon.live.signature_book import SignatureBook
    from gto_daemon.git.readable_by_git import ReadableByGit
    from gto_daemon.protocol.registry import Changes
    from gto_daemon.protocol.sessions import RepositoryCounts

T = TypeVar("T")

#: Paths that the event loop compares before it answers, in a millisecond at most; more are compared in the repository's
#: thread.
_MAX_COMPARED_AT_ONCE: Final = 256


class Worktree:
    """The live registry of one checkout, under one set of `GTO_*` variables.

    The index is replaced as a whole in the repository's thread; everybody else reads the last one. Reads are fresh:
    `current` compares a fingerprint, and `fresh` lists the refs when it differs.

    Attributes:
        repo: canonical path of the checkout.
        root: the identity of the folder at that path when it was opened, None where there was none.
        repository: what it shares with the other checkouts.
        refusal: why it could not be read the last time, None where it could.
        is_unchanged: whether it is watched, and nothing has happened since the last refresh. On the event loop.
        is_settled: the same if the watchers were told of everything that has happened, which is the same for all.

    """

    def __init__(
        self,
        repository: Repository,
        layout: Layout,
        environment: Mapping[str, str],
        clock: tuple[str, str],
        *,
        limits: LiveLimits,
        verify: bool,
        store: RegistryStore | None = None,
    ) -> None:
        self.repo = layout.repo
        self.root = directory_identity(layout.repo)
        self.layout = layout
        self.repository = repository
        self.refusal: RegistryError | None = None
        self.is_unchanged: Callable[[], bool] = lambda: False
        self.is_settled: Callable[[], bool] = lambda: False
        self.committed = CommittedFiles(repository)
        self._reads = WorktreeReader(
            repository, layout, environment, Journal(*clock), Listeners(limits), self.committed, verify=verify
        )
        self._reader, self._files, self._index = self._reads.reader, self._reads.files, self._reads.index
        self._evidence: EvidenceStore | None = None
        self._store = store
        self._state: WorktreeState | None = None
        self._succeeded: Index | None = None
        self._read_generation: int | None = None
        self._unchanged_generation: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether its repository was opened and its reader chosen."""
        return self._reader.is_open and self.repository.reader.is_open

    @property
    def listeners(self) -> Listeners:
        """The listeners to its changes."""
        return self._reads.listeners

    @property
    def signatures(self) -> "SignatureBook":
        """The verdicts on the signatures of the repository's tags."""
        return self.repository.signatures(None if self._store is None else self._store.path.parent)

    @property
    def evidence(self) -> "EvidenceStore":
        """The metrics, params and plots of the repository's commits. In the repository's thread."""
        from gto_daemon.daemon.live.evidence import EvidenceStore  # noqa: PLC0415  (most questions are about none)

        if self._evidence is None:
            self._evidence = EvidenceStore(self.repository)
        return self._evidence

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is meant where none is named; see `ObjectStore`. In the repository's thread."""
        return self._reader.default_remote(push=push)

    def remote_to_push_to(self, variables: Mapping[str, str]) -> str:
        """Return the remote that Git pushes to by a configuration. In the repository's thread."""
        head = self.symbolic_ref("HEAD")
        return remote_to_push_to(variables, None if head is None else branch_of(head))

    def open(self) -> None:
        """Open the repository, unless it is open; only in the repository's thread, or where there is no other.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        self.repository.reader.open()
        self._reader.open()

    def current(self, read_generation: int | None, *, is_quiet: bool = False) -> Snapshot | None:
        """Return the snapshot if the repository has not changed since, at the cost of a few `stat` calls, or of one.

        Args:
            read_generation: grows with every read from a socket. Within one the comparison is made once, which is
                never older than the requests that came with it. None always compares, whatever a watch says.
            is_quiet: whether the watchers were just found to be told of everything.

        """
        state = self._state
        if state is None:
            return None
        if read_generation is None or read_generation != self._read_generation:
            watched = (is_quiet and self.is_settled()) or self.is_unchanged_in(read_generation)
            if not self._is_current(state, watched=watched):
                return None
            self._read_generation = read_generation
        return state.snapshot

    def is_unchanged_in(self, read_generation: int | None) -> bool:
        """Return the same as `is_unchanged`, asked once for a read from a socket. False for None."""
        if read_generation is None:
            return False
        if read_generation != self._unchanged_generation:
            if not self.is_unchanged():
                return False
            self._unchanged_generation = read_generation
        return True

    def _is_current(self, state: WorktreeState, *, watched: bool) -> bool:
        """Return whether the state is the present one, on the event loop.

        Args:
            state: the last one.
            watched: whether the event loop knows by a watch that nothing has changed.

        """
        if not watched and len(state.fingerprint) > _MAX_COMPARED_AT_ONCE:
            return False
        return self._reads.holds(state, watched=watched)

    async def fresh(self) -> Snapshot:
        """Return the registry as it was on disk at some moment after this call began.

        Raises:
            RegistryError: the repository is gone or cannot be read.

        """
        return await self._git_thread.fresh()

    @cached_property
    def readable_by_git(self) -> "ReadableByGit":
        """Whether git can act on it. For any thread."""
        from gto_daemon.git.readable_by_git import ReadableByGit  # noqa: PLC0415  (only acts ask)

        return ReadableByGit(self.layout)

    @cached_property
    def _git_thread(self) -> "GitThread":
        from gto_daemon.daemon.live.git_thread import GitThread  # noqa: PLC0415  (it imports asyncio)

        return GitThread(self.repository, self.fresh_blocking)

    def resolve(self, rev: str) -> str:
        """Return the commit that a revision names in this checkout; call it in the repository's thread.

        Raises:
            RegistryError: `RefNotFound`.

        """
        return self._reader.resolve(rev)

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref of this checkout leads to, None if none. In the repository's thread."""
        return self._reader.symbolic_ref(name)

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job in the thread of this repository, in turn."""
        return await self._git_thread.run(job)

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Run a job like `run`, for callers in other threads."""
        self.repository.check_open()
        return self.repository.executor.submit(job)

    def distrust(self) -> None:
        """Make the next refresh read all refs again, whatever their fingerprint says."""
        if self.repository.is_closed:
            return  # The next refresh says that it was replaced, and what it is replaced by is read whole.
        # A refresh that waits for its turn runs before this, so later callers must not share it.
        self._git_thread.invalidate()
        self._git_thread.run(self._distrust)

    def _distrust(self) -> None:
        self.repository.distrust()
        if self._state is not None:
            self._state = replace(self._state, racy=True)

    def annotated_directories(self) -> list[Path]:
        """Return the folders of the annotation files that are followed. They need not exist."""
        state = self._state
        if state is None or state.disk is None:
            return []
        return list(dict.fromkeys(Path(path).parent for path in self._files.paths(state.snapshot.config.index)))

    def compared_paths(self) -> Sequence[str]:
        """Return the files that the last answers rest on, refs apart. They need not exist."""
        return self._state.paths if self._state is not None else ()

    def follow_files(self) -> None:
        """From the next refresh on, treat files on disk as content: edits advance the clock."""
        if not self._files.are_wanted:
            self._files.are_wanted = True
            # What was compared did not count them.
            self._read_generation = None

    def disk(self) -> Mapping[str, AnnotationFile]:
        """Map each path to its annotations on disk, as of the last refresh since `follow_files`."""
        return (self._state.disk if self._state else None) or {}

    def read_folder(self, directory: str) -> Mapping[str, AnnotationFile]:
        """Return the annotations in a folder's files on disk now; it may have a `dvc.yaml` that HEAD does not have."""
        snapshot = self._state.snapshot if self._state else None
        return self._files.read_folder(snapshot.config.index, directory) if snapshot else {}

    @property
    def rebuilds(self) -> int:
        """How often the whole index was built from zero."""
        return self._index.rebuilds

    @property
    def clock(self) -> str:
        """The clock, which advances with every visible change."""
        return self._reads.journal.clock

    # --- refreshing, in the repository's thread ----------------------------------------------------------------

    def fresh_blocking(self) -> Snapshot:
        """Return the same as `fresh` without an event loop: in the repository's thread, or if there is no other.

        Raises:
            RegistryError: the repository is gone or cannot be read.

        """
        before = self._state
        if before is not None and self._reads.holds(before):
            return before.snapshot
        try:
            with gc_paused(before is None):
                snapshot = self._refreshed(before)
        except (OSError, RegistryError) as error:
            self.refusal = error if isinstance(error, RegistryError) else unreadable(self.repo, error)
            # Whatever could not be read of a repository that is being deleted, that is the reason.
            if self.is_replaced():
                self.refusal = gone(self.repo)
            if self.refusal is error:
                raise
            raise self.refusal from error
        self.refusal = None
        return snapshot

    def _refreshed(self, before: WorktreeState | None) -> Snapshot:
        told = before.snapshot.index if before is not None else self._succeeded
        if before is None and self._store is not None:
            before = self._reads.restored(self._store)
        self._state, change = self._reads.next(before, told)
        self._succeeded = None
        if change is not None:
            self.listeners.announce(change)
        self.repository.unobserved.report()
        return self._state.snapshot

    async def store(self) -> None:
        """Store the registry for the next process, where that is new and worth it.

        Raises:
            RegistryError: the repository is gone.

        """
        store = self._store
        if store is not None and self._state is not None and not store.holds(self._state.snapshot.index):
            registry = await self.run(self._to_store)
            if registry is not None:
                await self._git_thread.run_elsewhere(lambda: store.keep(registry))

    def _to_store(self) -> StoredRegistry | None:
        if self._state is None:
            return None
        snapshot = self._state.snapshot
        return self._index.to_store(snapshot.index, snapshot.head)

    async def settle(self) -> None:
        """Work out what nobody waits for of the last change, so that no list has to.

        Raises:
            RegistryError: the repository is gone.

        """
        await self.run(self._settle)

    def _settle(self) -> None:
        touched, self._reads.touched = self._reads.touched, frozenset()
        index = self._state.snapshot.index if self._state is not None else Index()
        for folded in filter(None, map(index.folded.get, touched)):
            _ = folded.overview

    def load_facts(self) -> None:
        """Load everything that the index is folded from. In the repository's thread."""
        if self._state is not None:
            self._index.load_all(self._state.snapshot.index)

    def is_replaced(self) -> bool:
        """Return whether something else, or nothing, is now at its path."""
        return self._reads.is_replaced()

    # --- telling -----------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` on the event loop after the index holds a change. Answers how to undo it."""
        self.follow_files()
        return self.listeners.add(listener)

    @property
    def has_listeners(self) -> bool:
        """Whether there are listeners."""
        return bool(self.listeners)

    def close(self, *, now: bool = False) -> None:
        """Close what belongs to this worktree alone, now or after the jobs before it. It may be used again."""
        if self._reader is self.repository.reader:
            return
        if now and self._reader.runs_git:
            self._reader.close()
        elif not self.repository.is_closed:
            self.repository.executor.submit(self._reader.close)

    def succeed(self, before: "Worktree") -> None:
        """Take over the listeners of a worktree whose repository was replaced, and notify them of the differences."""
        mine, theirs = self._reads, before._reads
        mine.listeners = theirs.listeners
        mine.files.are_wanted = theirs.files.are_wanted
        self._succeeded = before._state.snapshot.index if before._state is not None else before._succeeded
        mine.journal = mine.journal.continued(theirs.journal)

    def status(self) -> "RepositoryCounts":
        """Return the paths, the clock, HEAD, counts of the content, and counters of what was read."""
        snapshot = self._state.snapshot if self._state else None
        unreadable = snapshot.config.unreadable if snapshot else None
        return {
            "repo": self.repo,
            "common": str(self.layout.common),
            "clock": self._reads.journal.clock,
            "head": snapshot.head if snapshot else None,
            "bare": self.layout.worktree is None,
            "artifacts": len(snapshot.index.order) if snapshot else 0,
            "tags": snapshot.index.tags if snapshot else 0,
            "problems_found": len(snapshot.problems) if snapshot else 0,
            "configuration": unreadable.located() if unreadable else "ok",
            "counters": {**self.repository.counters.as_json(), **self._index.counters},
        }

    def circumstances(self, clock: str | None = None) -> Circumstances | None:
        """Return everything but tags that affects an act, now or at `clock`; None if unknown or too old."""
        now = self._state.circumstances if self._state is not None else None
        if now is None or clock is None:
            return now
        journal = self._reads.journal
        return journal.circumstances_at(clock, now) if journal.since(clock) is not None else None

    def changes(self, since: str) -> "Changes":
        """Return the changes between the clock `since` and the current snapshot, or everything (`fresh: true`)."""
        if self._state is None:
            raise RuntimeError("changes are asked of a worktree that was never read")
        return self._reads.journal.told(since, self._state.snapshot.index)
