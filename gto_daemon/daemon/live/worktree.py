"""One checkout: its index, its clock, and its listeners."""

from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from gto_daemon.daemon.gc_tuning import gc_paused, unfreeze
from gto_daemon.daemon.live.annotation_files import CommittedFiles, differing
from gto_daemon.daemon.live.configuration import ConfigurationFile
from gto_daemon.daemon.live.directories import gone, unreadable
from gto_daemon.daemon.live.followed_files import FollowedFiles
from gto_daemon.daemon.live.index_updater import IndexUpdater
from gto_daemon.daemon.live.journal import Change, Circumstances, Journal, events_between
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.listeners import Listeners
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.state import WorktreeState
from gto_daemon.daemon.stored.store import RegistryStore, StoredRegistry
from gto_daemon.git.default_remote import ORIGIN
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.layout import Layout, directory_identity, is_shallow
from gto_daemon.git.objects import ObjectReader
from gto_daemon.git.reftable import head_table, uses_reftable
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.config import Config
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.index import Index
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot, distinct_problems

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
        self.committed = CommittedFiles(repository)
        own = layout.git_dir == repository.layout.git_dir
        self._reader = repository.reader if own else ObjectReader(layout, repository.counters)
        self._linked = None if layout.git_dir == layout.common else directory_identity(layout.git_dir)
        self._configuration = ConfigurationFile(layout.config_root, environment)
        self._journal = Journal(*clock)
        self._index = IndexUpdater(repository, self.committed, verify=verify)
        self._evidence: EvidenceStore | None = None
        self._store = store
        self._state: WorktreeState | None = None
        self._succeeded: Index | None = None
        self._read_generation: int | None = None
        self._files = FollowedFiles(repository, self.committed, layout.config_root)
        self.listeners = Listeners(limits)

    @property
    def is_open(self) -> bool:
        """Whether its repository was opened and its reader chosen."""
        return self._reader.is_open and self.repository.reader.is_open

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

    def remote_to_push_to(self) -> str:
        """Return that remote, or one that there is where the configuration names none. In the repository's thread."""
        default = self.default_remote(push=True)
        names = self.repository.reader.remotes()
        if not names or default in names or "/" in default or ":" in default:
            return default
        return ORIGIN if ORIGIN in names else names[0]

    def open(self) -> None:
        """Open the repository, unless it is open; only in the repository's thread, or where there is no other.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        self.repository.reader.open()
        self._reader.open()

    def current(self, read_generation: int | None) -> Snapshot | None:
        """Return the snapshot if the repository has not changed since, at the cost of a few `stat` calls, or of one.

        Args:
            read_generation: grows with every read from a socket. Within one the comparison is made once, which is
                never older than the requests that came with it. None always compares, whatever a watch says.

        """
        state = self._state
        if state is None:
            return None
        if read_generation is None or read_generation != self._read_generation:
            if not self._is_current(state, watched=read_generation is not None and self.is_unchanged()):
                return None
            self._read_generation = read_generation
        return state.snapshot

    def _is_current(self, state: WorktreeState, *, watched: bool) -> bool:
        """Return whether the state is the present one, on the event loop.

        Args:
            state: the last one.
            watched: whether the event loop knows by a watch that nothing has changed.

        """
        if not watched and len(state.fingerprint) > _MAX_COMPARED_AT_ONCE:
            return False
        return self._holds(state, watched=watched)

    def _holds(self, state: WorktreeState, *, watched: bool = False) -> bool:
        """Return whether the repository still is as the state describes it."""
        if state.racy or (self._files.are_wanted and state.disk is None):
            return False
        # Another checkout's refresh may have found what this one has not taken over.
        if self._index.is_behind or state.heads_moved != self.repository.heads_moved:
            return False
        return watched or state.fingerprint.holds()

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
        return self._journal.clock

    # --- refreshing, in the repository's thread ----------------------------------------------------------------

    def fresh_blocking(self) -> Snapshot:
        """Return the same as `fresh` without an event loop: in the repository's thread, or if there is no other.

        Raises:
            RegistryError: the repository is gone or cannot be read.

        """
        before = self._state
        if before is not None and self._holds(before):
            return before.snapshot
        try:
            with gc_paused(before is None):
                snapshot = self._refreshed(before or self._restored())
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

    def _restored(self) -> WorktreeState | None:
        """Return the state that another process stored, to continue from."""
        if self._store is None or not self.repository.is_untouched:
            return None
        config = self._configuration.read()
        stored = self._index.restore(self._store, config.index)
        if stored is None:
            return None
        self._journal.restart()
        snapshot = self._snapshot(stored.index, config, stored.head, ())
        return WorktreeState(snapshot, Fingerprint((), racy=True), True, self.repository.heads_moved, None, ())

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

    def load_facts(self) -> None:
        """Load everything that the index is folded from. In the repository's thread."""
        if self._state is not None:
            self._index.load_all(self._state.snapshot.index)

    def is_replaced(self) -> bool:
        """Return whether something else, or nothing, is now at its path."""
        linked = self._linked
        return self.repository.is_replaced() or (
            linked is not None and directory_identity(self.layout.git_dir) != linked
        )

    def _refreshed(self, before: WorktreeState | None) -> Snapshot:
        # Taken before anything is read, so that a change while reading shows as a difference afterwards.
        paths = self._own_paths(before.snapshot if before else None)
        own = Fingerprint.of(paths)
        self.repository.refresh()
        fingerprint = self.repository.fingerprint() + own
        config = self._configuration.read()
        self._reader.reopen_when_repacked()
        head = self._reader.head()
        disk = self._files.read(config.index, head) if self._files.are_wanted else None
        broken = tuple(self.repository.ref_problems())
        if head is None and (unborn := self._reader.unborn_head()) is not None:
            broken += (unborn,)
        # Checked last: if HEAD disappeared with its repository, it is not an unborn HEAD.
        if self.is_replaced():
            raise gone(self.repo)
        try:
            if before is None or not self._index.is_ready or config.index != before.snapshot.config.index:
                snapshot, change = self._rebuilt(config, head, broken)
            else:
                snapshot, change = self._advanced(before, config, head, disk, broken)
        except BaseException:
            # The delta is consumed and the index does not hold it: start from zero next time.
            self._index.forget()
            raise
        # The new snapshot may depend on more files than the old one; their marks are not known yet. And no
        # mark shows that a missing object arrived.
        paths, before_paths = self._own_paths(snapshot), paths
        racy = fingerprint.racy or self.repository.awaits_objects or paths != before_paths
        self._state = WorktreeState(snapshot, fingerprint, racy, self.repository.heads_moved, disk, broken, paths)
        if change is not None:
            self.listeners.announce(change)
        return snapshot

    def _own_paths(self, snapshot: Snapshot | None) -> list[str]:
        paths = [str(self.layout.git_dir / "HEAD"), str(self._configuration.path)]
        if self._linked is not None and uses_reftable(self.layout):
            paths.append(str(head_table(self.layout)))
        if snapshot is not None and snapshot.head is None:
            paths.append(str(self.layout.common / "refs/remotes"))
        if snapshot is not None and snapshot.is_shallow:
            paths.append(str(self.layout.common / "shallow"))
        paths += self._index.awaited_at
        if self._files.are_wanted and snapshot is not None:
            paths += self._files.paths(snapshot.config.index)
        return paths

    def _rebuilt(self, config: Config, head: str | None, broken: tuple[Problem, ...]) -> tuple[Snapshot, Change | None]:
        known = self._state.snapshot.index if self._state is not None else self._succeeded
        self._succeeded = None
        index = self._index.make(config.index, head)
        self._journal.restart()
        snapshot = self._snapshot(index, config, head, broken)
        if known is None:
            return snapshot, None
        unfreeze()
        names = known.artifacts.keys() | index.artifacts.keys()
        return snapshot, self._change(known, index, names, head)

    def _advanced(
        self,
        before: WorktreeState,
        config: Config,
        head: str | None,
        disk: Mapping[str, AnnotationFile] | None,
        broken: tuple[Problem, ...],
    ) -> tuple[Snapshot, Change | None]:
        old = before.snapshot
        advance = self._index.advance(old.index, old.head, head)
        index, touched = advance.index, advance.touched
        # Files that begin to count did not change by that.
        rewritten = before.disk is not None and disk is not None and disk != before.disk
        edited = set(differing(before.disk or {}, disk or {})) if rewritten else set()
        mended = {str(problem.artifact) for problem in {*before.broken} ^ {*broken}}
        reconfigured = config is not old.config and config != old.config
        by_other_means = bool(mended or reconfigured or head != old.head or rewritten)
        told = bool(touched) or by_other_means
        # A branch that moved elsewhere is content of some views, and a clone that is shallow no longer of what is said
        # of absent tags, so they move the clock, but nobody is told.
        same_clone = before.heads_moved == self.repository.heads_moved and old.is_shallow == is_shallow(self.layout)
        if not told and same_clone:
            return old, None
        self._index.check(index)
        names = touched | edited | mended
        if reconfigured:
            names |= index.artifacts.keys()
        origin = None if by_other_means else advance.origin
        change = self._change(old.index, index, names, head, before.circumstances, origin)
        return self._snapshot(index, config, head, broken), change if told else None

    def _snapshot(self, index: Index, config: Config, head: str | None, broken: tuple[Problem, ...]) -> Snapshot:
        problems = distinct_problems(index, config, broken)
        shallow = is_shallow(self.layout)
        return Snapshot(self.repo, self._journal.clock, index, config, head, problems, is_shallow=shallow)

    # --- telling -----------------------------------------------------------------------------------------------

    def _change(
        self,
        old: Index,
        new: Index,
        names: Set[str],
        head: str | None,
        before: Circumstances | None = None,
        origin: object | None = None,
    ) -> Change:
        """Return the change between two indexes; `before` is the state until then, and makes it a step of the clock."""
        added, removed = events_between(old, new, names)
        if before is not None:
            self._journal.step(names, added, removed, before)
        pause = self.listeners.pause_before_telling(old, new, head)
        return Change(self.repo, self._journal.clock, frozenset(names), added, removed, pause, origin)

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
        self.listeners = before.listeners
        self._files.are_wanted = before._files.are_wanted
        self._succeeded = before._state.snapshot.index if before._state is not None else before._succeeded
        self._journal = self._journal.continued(before._journal)

    def status(self) -> "RepositoryCounts":
        """Return the paths, the clock, HEAD, counts of the content, and counters of what was read."""
        snapshot = self._state.snapshot if self._state else None
        unreadable = snapshot.config.unreadable if snapshot else None
        return {
            "repo": self.repo,
            "common": str(self.layout.common),
            "clock": self._journal.clock,
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
        return self._journal.circumstances_at(clock, now) if self._journal.since(clock) is not None else None

    def changes(self, since: str) -> "Changes":
        """Return the changes between the clock `since` and the current snapshot, or everything (`fresh: true`)."""
        if self._state is None:
            raise RuntimeError("changes are asked of a worktree that was never read")
        return self._journal.told(since, self._state.snapshot.index)
