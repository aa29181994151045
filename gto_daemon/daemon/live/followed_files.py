"""The annotation files of a checkout on disk, once a client wants them to count as content."""

from collections.abc import Mapping
from pathlib import Path

from gto_daemon.daemon.live.annotation_files import CommittedFiles, FilesOnDisk
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.registry.annotations import AnnotationFile


class FollowedFiles:
    """The annotation files of one checkout. For the repository's thread.

    Args:
        repository: the repository of HEAD's commit.
        committed: what is known of the files of commits.
        root: the checkout.

    Attributes:
        are_wanted: whether their edits move the clock.

    """

    def __init__(self, repository: Repository, committed: CommittedFiles, root: Path) -> None:
        self.are_wanted = False
        self._repository = repository
        self._committed = committed
        self._on_disk = FilesOnDisk(root)
        self._directories: list[str] = [""]

    def paths(self, index_path: str) -> list[str]:
        """Return the path of every file that was read or looked for. `index_path` is the path of `artifacts.yaml`."""
        return self._on_disk.paths(index_path, self._directories)

    def read(self, index_path: str, head: str | None) -> Mapping[str, AnnotationFile]:
        """Map each path to its annotations; a `dvc.yaml` counts at the top and in the folders where HEAD has one."""
        commit = self._repository.commit(head) if head else None
        known = self._committed.dvc_directories(commit) if commit else []
        self._directories = known if "" in known else ["", *known]
        return self._on_disk.read(index_path, self._directories)

    def read_folder(self, index_path: str, directory: str) -> Mapping[str, AnnotationFile]:
        """Return the annotations in a folder's files right now; it may have a `dvc.yaml` that HEAD does not have."""
        return self._on_disk.read(index_path, [directory])
