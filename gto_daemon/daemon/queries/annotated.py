"""Where artifacts are described, in the files of HEAD or in those on disk.

For the repository's thread only.
"""

from collections.abc import Iterator
from dataclasses import replace

from gto_daemon.daemon.live.annotation_files import DVC, join, merged
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.registry.annotations import AnnotationFile
from gto_daemon.registry.annotations.homes import Homes, homes_in
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.version_tools import CONFIGURING, version_tools
from gto_daemon.registry.snapshot import Snapshot


def homes(worktree: Worktree, snapshot: Snapshot, *, on_disk: bool) -> tuple[Homes, tuple[Problem, ...]]:
    """Return the entries of `artifacts.yaml` and every `dvc.yaml`, and the problems in these files."""
    files = dict(worktree.disk()) if on_disk else _committed(worktree, snapshot)
    # artifacts.yaml counts before any dvc.yaml, as it does in `describe`.
    ordered = sorted(files.items(), key=lambda item: (item[0] != snapshot.config.index, item[0]))
    return homes_in(ordered), tuple(problem for _, file in ordered for problem in file.problems)


def dvc_problems(worktree: Worktree, snapshot: Snapshot) -> list[Problem]:
    """Return the problems in the `dvc.yaml` files of HEAD's commit, and in the files of their variables."""
    file = merged(sorted(_committed(worktree, snapshot).items(), key=lambda item: item[0] != snapshot.config.index))
    return [replace(each, commit=snapshot.head) for each in file.problems if each.path != snapshot.config.index]


def uncommitted_annotations(worktree: Worktree, snapshot: Snapshot) -> Iterator[Problem]:
    """Yield what the files in the top folder say, as they are on disk now, and HEAD's commit does not."""
    on_disk = merged(worktree.read_folder("").items())
    return uncommitted(on_disk, merged(_committed(worktree, snapshot).items()))


def uncommitted(on_disk: AnnotationFile, committed: AnnotationFile) -> Iterator[Problem]:
    """Yield a remark on each annotation on disk that is not committed."""
    for name, annotation in on_disk.annotations.items():
        known = committed.annotations.get(name)
        if known is None or known.as_json() != annotation.as_json():
            yield Problem(
                code="uncommitted-annotation",
                severity="info",
                message=f"The annotation of '{name}' is not committed as it is on disk.",
                hint="Commit the file, so that clones and versions have it.",
                artifact=name,
            )


def version_tool_problems(worktree: Worktree, snapshot: Snapshot) -> list[Problem]:
    """Return which tools in HEAD's commit take their versions from tags, where there are tags of GTO's."""
    links = worktree.repository.links(snapshot.head) if snapshot.head and snapshot.index.tags else None
    found: dict[str, bytes] = {}
    for path in CONFIGURING if links else ():
        try:
            oid = worktree.repository.reader.file(links.tree, path) if links else None
        except MissingObjectError:
            continue
        data = worktree.repository.reader.blob(oid, MAX_FILE) if oid else None
        if data is not None:
            found[path] = data
    return [replace(each, commit=snapshot.head) for each in version_tools(found)]


def _committed(worktree: Worktree, snapshot: Snapshot) -> dict[str, AnnotationFile]:
    commit = worktree.repository.commit(snapshot.head) if snapshot.head else None
    if commit is None:
        return {}
    committed = worktree.committed
    found = {snapshot.config.index: committed.artifacts_yaml(commit, snapshot.config.index)}
    for directory in committed.dvc_directories(commit):
        found[join(directory, DVC)] = committed.dvc_yaml(commit, directory)
    return {path: file for path, file in found.items() if file is not None}
