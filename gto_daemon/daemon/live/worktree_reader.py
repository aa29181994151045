"""How the state of a worktree becomes the next one: what is read, in which order, and what is told of it."""

from collections.abc import Mapping, Set

from gto_daemon.daemon.gc_tuning import unfreeze
from gto_daemon.daemon.live.annotation_files import CommittedFiles, differing
from gto_daemon.daemon.live.configuration import ConfigurationFile
from gto_daemon.daemon.live.directories import gone
from gto_daemon.daemon.live.followed_files import FollowedFiles
from gto_daemon.daemon.live.index_updater import IndexUpdater
from gto_daemon.daemon.live.journal import Change, Circumstances, Journal, events_between
from gto_daemon.daemon.live.listeners import Listeners
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.state import WorktreeState
from gto_daemon.daemon.stored.store import RegistryStore
from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.layout import Layout, directory_identity, is_shallow
from gto_daemon.git.objects import ObjectReader
from gto_daemon.git.reftable import head_table, uses_reftable
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.config import Config
from gto_daemon.registry.index import Index
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot, distinct_problems


class WorktreeReader:
    """Reads one checkout. In the repository's thread.

    Attributes:
        reader: the objects and refs as this checkout sees them.
        files: its annotation files on disk.
        index: the index of tags and annotations.
        journal: the clock, and the changes that moved it.
        listeners: they hear of the changes.
        touched: artifacts of whose change some things were not worked out yet.

    """

    def __init__(
        self,
        repository: Repository,
        layout: Layout,
        environment: Mapping[str, str],
        journal: Journal,
        listeners: Listeners,
        committed: CommittedFiles,
        *,
        verify: bool,
    ) -> None:
        own = layout.git_dir == repository.layout.git_dir
        self.reader = repository.reader if own else ObjectReader(layout, repository.counters)
        self.files = FollowedFiles(repository, committed, layout.config_root)
        self.index = IndexUpdater(repository, committed, verify=verify)
        self.journal = journal
        self.listeners = listeners
        self.touched: Set[str] = frozenset()
        self._repository = repository
        self._layout = layout
        self._configuration = ConfigurationFile(layout.config_root, environment)
        self._linked = None if layout.git_dir == layout.common else directory_identity(layout.git_dir)

    def holds(self, state: WorktreeState, *, watched: bool = False) -> bool:
        """Return whether the repository still is as the state describes it. On the event loop, too.

        Args:
            state: the last one.
            watched: whether a watch knows that no file has changed.

        """
        if state.racy or (self.files.are_wanted and state.disk is None):
            return False
        # Another checkout's refresh may have found what this one has not taken over.
        if self.index.is_behind or state.heads_moved != self._repository.heads_moved:
            return False
        return watched or state.fingerprint.holds()

    def is_replaced(self) -> bool:
        """Return whether something else, or nothing, is now at its path."""
        linked = self._linked
        return self._repository.is_replaced() or (
            linked is not None and directory_identity(self._layout.git_dir) != linked
        )

    def restored(self, store: RegistryStore) -> WorktreeState | None:
        """Return the state that another process stored, to continue from."""
        if not self._repository.is_untouched:
            return None
        config = self._configuration.read()
        stored = self.index.restore(store, config.index)
        if stored is None:
            return None
        self.journal.restart()
        snapshot = self._snapshot(stored.index, config, stored.head, ())
        return WorktreeState(snapshot, Fingerprint((), racy=True), True, self._repository.heads_moved, None, ())

    def next(self, before: WorktreeState | None, told: Index | None) -> tuple[WorktreeState, Change | None]:
        """Return the state now, and what changed in it for those who listen.

        Args:
            before: the state to continue from, None for none.
            told: what the listeners know, None where they know nothing yet.

        Raises:
            OSError, RegistryError: it is gone or cannot be read.

        """
        # Taken before anything is read, so that a change while reading shows as a difference afterwards.
        paths = self._paths(before.snapshot if before else None)
        own = Fingerprint.of(paths)
        self._repository.refresh()
        fingerprint = self._repository.fingerprint() + own
        config = self._configuration.read()
        self.reader.reopen_when_repacked()
        head = self.reader.head()
        disk = self.files.read(config.index, head) if self.files.are_wanted else None
        broken = tuple(self._repository.ref_problems())
        if head is None and (unborn := self.reader.unborn_head()) is not None:
            broken += (unborn,)
        # Checked last: if HEAD disappeared with its repository, it is not an unborn HEAD.
        if self.is_replaced():
            raise gone(self._layout.repo)
        try:
            if before is None or not self.index.is_ready or config.index != before.snapshot.config.index:
                snapshot, change = self._rebuilt(told, config, head, broken)
            else:
                snapshot, change = self._advanced(before, config, head, disk, broken)
        except BaseException:
            # The delta is consumed and the index does not hold it: start from zero next time.
            self.index.forget()
            raise
        # The new snapshot may depend on more files than the old one; their marks are not known yet. And no
        # mark shows that a missing object arrived.
        paths, before_paths = self._paths(snapshot), paths
        racy = fingerprint.racy or self._repository.awaits_objects or paths != before_paths
        state = WorktreeState(snapshot, fingerprint, racy, self._repository.heads_moved, disk, broken, paths)
        return state, change

    def _paths(self, snapshot: Snapshot | None) -> list[str]:
        """Return the files that a snapshot rests on, refs apart."""
        paths = [str(self._layout.git_dir / "HEAD"), str(self._configuration.path)]
        if self._linked is not None and uses_reftable(self._layout):
            paths.append(str(head_table(self._layout)))
        if snapshot is not None and snapshot.head is None:
            paths.append(str(self._layout.common / "refs/remotes"))
        if snapshot is not None and snapshot.is_shallow:
            paths.append(str(self._layout.common / "shallow"))
        paths += self.index.awaited_at
        if self.files.are_wanted and snapshot is not None:
            paths += self.files.paths(snapshot.config.index)
        return paths

    def _rebuilt(
        self, told: Index | None, config: Config, head: str | None, broken: tuple[Problem, ...]
    ) -> tuple[Snapshot, Change | None]:
        index = self.index.make(config.index, head)
        self.journal.restart()
        snapshot = self._snapshot(index, config, head, broken)
        if told is None:
            return snapshot, None
        unfreeze()
        names = told.artifacts.keys() | index.artifacts.keys()
        return snapshot, self._change(told, index, names, head)

    def _advanced(
        self,
        before: WorktreeState,
        config: Config,
        head: str | None,
        disk: Mapping[str, AnnotationFile] | None,
        broken: tuple[Problem, ...],
    ) -> tuple[Snapshot, Change | None]:
        old = before.snapshot
        advance = self.index.advance(old.index, old.head, head)
        index, touched = advance.index, advance.touched
        self.touched |= touched
        # Files that begin to count did not change by that.
        rewritten = before.disk is not None and disk is not None and disk != before.disk
        edited = set(differing(before.disk or {}, disk or {})) if rewritten else set()
        mended = {str(problem.artifact) for problem in {*before.broken} ^ {*broken}}
        reconfigured = config is not old.config and config != old.config
        by_other_means = bool(mended or reconfigured or head != old.head or rewritten)
        told = bool(touched) or by_other_means
        # A branch that moved elsewhere is content of some views, and a clone that is shallow no longer of what is said
        # of absent tags, so they move the clock, but nobody is told.
        same_clone = before.heads_moved == self._repository.heads_moved and old.is_shallow == is_shallow(self._layout)
        if not told and same_clone:
            return old, None
        self.index.check(index)
        names = touched | edited | mended
        if reconfigured:
            names |= index.artifacts.keys()
        origin = None if by_other_means else advance.origin
        change = self._change(old.index, index, names, head, before.circumstances, origin)
        return self._snapshot(index, config, head, broken), change if told else None

    def _snapshot(self, index: Index, config: Config, head: str | None, broken: tuple[Problem, ...]) -> Snapshot:
        problems = distinct_problems(index, config, broken)
        shallow = is_shallow(self._layout)
        return Snapshot(self._layout.repo, self.journal.clock, index, config, head, problems, is_shallow=shallow)

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
            self.journal.step(names, added, removed, before)
        pause = self.listeners.pause_before_telling(old, new, head)
        return Change(self._layout.repo, self.journal.clock, frozenset(names), added, removed, pause, origin)
