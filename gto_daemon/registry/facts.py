"""The facts that a fold needs besides tags: the commits of versions and the annotations at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.objects import Commit

#: No annotation file, as at most commits.
NO_ANNOTATIONS = AnnotationFile(annotations={}, problems=())


@dataclass(frozen=True, slots=True)
class Annotated:
    """A commit whose annotations make artifacts known.

    Attributes:
        commit: its id.
        file: what is annotated there, in the file's order.
        places: artifact's name to its place in the file, from 0.

    """

    commit: str
    file: AnnotationFile
    places: Mapping[str, int]

    @classmethod
    def at(cls, commit: str, file: AnnotationFile) -> "Annotated":
        """Return the annotations `file` at `commit`."""
        return cls(commit, file, {name: place for place, name in enumerate(file.annotations)})

    def same(self, other: "Annotated") -> bool:
        """Return whether both say the same about the same commit; files are cached, so identity is compared."""
        return self.commit == other.commit and self.file is other.file


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """Objects by their id. Ids name content, so what is here is never stale; what is absent could not be read.

    Attributes:
        commits: the commits that tags are on, and HEAD.
        annotations: commit id to the annotation file there; commits without one are absent.
        index_path: the file, relative to the repository's root.

    """

    commits: Mapping[str, Commit] = field(default_factory=dict)
    annotations: Mapping[str, AnnotationFile] = field(default_factory=dict)
    index_path: str = "artifacts.yaml"
