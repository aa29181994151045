"""The refs of one artifact, packed: values are made of them for whoever asks.

Of a hundred thousand tags a few are looked at at a time, and as values they are four times as large.
"""

import marshal
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import repeat
from typing import Any

from gto_daemon.registry.objects import Tag, TagRef, made

#: In place of a tag, of a ref that has none.
_NO_TAG = Tag("", "", "", "", "", 0, 0, "")

#: What no name and no id has in it.
_BETWEEN = "\n"


class ArtifactRefs(Mapping[str, TagRef]):
    """The refs of an artifact by name. Each access unpacks all of them, so whoever needs several takes `values()`.

    Args:
        artifact: its name.
        refs: all of its refs.

    """

    __slots__ = ("_artifact", "_count", "_packed", "_problems")

    def __init__(self, artifact: str, refs: Iterable[TagRef]) -> None:
        self._artifact = artifact
        all_refs = [*refs]
        self._count = len(all_refs)
        # Of no tag, nothing is kept but that its target is empty.
        tags = [ref.tag or _NO_TAG for ref in all_refs] or [_NO_TAG]
        objects = _BETWEEN.join([ref.oid for ref in all_refs])
        oids, targets, types, taggers, emails, seconds, offsets, messages = zip(*tags, strict=True)
        tag_objects = _BETWEEN.join(oids)
        self._packed = marshal.dumps(
            (
                _BETWEEN.join([ref.name for ref in all_refs]),
                objects,
                None if tag_objects == objects else tag_objects,
                _BETWEEN.join(targets),
                (_column(types), _column(taggers), _column(emails), seconds, _column(offsets), _column(messages)),
            )
        )
        self._problems = {ref.name: ref.problems for ref in all_refs if ref.problems} or None

    def _refs(self) -> Iterator[TagRef]:
        if not self._count:
            return iter(())
        # Not of a file: these bytes were made above.
        names, objects, tag_objects, targets, others = marshal.loads(self._packed)  # noqa: S302
        oids = objects.split(_BETWEEN)
        types, taggers, emails, seconds, offsets, messages = map(_values, others)
        of_tags = oids if tag_objects is None else tag_objects.split(_BETWEEN)
        tags = zip(of_tags, targets.split(_BETWEEN), types, taggers, emails, seconds, offsets, messages, strict=False)
        artifact, problems = self._artifact, self._problems or {}
        return iter(
            [
                made(TagRef, (name, artifact, oid, made(Tag, tag) if tag[1] else None, problems.get(name, ())))
                for name, oid, tag in zip(names.split(_BETWEEN), oids, tags, strict=True)
            ]
        )

    def on_commit_of(self, name: str) -> list[TagRef]:
        """Return the ref of that name, if there is one, and then the others whose tags are on the same object."""
        names, objects, tag_objects, targets, others = marshal.loads(self._packed)  # noqa: S302
        known = names.split(_BETWEEN)
        if name not in known:
            return []
        first = known.index(name)
        oids, on = objects.split(_BETWEEN), targets.split(_BETWEEN)
        of_tags = oids if tag_objects is None else tag_objects.split(_BETWEEN)
        target = on[first]
        places = [place for place, each in enumerate(on) if target and each == target and place != first]

        def ref(place: int) -> TagRef:
            members = (each[place] if isinstance(each, tuple) else each for each in others)
            tag = Tag(of_tags[place], target, *members) if target else None
            problems = (self._problems or {}).get(known[place], ())
            return TagRef(known[place], self._artifact, oids[place], tag, problems)

        return [ref(first), *map(ref, places)]

    def __getitem__(self, name: str) -> TagRef:
        for ref in self._refs():
            if ref.name == name:
                return ref
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(marshal.loads(self._packed)[0].split(_BETWEEN) if self._count else ())  # noqa: S302

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.opened() == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ArtifactRefs({self._artifact!r}, {[*self._refs()]!r})"

    def opened(self) -> dict[str, TagRef]:
        """Return the same as a dict."""
        return {ref.name: ref for ref in self._refs()}

    def values(self) -> ValuesView[TagRef]:
        """Return the refs, unpacked once."""
        return self.opened().values()

    def items(self) -> ItemsView[str, TagRef]:
        """Return names and refs, unpacked once."""
        return self.opened().items()


def _column(values: tuple[Any, ...]) -> Any:
    """Return the values, or their one value if it is the same for all."""
    return values[0] if values and values.count(values[0]) == len(values) else values


def _values(column: object) -> Iterable[Any]:
    return column if isinstance(column, tuple) else repeat(column)
