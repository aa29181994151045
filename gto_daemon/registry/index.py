"""The index: every artifact of a repository as one immutable value, and the delta that makes the next one.

Invariant: an index that deltas led to equals the index folded from zero from the same tags (checked on every
delta in debug mode). A delta folds exactly the artifacts that it touches, and copies no more than their names.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gto_daemon.registry.artifact import Artifact, Rank
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import fold
from gto_daemon.registry.layered import copied
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_tag_name


@dataclass(frozen=True, slots=True)
class Delta:
    """A change: refs that are new or moved, and the names of deleted refs of GTO's."""

    added: Sequence[TagRef] = ()
    removed: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Index:
    """Artifacts by name. Replaced as a whole, so a reader that holds one needs no lock.

    Attributes:
        refs: artifact's name to its refs by name, including refs that do not count (lightweight, unreadable).
        artifacts: the folded artifacts.
        order: (rank, name) of every artifact, ascending: GTO's order of the registry.
        facts: the commits and annotations that were folded in.
        annotated: the commits whose annotations make artifacts known.
        troubled: artifacts that have problems, their refs' included.
        tags: the number of refs, which is known without reading any.

    """

    refs: Mapping[str, Mapping[str, TagRef]] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    order: Sequence[tuple[Rank, str]] = ()
    facts: ObjectFacts = field(default_factory=ObjectFacts)
    annotated: Sequence[Annotated] = ()
    troubled: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    tags: int = 0

    @classmethod
    def build(cls, refs: Iterable[TagRef], facts: ObjectFacts, annotated: Sequence[Annotated]) -> "Index":
        """Build the index of these refs, folded from zero."""
        index, _ = cls().apply(Delta(added=tuple(refs)), facts, annotated)
        return index

    def in_order(self) -> Iterator[Artifact]:
        """Yield the artifacts in GTO's order."""
        return (self.artifacts[name] for _, name in self.order)

    def ref(self, name: str) -> TagRef | None:
        """Return the tag ref with this name, if it exists and is GTO's."""
        parsed = parse_tag_name(name)
        return self.refs.get(parsed.artifact, {}).get(name) if parsed else None

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
        changed: dict[str, dict[str, TagRef]] = {}

        def of(artifact: str) -> dict[str, TagRef]:
            known = changed.get(artifact)
            if known is None:
                known = changed[artifact] = dict(refs.get(artifact, {}))
            return known

        for name in delta.removed:
            parsed = parse_tag_name(name)
            if parsed is not None:
                of(parsed.artifact).pop(name, None)
        for ref in delta.added:
            of(ref.artifact)[ref.name] = ref
        tags = self.tags
        for artifact, known in changed.items():
            tags += len(known) - len(refs.get(artifact, {}))
            if known:
                refs[artifact] = known
            else:
                refs.pop(artifact, None)
        touched = self.touched(delta, annotated, again=again)
        before = Index(refs, self.artifacts, self.order, facts, annotated, self.troubled, tags)
        return before._folded(touched), touched

    def touched(self, delta: Delta, annotated: Sequence[Annotated], *, again: Iterable[str] = ()) -> "frozenset[str]":
        """Return the artifacts that `apply` folds."""
        removed = (parsed.artifact for name in delta.removed if (parsed := parse_tag_name(name)) is not None)
        names = {ref.artifact for ref in delta.added}.union(removed, again)
        return frozenset(names | _reannotated(self.annotated, annotated))

    def _folded(self, touched: frozenset[str]) -> "Index":
        artifacts = copied(self.artifacts)
        troubled = dict(self.troubled)
        order = list(self.order)
        # Beyond some share of the whole, sorting once is cheaper than moving every place by itself.
        at_once = len(touched) * 8 > len(order)
        for name in touched:
            before = artifacts.pop(name, None)
            if before is not None and not at_once:
                del order[bisect_left(order, (before.rank, name))]
            refs = self.refs.get(name, {})
            after = fold(name, refs.values(), self.facts, self.annotated)
            # Sorted, because the order of the refs is that of their coming, which a fold from zero does not know.
            problems = tuple(problem for ref in _troubled(refs.values()) for problem in ref.problems)
            if after is not None:
                artifacts[name] = after
                problems += after.problems
                if not at_once:
                    insort(order, (after.rank, name))
            if problems:
                troubled[name] = problems
            else:
                troubled.pop(name, None)
        if at_once:
            order = sorted((artifact.rank, name) for name, artifact in artifacts.items())
        return Index(self.refs, artifacts, order, self.facts, self.annotated, troubled, self.tags)


def _troubled(refs: Iterable[TagRef]) -> list[TagRef]:
    return sorted((ref for ref in refs if ref.problems), key=lambda ref: ref.name)


def _reannotated(before: Sequence[Annotated], after: Sequence[Annotated]) -> set[str]:
    """Return the artifacts whose annotation, or the commit that has it, differs."""
    if len(before) == len(after) and all(one.same(other) for one, other in zip(before, after, strict=True)):
        return set()
    return {name for annotated in (*before, *after) for name in annotated.places}
