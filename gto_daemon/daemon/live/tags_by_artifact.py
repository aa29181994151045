"""The tags of a repository by name, kept as indexes keep them: packed, by artifact."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.layered import OverlayMapping, copied
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.tag_names import parse_tag_name

#: Artifacts that are changed at a time. Names come sorted, so those of one artifact come together.
_OPEN: Final = 64


class TagsByArtifact(Mapping[str, TagRef]):
    """The tags, which the repository's thread changes, and others may look up.

    Args:
        refs: by artifact's name, then by the ref's.
        count: how many there are.

    """

    def __init__(self, refs: Mapping[str, ArtifactRefs], count: int = 0) -> None:
        self._refs: OverlayMapping[ArtifactRefs] = copied(refs)
        self._count = count
        self._open: dict[str, dict[str, TagRef]] = {}
        self._last: tuple[ArtifactRefs | None, dict[str, TagRef]] = (None, {})

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (name for refs in self._refs.values() for name in refs)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __getitem__(self, name: str) -> TagRef:
        """Return the ref. Names in their order are found at once, each other artifact is unpacked."""
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def _find(self, name: str) -> TagRef | None:
        parsed = parse_tag_name(name)
        if parsed is None:
            return None
        changing = self._open.get(parsed.artifact)
        if changing is not None:
            return changing.get(name)
        return self._opened(parsed.artifact).get(name)

    def _opened(self, artifact: str) -> Mapping[str, TagRef]:
        refs = self._refs.get(artifact)
        if refs is None:
            return {}
        last, opened = self._last
        if last is not refs:
            opened = refs.opened()
            self._last = refs, opened
        return opened

    def all(self) -> Iterator[TagRef]:
        """Yield every ref."""
        return (ref for refs in self._refs.values() for ref in refs.values())

    def changing(self, artifact: str) -> dict[str, TagRef]:
        """Return the refs of an artifact, to be changed until `changed` is called; once they are many, at any time."""
        known = self._open.get(artifact)
        if known is None:
            if len(self._open) >= _OPEN:
                self.changed()
            known = self._open[artifact] = dict(self._opened(artifact))
        return known

    def changed(self) -> None:
        """Take over what was changed."""
        for artifact, refs in self._open.items():
            before = self._refs.get(artifact)
            self._count += len(refs) - (0 if before is None else len(before))
            if refs:
                packed = self._refs[artifact] = ArtifactRefs(artifact, refs.values())
                self._last = packed, refs
            else:
                self._refs.pop(artifact, None)
        self._open = {}

    def of_artifacts(self, names: Iterable[str]) -> dict[str, ArtifactRefs]:
        """Return the refs of these artifacts, packed."""
        return {name: self._refs.get(name) or ArtifactRefs(name, ()) for name in names}

    def by_artifact(self) -> Mapping[str, ArtifactRefs]:
        """Return all of them as of now."""
        return self._refs.copy()

    def of(self, names: Iterable[str]) -> list[TagRef]:
        """Return the refs of these names that there are."""
        return [ref for ref in map(self._find, sorted(names)) if ref is not None]
