"""The artifacts of a stored registry: each is unpacked and folded on first use."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from gto_daemon.daemon.stored.file import pack, unpack
from gto_daemon.daemon.stored.packing import (
    pack_annotation,
    pack_commit,
    pack_problem,
    pack_ref,
    unpack_annotation,
    unpack_commit,
    unpack_problem,
    unpack_ref,
)
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.events import CommitEvent
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import fold
from gto_daemon.registry.folded import FoldedArtifact
from gto_daemon.registry.layered import OverlayMapping
from gto_daemon.registry.objects import Commit, TagRef
from gto_daemon.registry.problems import Problem


def pack_entry(refs: Mapping[str, TagRef], artifact: Artifact | None) -> bytes:
    """Pack the facts that the artifact is folded from, and the problems found."""
    events: list[CommitEvent] = []
    if artifact is not None:
        events = list(chain.from_iterable(version.commits for version in artifact.versions))
    return pack(
        [
            [pack_ref(ref) for ref in refs.values()],
            list({event.commit: pack_commit(event.object) for event in events}.values()),
            {e.commit: pack_annotation(e.annotation) for e in events if e.annotation is not None},
            [pack_problem(problem) for problem in (artifact.problems if artifact is not None else ())],
        ]
    )


class Entries:
    """The entries of one file. An unpacked entry is kept, so that all holders of the registry share it.

    Attributes:
        folded: the artifacts that were folded.

    Args:
        places: by artifact's name: the first byte of its blob, and its length.
        blobs: all of them.
        annotated: the commits whose annotations made artifacts known.
        index_path: the annotation file.

    """

    def __init__(
        self,
        places: Mapping[str, tuple[int, int]],
        blobs: memoryview,
        annotated: Sequence[Annotated],
        index_path: str,
    ) -> None:
        self._places = places
        self._blobs = blobs
        self._annotated = annotated
        self._index_path = index_path
        self._commits: dict[str, Commit] = {}
        self._unpacked: dict[str, _StoredEntry] = {}
        self.folded: dict[str, FoldedArtifact] = {}

    def blob(self, name: str) -> memoryview:
        """Return the entry as it is in the file."""
        start, length = self._places[name]
        return self._blobs[start : start + length]

    def refs(self, name: str) -> ArtifactRefs:
        """Return the refs of an artifact, by name."""
        return self._entry(name).refs

    def artifact(self, name: str) -> FoldedArtifact:
        """Return the artifact.

        Raises:
            ValueError: nothing counts for it, which is known without asking.

        """
        known = self.folded.get(name)
        if known is not None:
            return known
        entry = self._entry(name)
        artifact = fold(name, entry.refs.opened(), entry.facts, self._annotated)
        if artifact is None:
            raise ValueError(f"nothing counts for {name}")
        # They are of the whole of each annotation file, of which only what says something of this artifact is here.
        artifact.problems = entry.problems
        # Another thread may have been faster, and then all use its artifact.
        return self.folded.setdefault(name, FoldedArtifact(artifact, entry.refs, entry.facts, self._annotated))

    def _entry(self, name: str) -> "_StoredEntry":
        known = self._unpacked.get(name)
        if known is None:
            refs, commits, annotations, problems = unpack(self.blob(name))
            for commit in map(unpack_commit, commits):
                self._commits.setdefault(commit.oid, commit)
            files = {oid: AnnotationFile({name: unpack_annotation(packed)}, ()) for oid, packed in annotations.items()}
            known = _StoredEntry(
                ArtifactRefs(name, (unpack_ref(name, ref) for ref in refs)),
                ObjectFacts(self._commits, files, self._index_path),
                tuple(unpack_problem(each) for each in problems),
            )
            known = self._unpacked.setdefault(name, known)
        return known


class _StoredEntry(NamedTuple):
    refs: ArtifactRefs
    facts: ObjectFacts
    problems: tuple[Problem, ...]


def lazily(names: Sequence[str], read: Callable[[str], Any]) -> OverlayMapping[Any]:
    """Return a mapping of these names, whose values are read on first use."""
    return OverlayMapping(dict.fromkeys(names), read)
