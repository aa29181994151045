"""Keeps the index of one checkout up to date: built from zero once, then by deltas. In the repository's thread."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from gto_daemon.daemon.live.annotation_files import CommittedFiles
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.verify import check_against_zero
from gto_daemon.daemon.live.version_facts import VersionFacts
from gto_daemon.daemon.stored.store import RegistryStore, StoredRegistry
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.index import Index


@dataclass(frozen=True, slots=True)
class Advance:
    """An index that was made from another one.

    Attributes:
        index: the new one.
        touched: the artifacts that differ.
        origin: the client that made all added and removed tags; None if unknown, or if objects arrived too.
        replaced: artifacts as they were before, held so that they need not be folded again to tell what changed.

    """

    index: Index
    touched: Set[str]
    origin: object | None
    replaced: Sequence[Artifact] = ()


class IndexUpdater:
    """Makes one index from another.

    Args:
        repository: the repository whose tags it takes.
        committed: the annotation files of its commits.
        verify: compare each index with a fold from zero.

    Attributes:
        folds: artifacts folded so far.
        rebuilds: how often the whole index was made from zero.

    """

    def __init__(self, repository: Repository, committed: CommittedFiles, *, verify: bool) -> None:
        self.folds = 0
        self.rebuilds = 0
        self._repository = repository
        self._committed = committed
        self._verify = verify
        self._facts: VersionFacts | None = None

    @property
    def counters(self) -> dict[str, int]:
        """The numbers of folds and rebuilds so far."""
        return {"folds": self.folds, "rebuilds": self.rebuilds}

    @property
    def is_ready(self) -> bool:
        """Whether there is an index to build the next one from."""
        return self._facts is not None and not self._repository.is_new(self)

    @property
    def is_behind(self) -> bool:
        """Whether the repository has changes of tags that were not taken yet."""
        return self._repository.is_behind(self)

    @property
    def awaited_at(self) -> list[str]:
        """The paths at which missing objects would arrive."""
        return [] if self._facts is None else self._facts.awaited_at

    def make(self, index_path: str, head: str | None) -> Index:
        """Return the index, from zero."""
        self.rebuilds += 1
        refs = self._repository.take_all(self)
        self._facts = known = VersionFacts(self._repository, self._committed, index_path)
        index = Index.of(refs, known.facts, known.annotated(head), known.load)
        self.folds += len(index.order)
        return index

    def advance(self, old: Index, old_head: str | None, head: str | None) -> Advance:
        """Return the index that follows on another one."""
        known = self._required()
        delta = self._repository.take_delta(self)
        origin = self._repository.origin_of(delta)
        settled = head == old_head and not known.awaits(head)
        again = known.arrived(tags_changed=bool(delta))
        known.load(delta.added)
        annotated = old.annotated if settled else known.annotated(head, instead_of=old_head)
        touched = old.touched(delta, annotated, again=again)
        known.load_again(old, touched)
        replaced = [artifact for name in touched if (artifact := old.in_use(name)) is not None]
        index, touched = old.apply(delta, known.facts, annotated, again=again)
        self.folds += len(touched)
        return Advance(index, touched, None if again else origin, replaced)

    def check(self, index: Index) -> None:
        """Compare with a fold from zero, where that is wanted."""
        if self._verify:
            self.load_all(index)
            check_against_zero(index, self._repository.tags.all())

    def load_all(self, index: Index) -> None:
        """Load everything that an index is folded from."""
        self._required().load_all(index)

    def forget(self) -> None:
        """Start from zero the next time: the changes that were taken are in no index."""
        self._repository.forget(self)

    def restore(self, store: RegistryStore, index_path: str) -> StoredRegistry | None:
        """Continue from the state that another process stored; return None if it is not usable."""
        known = VersionFacts(self._repository, self._committed, index_path)
        stored = store.restore(self._repository.identity, known.facts)
        if stored is None:
            return None
        self._repository.restore(stored.repository, stored.index.refs, self)
        known.restore(stored.index.annotated, stored.missing)
        self._facts = known
        return stored

    def to_store(self, index: Index, head: str | None) -> StoredRegistry | None:
        """Return what another process can go on from; None where it could not."""
        if self._facts is None or self.is_behind:
            return None
        repository = self._repository.state()
        return repository and StoredRegistry(repository, index, head, self._facts.missing)

    def _required(self) -> VersionFacts:
        if self._facts is None:
            raise RuntimeError("there is no index yet")
        return self._facts
