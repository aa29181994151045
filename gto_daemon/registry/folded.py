"""The artifacts of an index: what lists say of each, and the whole of it for whoever asks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from weakref import ref

from gto_daemon.registry.artifact import Artifact, Rank
from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import fold
from gto_daemon.registry.overview import Overview, overview_of
from gto_daemon.registry.problems import Problem

#: Tags, and artifacts, that are kept as they were folded, once or twice over: the whole of most registries.
_KEPT: Final = 12_000


class FoldedArtifact:
    """An artifact that was folded, and is folded again from the same facts when somebody asks for all of it.

    Args:
        artifact: as it was folded.
        refs: its tags.
        facts: what it was folded with.
        annotated: likewise.
        overview_later: make the overview when it is asked for, because somebody waits for the artifact.

    Attributes:
        is_sound: whether it was looked at, and nothing was found.
        name: of the artifact.
        rank: its place in GTO's order.
        problems: what is wrong with it.
        refs: its tags.

    """

    __slots__ = ("_annotated", "_facts", "_known", "_overview", "is_sound", "name", "problems", "rank", "refs")

    def __init__(
        self,
        artifact: Artifact,
        refs: ArtifactRefs,
        facts: ObjectFacts,
        annotated: Sequence[Annotated],
        *,
        overview_later: bool = False,
    ) -> None:
        self.name: Final = artifact.name
        self.rank: Final[Rank] = artifact.rank
        self.problems: Final[tuple[Problem, ...]] = artifact.problems
        self.refs: Final = refs
        self.is_sound = False
        self._facts = facts
        # No others, because files of earlier HEADs are not to be kept.
        self._annotated = tuple(each for each in annotated if artifact.name in each.places)
        self._known = ref(artifact)
        self._overview = None if overview_later else overview_of(artifact)

    @property
    def overview(self) -> Overview:
        """What lists say of it. Two threads that ask at once get equal ones."""
        if self._overview is None:
            self._overview = overview_of(self.artifact())
        return self._overview

    def known(self) -> Artifact | None:
        """Return the artifact if it is in use."""
        return self._known()

    def artifact(self) -> Artifact:
        """Return the artifact: the one that is in use, or else a new one."""
        known = self.known()
        if known is None:
            known = fold(self.name, self.refs.opened(), self._facts, self._annotated)
            if known is None:
                raise ValueError(f"nothing counts for {self.name}")
            # In a registry that was stored, its files have other problems than these, of other artifacts.
            known.problems = self.problems
            self._known = ref(known)
        return known


class RecentArtifacts:
    """The artifacts that were asked for last. Any thread may ask: at worst, one is folded twice.

    Two halves take turns, so that there is nothing to count but the younger one.
    """

    __slots__ = ("_limit", "_older", "_tags", "_younger")

    def __init__(self, limit: int = _KEPT) -> None:
        self._limit = limit
        self._younger: dict[FoldedArtifact, Artifact] = {}
        self._older: dict[FoldedArtifact, Artifact] = {}
        self._tags = 0

    def has_room_for(self, tags: int) -> bool:
        """Return whether everything of a registry of so many tags and artifacts is kept."""
        return tags <= self._limit

    def get(self, folded: FoldedArtifact) -> Artifact:
        """Return the artifact."""
        artifact = self._younger.get(folded)
        if artifact is None:
            artifact = self._older.get(folded) or folded.artifact()
            self.keep(folded, artifact)
        return artifact

    def keep(self, folded: FoldedArtifact, artifact: Artifact) -> None:
        """Keep the artifact for the time being."""
        tags = 1 + len(folded.refs)
        if self._tags + tags > self._limit:
            self._older, self._younger, self._tags = self._younger, {}, 0
        self._younger[folded] = artifact
        self._tags += tags

    def forget(self, folded: FoldedArtifact) -> None:
        """Keep it no longer: another one has taken its place."""
        if self._younger.pop(folded, None) is not None:
            self._tags -= 1 + len(folded.refs)
        self._older.pop(folded, None)


class FoldedArtifacts(Mapping[str, Artifact]):
    """Artifacts by name.

    Args:
        folded: by the same names.
        recent: those that need not be folded again.

    """

    __slots__ = ("_folded", "_recent")

    def __init__(self, folded: Mapping[str, FoldedArtifact], recent: RecentArtifacts) -> None:
        self._folded = folded
        self._recent = recent

    def __getitem__(self, name: str) -> Artifact:
        return self._recent.get(self._folded[name])

    def __contains__(self, name: object) -> bool:
        return name in self._folded

    def __iter__(self) -> Iterator[str]:
        return iter(self._folded)

    def __len__(self) -> int:
        return len(self._folded)
