"""Where artifacts are described: every file that has an entry of an artifact, the one that counts first."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gto_daemon.registry.annotations.annotation import Annotation, AnnotationFile

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import Entry

_DVC: Final = "dvc.yaml"


@dataclass(frozen=True, slots=True)
class Home:
    """An entry, and the file that it is in. `path` is relative to the root of the repository."""

    path: str
    annotation: Annotation

    @property
    def artifact_path(self) -> str | None:
        """The path of the artifact, as `path_from_root` has it; None if the entry names none."""
        return path_from_root(self.path, self.annotation.path) if self.annotation.path else None

    def as_json(self) -> "Entry":
        """Return the place of the entry: `{path, range}`."""
        return {"path": self.path, "range": self.annotation.range.as_json()}


#: Artifact's name to its entries. Where there are several, `artifacts.yaml` is the first.
Homes = Mapping[str, tuple[Home, ...]]


def path_from_root(file: str, path: str) -> str:
    """Return the path of an artifact from the root of the repository; a URL stays as it is.

    Args:
        file: the annotation file, from the root.
        path: as that has it; from the folder of a `dvc.yaml`, or from the root.

    """
    if "://" in path:
        return path
    folder = posixpath.dirname(file) if posixpath.basename(file) == _DVC else ""
    return posixpath.normpath(posixpath.join(folder, path))


def homes_in(files: Iterable[tuple[str, AnnotationFile]]) -> Homes:
    """Return the entries of these files; of two that describe the same artifact, the first counts."""
    found: dict[str, tuple[Home, ...]] = {}
    for path, file in files:
        for name, annotation in file.annotations.items():
            found[name] = (*found.get(name, ()), Home(path, annotation))
    return found
