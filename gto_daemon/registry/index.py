"""The index: every artifact of a repository as one immutable value, and the delta that makes the next one.

Invariant: an index that deltas led to equals the index folded from zero from the same tags (checked on every
delta in debug mode). A delta folds exactly the artifacts that it touches, and copies no more than their names.

What lists say of artifacts is kept; tags are kept packed, and artifacts folded again when somebody asks for them.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gto_daemon.registry.artifact import NO_REFS, Artifact, Rank
from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import fold
from gto_daemon.registry.folded import FoldedArtifact, FoldedArtifacts, RecentArtifacts
from gto_daemon.registry.layered import copied
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.overview import Overview
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_tag_name

#: Artifacts of one change whose overviews are made after it was told of.
_MAX_LATER: Final = 8


def _nothing(_: Iterable[TagRef]) -> None:
    """Load nothing: everything is there."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A change: refs that are new or moved, and the names of deleted refs of GTO's.

    `refs` are those of the artifacts that changed, all of them and as they are now; None if nobody has them packed yet.
    """

    added: Sequence[TagRef] = ()
    removed: Sequence[str] = ()
    refs: Mapping[str, ArtifactRefs] | None = None

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Index:
    """Artifacts by name. Replaced as a whole, so a reader that holds one needs no lock.

    Attributes:
        refs: artifact's name to its refs by name, including refs that do not count (lightweight, unreadable).
        folded: the artifacts that something counts for.
        order: (rank, name) of every artifact, ascending: GTO's order of the registry.
        facts: the commits and annotations that were folded in.
        annotated: the commits whose annotations make artifacts known.
        troubled: artifacts that have problems, their refs' included.
        tags: the number of refs, which is known without reading any.
        recent: the artifacts that need not be folded again, shared with the indexes that follow.

    """

    refs: Mapping[str, ArtifactRefs] = field(default_factory=dict)
    folded: Mapping[str, FoldedArtifact] = field(default_factory=dict)
    order: Sequence[tuple[Rank, str]] = ()
    facts: ObjectFacts = field(default_factory=ObjectFacts)
    annotated: Sequence[Annotated] = ()
    troubled: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    tags: int = 0
    recent: RecentArtifacts = field(default_factory=RecentArtifacts)

    @classmethod
    def build(cls, refs: Iterable[TagRef], facts: ObjectFacts, annotated: Sequence[Annotated]) -> "Index":
        """Build the index of these refs, folded from zero."""
        artifacts: dict[str, dict[str, TagRef]] = {}
        for ref in refs:
            artifacts.setdefault(ref.artifact, {})[ref.name] = ref
        return cls.of({name: ArtifactRefs(name, known.values()) for name, known in artifacts.items()}, facts, annotated)

    @classmethod
    def of(
        cls,
        refs: Mapping[str, ArtifactRefs],
        facts: ObjectFacts,
        annotated: Sequence[Annotated],
        load: Callable[[Iterable[TagRef]], None] = _nothing,
    ) -> "Index":
        """Build the index of these refs, folded from zero.

        Args:
            refs: by artifact.
            facts: must hold what `load` has to load as well, as far as it can be read.
            annotated: the commits whose annotations make artifacts known.
            load: called with the refs of each artifact before it is folded.

        """
        before = cls(copied(refs), facts=facts, annotated=annotated, tags=sum(map(len, refs.values())))
        return before._folded({*refs, *_reannotated((), annotated)}, load)

    @property
    def artifacts(self) -> Mapping[str, Artifact]:
        """The folded artifacts."""
        return FoldedArtifacts(self.folded, self.recent)

    def in_use(self, name: str) -> Artifact | None:
        """Return the artifact, if it need not be folded for that."""
        folded = self.folded.get(name)
        return folded.known() if folded is not None else None

    def overviews(self) -> Iterator[tuple[str, Overview]]:
        """Yield every artifact's name, and what lists say of it, in GTO's order."""
        return ((name, self.folded[name].overview) for _, name in self.order)

    def in_order(self) -> Iterator[Artifact]:
        """Yield the artifacts in GTO's order. Those that are asked for one by one stay folded all the same."""
        get = self.recent.get if self.recent.has_room_for(self.tags + len(self.order)) else FoldedArtifact.artifact
        return (get(self.folded[name]) for _, name in self.order)

    def ref(self, name: str) -> TagRef | None:
        """Return the tag ref with this name, if it exists and is GTO's."""
        parsed = parse_tag_name(name)
        return self.refs_of(parsed.artifact).get(name) if parsed else None

    def refs_of(self, artifact: str) -> Mapping[str, TagRef]:
        """Return the refs of an artifact by name, for whoever asks for few artifacts."""
        known = self.in_use(artifact)
        if known is not None:
            return known.refs
        return self.refs[artifact].opened() if artifact in self.refs else NO_REFS

    def on_commit_of(self, artifact: str, name: str) -> list[TagRef]:
        """Return the artifact's ref of that name, if there is one, and at least those with tags on the same object."""
        known = self.in_use(artifact)
        if known is not None:
            ref = known.refs.get(name)
            return [] if ref is None else [ref, *known.refs.values()]
        refs = self.refs.get(artifact)
        return [] if refs is None else refs.on_commit_of(name)

    def all_refs(self) -> Iterator[TagRef]:
        """Yield every ref whose name is GTO's."""
        return (ref for refs in self.refs.values() for ref in refs.values())

    def apply(
        self, delta: Delta, facts: ObjectFacts, annotated: Sequence[Annotated], *, again: Iterable[str] = ()
    ) -> "tuple[Index, frozenset[str]]":
        """Return the next index, and the artifacts that were folded for it.

        Args:
            delta: the refs that changed.
            facts: must hold every commit that the delta's tags are on and that `annotated` names, as far as they
                can be read.
            annotated: the commits whose annotations make artifacts known now.
            again: artifacts to fold although no tag of theirs changed, because a fact about them did.

        """
        refs = copied(self.refs)
        tags = self.tags
        for artifact, now in (self._changed(delta) if delta.refs is None else delta.refs).items():
            tags += len(now) - len(refs.get(artifact, ()))
            if now:
                refs[artifact] = now
            else:
                refs.pop(artifact, None)
        touched = self.touched(delta, annotated, again=again)
        before = Index(refs, self.folded, self.order, facts, annotated, self.troubled, tags, self.recent)
        return before._folded(touched), touched

    def _changed(self, delta: Delta) -> dict[str, ArtifactRefs]:
        changed: dict[str, dict[str, TagRef]] = {}

        def of(artifact: str) -> dict[str, TagRef]:
            known = changed.get(artifact)
            if known is None:
                known = changed[artifact] = self.refs[artifact].opened() if artifact in self.refs else {}
            return known

        for name in delta.removed:
            parsed = parse_tag_name(name)
            if parsed is not None:
                of(parsed.artifact).pop(name, None)
        for ref in delta.added:
            of(ref.artifact)[ref.name] = ref
        return {artifact: ArtifactRefs(artifact, known.values()) for artifact, known in changed.items()}

    def touched(self, delta: Delta, annotated: Sequence[Annotated], *, again: Iterable[str] = ()) -> "frozenset[str]":
        """Return the artifacts that `apply` folds."""
        removed = (parsed.artifact for name in delta.removed if (parsed := parse_tag_name(name)) is not None)
        names = {ref.artifact for ref in delta.added}.union(removed, again)
        return frozenset(names | _reannotated(self.annotated, annotated))

    def _folded(self, touched: Iterable[str], load: Callable[[Iterable[TagRef]], None] = _nothing) -> "Index":
        names = [*touched]
        folded = copied(self.folded)
        troubled = dict(self.troubled)
        order = list(self.order)
        # Beyond some share of the whole, sorting once is cheaper than moving every place by itself.
        at_once = len(names) * 8 > len(order)
        # More of them would hold up whoever asks for a list.
        is_change = len(names) <= _MAX_LATER
        is_kept = not at_once or self.recent.has_room_for(self.tags + len(names))
        for name in names:
            before = folded.pop(name, None)
            if before is not None:
                self.recent.forget(before)
            if before is not None and not at_once:
                del order[bisect_left(order, (before.rank, name))]
            refs = self.refs.get(name) or ArtifactRefs(name, ())
            known = refs.opened()
            load(known.values())
            after = fold(name, known, self.facts, self.annotated)
            # Sorted, because the order of the refs is that of their coming, which a fold from zero does not know.
            problems = tuple(problem for ref in _troubled(known.values()) for problem in ref.problems)
            if after is not None:
                entry = folded[name] = FoldedArtifact(after, refs, self.facts, self.annotated, overview_later=is_change)
                if is_kept:
                    self.recent.keep(entry, after)
                problems += after.problems
                if not at_once:
                    insort(order, (after.rank, name))
            if problems:
                troubled[name] = problems
            else:
                troubled.pop(name, None)
        if at_once:
            order = sorted((each.rank, name) for name, each in folded.items())
        return Index(self.refs, folded, order, self.facts, self.annotated, troubled, self.tags, self.recent)


def _troubled(refs: Iterable[TagRef]) -> list[TagRef]:
    return sorted((ref for ref in refs if ref.problems), key=lambda ref: ref.name)


def _reannotated(before: Sequence[Annotated], after: Sequence[Annotated]) -> set[str]:
    """Return the artifacts whose annotation, or the commit that has it, differs."""
    if len(before) == len(after) and all(one.same(other) for one, other in zip(before, after, strict=True)):
        return set()
    return {name for annotated in (*before, *after) for name in annotated.places}
