"""An annotation: what a file says of one artifact, and where it says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Problem, Range

if TYPE_CHECKING:
    from gto_daemon.protocol import registry as protocol


class FieldRanges(Mapping[str, Range]):
    """The ranges of an entry's values by key, computed on demand: a large file has tens of thousands.

    Keys that mean nothing to GTO are there too.
    """

    __slots__ = ("_lines", "_places")

    def __init__(self, places: Mapping[str, tuple[int, int]], lines: Lines) -> None:
        """Take the first character of each value and the one after its last, and the lines to find them in."""
        self._places = places
        self._lines = lines

    def __getitem__(self, key: str) -> Range:
        return self._lines.range(*self._places[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"FieldRanges({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One entry of an annotation file.

    Attributes:
        name: as GTO names the artifact: `churn`, or `some/dir:churn` for an entry of `some/dir/dvc.yaml`.
        type: free text, such as `model`.
        path: where the artifact is, relative to the file's directory, or a URL.
        virtual: GTO's own mark for what Git does not hold itself; None in `dvc.yaml`, which has no such field.
        labels: in the order of the file.
        description: empty if there is none.
        custom: anything that JSON can say; NaN and infinities may be among it.
        range: the range of the key that names the entry.
        fields: the ranges of its values, by the key of the file (`desc` and `meta` in `dvc.yaml`).

    """

    name: str
    type: str | None
    path: str | None
    virtual: bool | None
    labels: tuple[str, ...]
    description: str
    custom: Any
    range: Range
    fields: Mapping[str, Range]

    @property
    def extent(self) -> Range:
        """From the key to the end of what is furthest down of its values."""
        ends = [self.range.end, *(place.end for place in self.fields.values())]
        return Range(self.range.start, max(ends, key=lambda end: (end.line, end.character)))

    def says_the_same(self, other: "Annotation") -> bool:
        """Return whether both say the same about an artifact, wherever they are written."""
        return (
            self.type == other.type
            and self.path == other.path
            and self.virtual == other.virtual
            and self.labels == other.labels
            and self.description == other.description
            and self.custom == other.custom
        )

    def as_json(self) -> "protocol.Annotation":
        """Return the `artifact` in `gto show --json` (GTO 1.10.1, index.py), without `virtual` for a `dvc.yaml`."""
        shape: protocol.Annotation = {"type": self.type, "path": self.path}
        if self.virtual is not None:
            shape["virtual"] = self.virtual
        shape["labels"] = list(self.labels)
        shape["description"] = self.description
        shape["custom"] = self.custom
        return shape

    def described(self) -> "protocol.Annotation":
        """Return what `gto describe` printed (GTO 0.2.8, cli.py): the same without default values."""
        defaults: dict[str, object] = {
            "type": None,
            "path": None,
            "virtual": True,
            "labels": [],
            "description": "",
            "custom": None,
        }
        said = {key: value for key, value in self.as_json().items() if value != defaults[key]}
        return cast("protocol.Annotation", said)


@dataclass(frozen=True, slots=True)
class AnnotationFile:
    """An annotation file as far as it could be read.

    Attributes:
        annotations: by artifact's name, in the order of the file.
        problems: what was left out and why. `path` is None where it is this file.

    """

    annotations: Mapping[str, Annotation]
    problems: tuple[Problem, ...]
