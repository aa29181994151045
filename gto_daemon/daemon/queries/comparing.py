"""Two versions, or any two commits, of an artifact side by side. For the repository's thread only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.parsed_files import missing_object
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.best import without_choices
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.daemon.queries.evidence import Kind, evidence
from gto_daemon.daemon.queries.known_names import artifact_named
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.git.tree_changes import changed_files
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.evidence.changes import differences
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.compare import (
    changed_fields,
    commit_row,
    same_content,
    side,
    version_at,
    version_named,
)
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import CommitRow, ComparedSide, CompareResult, FileChange


def compare(
    worktree: Worktree,
    snapshot: Snapshot,
    name: str,
    left: str,
    right: str,
    limit: int,
    kinds: "Sequence[Kind]" = (),
) -> "CompareResult":
    """Return both sides, and what lies between them.

    Args:
        worktree: the worktree with the commits.
        snapshot: for the versions.
        name: the artifact.
        left: a version, `latest`, `#stage`, or any revision that Git resolves to a commit.
        right: the same.
        limit: the maximum number of commits in each list, and of files.
        kinds: what else to compare.

    Raises:
        RegistryError: `ArtifactNotFound`, `VersionRequired`, `RefNotFound`.

    """
    name, artifact = artifact_named(worktree, snapshot, name)
    (before, noticed), (after, also) = (_side(worktree, snapshot, name, artifact, each) for each in (left, right))
    commits, all_new = _between(worktree, before["commit"], after["commit"], limit)
    dropped, all_old = _between(worktree, after["commit"], before["commit"], limit)
    files, all_files, lacking = _files(worktree, before["commit"], after["commit"], limit)
    sides = {
        kind: [evidence(worktree, snapshot, name, each["commit"], kind) for each in (before, after)] for kind in kinds
    }
    unread = [problem for found in sides.values() for each in found for problem in each.problems]
    stated = snapshot.stated((*noticed, *also, *lacking, *unread))
    result: CompareResult = {
        "clock": stated["clock"],
        "problems": stated["problems"],
        "name": name,
        "left": before,
        "right": after,
        "changed": changed_fields(before["annotation"], after["annotation"]),
        "same_content": same_content(before["content"], after["content"]),
        "commits": commits,
        "dropped": dropped,
        "related": _related(worktree, dropped) if all_new and all_old else None,
        "files": files,
        "files_complete": all_files,
        "complete": all_new and all_old,
    }
    for kind, (old, new) in sides.items():
        result[kind] = differences(old.numbers, new.numbers)
    return result


def _side(
    worktree: Worktree, snapshot: Snapshot, name: str, artifact: Artifact, asked: str
) -> "tuple[ComparedSide, tuple[Problem, ...]]":
    (wanted,), unread = without_choices(worktree, snapshot, name, artifact, [asked])
    version = version_named(artifact, wanted)
    commit = version.hexsha if version else _resolved(worktree, artifact, asked)
    described = describe(worktree, snapshot, name, commit)
    known = side(asked, artifact, version or version_at(artifact, commit), commit)
    found: ComparedSide = {
        **known,
        "annotation": described.annotation,
        "location": described.location,
        "content": described.content,
    }
    return found, (*described.problems, *unread)


def _resolved(worktree: Worktree, artifact: Artifact, asked: str) -> str:
    try:
        return worktree.resolve(asked)
    except RegistryError as error:
        # No stage without its sign: a branch of that name would take its place one day.
        if asked in artifact.get_stages():
            error.hint = f"For the stage write '#{asked}'."
        raise


def _between(worktree: Worktree, old: str, new: str, limit: int) -> "tuple[list[CommitRow], bool]":
    oids, complete = worktree.repository.reader.between(old, new, limit)
    # Read past what the repository remembers: a comparison over years would fill its memory for one answer.
    found = [worktree.repository.reader.commit(oid) for oid in oids]
    return [commit_row(each[0]) for each in found if each is not None], complete


def _related(worktree: Worktree, dropped: "Sequence[CommitRow]") -> bool | None:
    """Return whether two commits have one in common, by all the commits that only the first one has; None if unknown.

    If they have none, these are the whole history of the first one: no parent is missing from the list.
    """
    reader = worktree.repository.reader
    own = {each["commit"] for each in dropped}
    # The oldest one first, which is where two branches parted.
    for each in reversed(dropped):
        found = reader.commit(each["commit"])
        if found is None:
            return None
        outside = [parent for parent in found[1].parents if parent not in own]
        if outside:
            # A shallow clone ends at commits whose parents it lacks.
            return True if all(map(reader.commit, outside)) else None
    return not own


def _files(worktree: Worktree, old: str, new: str, limit: int) -> "tuple[list[FileChange], bool, list[Problem]]":
    before, after = worktree.repository.links(old), worktree.repository.links(new)
    if before is None or after is None:
        return [], False, []
    try:
        changed, complete = changed_files(worktree.repository.reader, before.tree, after.tree, limit)
    except MissingObjectError as error:
        problems = missing_object(error.oid).problems
        return [], False, [*problems]
    return [{"path": each.path, "status": each.status} for each in changed], complete, []
