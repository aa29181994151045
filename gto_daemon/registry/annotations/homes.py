"""Where artifacts are described: every file that has an entry of an artifact, the one that counts first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import Entry


@dataclass(frozen=True, slots=True)
class Home:
    """An entry, and the file that it is in. `path` is relative to the root of the repository."""

    path: str
    annotation: Annotation

    def as_json(self) -> "Entry":
        """Return the place of the entry: `{path, range}`."""
        return {"path": self.path, "range": self.annotation.range.as_json()}


#: Artifact's name to its entries. Where there are several, `artifacts.yaml` is the first.
Homes = Mapping[str, tuple[Home, ...]]


def homes_in(files: Iterable[tuple[str, AnnotationFile]]) -> Homes:
    """Return the entries of these files; of two that describe the same artifact, the first counts."""
    found: dict[str, tuple[Home, ...]] = {}
    for path, file in files:
        for name, annotation in file.annotations.items():
            found[name] = (*found.get(name, ()), Home(path, annotation))
    return found
