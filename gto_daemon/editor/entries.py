"""The entries of an annotation file as places in its text."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.annotations.nodes import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an entry and its value, as places in the text.

    Attributes:
        key: as it is read.
        key_start: of the key; `key_end`: behind it.
        value_start: of the value; `value_end`: behind it.
        text: the value, where it is a scalar.

    """

    key: str
    key_start: int
    key_end: int
    value_start: int
    value_end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class EntrySyntax:
    """What is written of one artifact, at places relative to where its text begins.

    Attributes:
        name: of the artifact, `some/dir:churn` in a folder.
        key: as it is read.
        start: of the key; `end`: behind it.
        extent: where the last of its values ends.
        fields: in the order of the file.
        annotation: what it says, None where that does not count.
        home: the artifact's path relative to the repository's root; None for a URL, and for one that leads outside.

    """

    name: str
    key: str
    start: int
    end: int
    extent: int
    fields: tuple[Field, ...] = ()
    annotation: Annotation | None = None
    home: str | None = None

    def annotated(self, annotation: Annotation | None, directory: str) -> "EntrySyntax":
        """Return it with what it says, in a file of that folder."""
        # The annotation's path, because variables of dvc.yaml are resolved there.
        path = annotation.path if annotation is not None else None
        return replace(self, annotation=annotation, home=_inside(directory, path) if path else None)


class ArtifactEntry(NamedTuple):
    """An artifact of an annotation file; `base` is where its text begins in the document's, `line` in which line."""

    described: EntrySyntax
    base: int
    line: int = 0

    @property
    def name(self) -> str:
        """The name of the artifact."""
        return self.described.name

    @property
    def key(self) -> str:
        """As it is read."""
        return self.described.key

    @property
    def start(self) -> int:
        """The range of the key in the document."""
        return self.base + self.described.start

    @property
    def end(self) -> int:
        """Behind the key."""
        return self.base + self.described.end

    @property
    def extent(self) -> int:
        """Where the last of its values ends."""
        return self.base + self.described.extent

    @property
    def annotation(self) -> Annotation | None:
        """What it says; its ranges are relative to where the entry's text begins."""
        return self.described.annotation

    @property
    def home(self) -> str | None:
        """The artifact's path relative to the root of the repository."""
        return self.described.home

    @property
    def keys(self) -> Iterator[str]:
        """The keys of its fields."""
        return (each.key for each in self.described.fields)

    @property
    def fields(self) -> tuple[Field, ...]:
        """In the order of the file."""
        return tuple(self._placed(each) for each in self.described.fields)

    def field(self, key: str) -> Field | None:
        """Return the field of that name."""
        found = next((each for each in self.described.fields if each.key == key), None)
        return None if found is None else self._placed(found)

    def _placed(self, field: Field) -> Field:
        base = self.base
        return Field(
            field.key,
            base + field.key_start,
            base + field.key_end,
            base + field.value_start,
            base + field.value_end,
            field.text,
        )


def described_in(holder: Node | None, directory: str) -> Iterator[EntrySyntax]:
    """Yield the entries of a mapping; merge keys name none."""
    for key, value in holder.pairs() if isinstance(holder, Mapping) else ():
        if not isinstance(key, Scalar) or key.text == "<<":
            continue
        fields = tuple(_fields(value)) if isinstance(value, Mapping) else ()
        extent = max(key.end, value.end)
        yield EntrySyntax(full_name(key.text, directory), key.text, key.start, key.end, extent, fields)


def _fields(value: Mapping) -> Iterator[Field]:
    for key, inner in value.pairs():
        if isinstance(key, Scalar):
            text = inner.text if isinstance(inner, Scalar) else None
            yield Field(key.text, key.start, key.end, inner.start, inner.end, text)


def _inside(directory: str, text: str) -> str | None:
    if "://" in text or "${" in text or posixpath.isabs(text):
        return None
    path = posixpath.normpath(posixpath.join(directory, text))
    return None if path in (".", "..") or path.startswith("../") else path


def full_name(key: str, directory: str) -> str:
    """Return the artifact that a key of that folder names."""
    return f"{directory}:{key}" if directory else key
