"""Two versions, or any two commits, of an artifact side by side. For the repository's thread only."""

from typing import TYPE_CHECKING

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import homes
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.dvc_names import known_name
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.compare import (
    changed_fields,
    commit_row,
    same_content,
    side,
    version_at,
    version_named,
)
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.queries.tree import NOTHING_YET
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import CommitRow, ComparedSide, CompareResult


def compare(worktree: Worktree, snapshot: Snapshot, name: str, left: str, right: str, limit: int) -> "CompareResult":
    """Return both sides, and what lies between them.

    Args:
        worktree: the worktree with the commits.
        snapshot: for the versions.
        name: the artifact.
        left: a version, `latest`, `#stage`, or any revision that Git resolves to a commit.
        right: the same.
        limit: the maximum number of commits in each list.

    Raises:
        RegistryError: `ArtifactNotFound`, `VersionRequired`, `RefNotFound`.

    """
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        described, _ = homes(worktree, snapshot, on_disk=False)
        name = known_name(name, {*described, *snapshot.index.artifacts})
        artifact = snapshot.index.artifacts.get(name)
        if artifact is None:
            artifact = NOTHING_YET if name in described else find_artifact(snapshot, name)
    (before, noticed), (after, also) = (_side(worktree, snapshot, name, artifact, each) for each in (left, right))
    commits, all_new = _between(worktree, before["commit"], after["commit"], limit)
    dropped, all_old = _between(worktree, after["commit"], before["commit"], limit)
    return {
        **snapshot.stated((*noticed, *also)),
        "name": name,
        "left": before,
        "right": after,
        "changed": changed_fields(before["annotation"], after["annotation"]),
        "same_content": same_content(before["content"], after["content"]),
        "commits": commits,
        "dropped": dropped,
        "complete": all_new and all_old,
    }


def _side(
    worktree: Worktree, snapshot: Snapshot, name: str, artifact: Artifact, asked: str
) -> "tuple[ComparedSide, tuple[Problem, ...]]":
    version = version_named(artifact, asked)
    commit = version.hexsha if version else worktree.resolve(asked)
    described = describe(worktree, snapshot, name, commit)
    known = side(asked, artifact, version or version_at(artifact, commit), commit)
    found: ComparedSide = {
        **known,
        "annotation": described.annotation,
        "location": described.location,
        "content": described.content,
    }
    return found, described.problems


def _between(worktree: Worktree, old: str, new: str, limit: int) -> "tuple[list[CommitRow], bool]":
    oids, complete = worktree.repository.reader.between(old, new, limit)
    # Read past what the repository remembers: a comparison over years would fill its memory for one answer.
    found = [worktree.repository.reader.commit(oid) for oid in oids]
    return [commit_row(each[0]) for each in found if each is not None], complete
