"""The names that artifacts have here, by tags or by an annotation in any file. For the repository's thread only."""

from collections.abc import Sequence
from dataclasses import replace

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import homes
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.dvc_names import known_name, other_spelling
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.plans import Request
from gto_daemon.registry.queries.absence import lightweight_hint, near_shortcuts
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.queries.tree import NOTHING_YET
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_artifact_name


def known_names(worktree: Worktree, snapshot: Snapshot, *, on_disk: bool = False) -> set[str]:
    """Return every name."""
    described, _ = homes(worktree, snapshot, on_disk=on_disk)
    return {*snapshot.index.artifacts, *described}


def artifact_named(worktree: Worktree, snapshot: Snapshot, name: str) -> tuple[str, Artifact]:
    """Return the artifact of that name, in GTO's spelling or in DVC's, and how it is spelled here.

    An artifact that HEAD only describes has no versions.

    Raises:
        RegistryError: `ArtifactNotFound`.

    """
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        described, _ = homes(worktree, snapshot, on_disk=False)
        name = known_name(name, {*described, *snapshot.index.artifacts})
        artifact = snapshot.index.artifacts.get(name)
        if artifact is None:
            artifact = NOTHING_YET if name in described else find_artifact(snapshot, name)
    return name, artifact


def in_known_spelling(worktree: Worktree, snapshot: Snapshot, requests: Sequence[Request]) -> list[Request]:
    """Return the requests with names in GTO's spelling if they are known by it instead of DVC's."""
    names = {request.name for request in requests if other_spelling(request.name) is not None}
    # What GTO takes for no name at all is refused as GTO does.
    unknown = {name for name in names if name not in snapshot.index.artifacts and is_artifact_name(name)}
    known = known_names(worktree, snapshot) if unknown else set()
    return [
        replace(request, name=known_name(request.name, known)) if request.name in unknown else request
        for request in requests
    ]


def what_may_be_meant(worktree: Worktree, snapshot: Snapshot, name: str, *, on_disk: bool) -> str:
    """Return what to know about a name without an annotation, or what may be meant by it; empty where nothing is near.

    Args:
        worktree: the worktree with the files.
        snapshot: for the other names.
        name: the artifact.
        on_disk: whether its annotation was looked for in the files on disk, and not in a commit.

    """
    if name in snapshot.index.artifacts:
        return ""
    near = near_shortcuts(snapshot, name) or near_names(name, known_names(worktree, snapshot, on_disk=on_disk))
    return lightweight_hint(snapshot, name) or did_you_mean(near)
