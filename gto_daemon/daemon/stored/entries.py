"""The artifacts of a stored registry: each is unpacked and folded on first use."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from itertools import chain
from typing import Any

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
from gto_daemon.registry.events import CommitEvent
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import fold
from gto_daemon.registry.layered import OverlayMapping
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.tag_names import parse_tag_name


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
        artifacts: the artifacts that were folded.

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
        self._unpacked: dict[str, _StoredEntry] = {}
        self.artifacts: dict[str, Artifact] = {}

    def blob(self, name: str) -> memoryview:
        """Return the entry as it is in the file."""
        start, length = self._places[name]
        return self._blobs[start : start + length]

    def refs(self, name: str) -> Mapping[str, TagRef]:
        """Return the refs of an artifact, by name."""
        return self._entry(name).refs

    def artifact(self, name: str) -> Artifact:
        """Return the artifact.

        Raises:
            ValueError: nothing counts for it, which is known without asking.

        """
        known = self.artifacts.get(name)
        if known is not None:
            return known
        entry = self._entry(name)
        artifact = fold(name, entry.refs.values(), entry.facts(self._index_path), self._annotated)
        if artifact is None:
            raise ValueError(f"nothing counts for {name}")
        # They are of the whole of each annotation file, of which only what says something of this artifact is here.
        artifact.problems = tuple(unpack_problem(each) for each in entry.problems)
        # Another thread may have been faster, and then all use its artifact.
        return self.artifacts.setdefault(name, artifact)

    def _entry(self, name: str) -> "_StoredEntry":
        known = self._unpacked.get(name)
        if known is None:
            known = self._unpacked.setdefault(name, _StoredEntry(name, unpack(self.blob(name))))
        return known


class _StoredEntry:
    __slots__ = ("annotations", "commits", "name", "problems", "refs")

    def __init__(self, name: str, packed: list[Any]) -> None:
        refs, self.commits, self.annotations, self.problems = packed
        self.name = name
        self.refs = {ref[0]: unpack_ref(name, ref) for ref in refs}

    def facts(self, index_path: str) -> ObjectFacts:
        commits = {commit.oid: commit for commit in map(unpack_commit, self.commits)}
        files = {
            oid: AnnotationFile({self.name: unpack_annotation(packed)}, ()) for oid, packed in self.annotations.items()
        }
        return ObjectFacts(commits, files, index_path)


class StoredTags(MutableMapping[str, TagRef]):
    """The tags by name, of a registry that has them by artifact, and what changed since.

    Args:
        refs: by artifact's name, then by the ref's.
        count: how many there are.

    """

    def __init__(self, refs: Mapping[str, Mapping[str, TagRef]], count: int) -> None:
        self._refs = refs
        self._count = count
        self._changed: dict[str, TagRef | None] = {}

    def _find(self, name: str) -> TagRef | None:
        if name in self._changed:
            return self._changed[name]
        parsed = parse_tag_name(name)
        return self._refs.get(parsed.artifact, {}).get(name) if parsed is not None else None

    def __getitem__(self, name: str) -> TagRef:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __setitem__(self, name: str, ref: TagRef) -> None:
        self._count += self._find(name) is None
        self._changed[name] = ref

    def __delitem__(self, name: str) -> None:
        if self._find(name) is None:
            raise KeyError(name)
        self._count -= 1
        self._changed[name] = None

    def __iter__(self) -> Iterator[str]:
        for refs in self._refs.values():
            yield from (name for name in refs if name not in self._changed)
        yield from (name for name, ref in self._changed.items() if ref is not None)

    def __len__(self) -> int:
        return self._count


def lazily(names: Sequence[str], read: Callable[[str], Any]) -> OverlayMapping[Any]:
    """Return a mapping of these names, whose values are read on first use."""
    return OverlayMapping(dict.fromkeys(names), read)
