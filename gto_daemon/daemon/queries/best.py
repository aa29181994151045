"""The version that a metric chooses: `NAME@max:KEY` and `NAME@min:KEY`. For the repository's thread only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.evidence import evidence
from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.evidence.best import Wanted, best_version, candidates, parse_best, parse_wanted
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import CHOOSING, is_choice

if TYPE_CHECKING:
    from gto_daemon.protocol.results import ChosenVersion


def choose(
    worktree: Worktree, snapshot: Snapshot, name: str, artifact: Artifact, wanted: Wanted
) -> "tuple[ChosenVersion, list[Problem]]":
    """Return the version, and why others may have been left out.

    Args:
        worktree: the worktree with the commits.
        snapshot: for HEAD.
        name: the artifact's.
        artifact: the artifact.
        wanted: what makes a version the best.

    Raises:
        RegistryError: `VersionRequired`, `AmbiguousKey`, `NoSuchKey`.

    """
    found = [
        (version.name, evidence(worktree, snapshot, name, version.hexsha, "metrics"))
        for version in candidates(artifact)
    ]
    best = best_version(name, wanted, [(name, each.values) for name, each in found])
    problems = [*dict.fromkeys(problem for _, each in found for problem in each.problems)]
    return {"artifact": name, **best}, problems


def without_choice(
    worktree: Worktree, snapshot: Snapshot, name: str
) -> "tuple[str, ChosenVersion | None, list[Problem]]":
    """Return `NAME@max:KEY` as `NAME@v1.2.3`, with the choice and its problems; any other name as it is.

    Raises:
        RegistryError: `ArtifactNotFound`, and what `choose` refuses.

    """
    parsed = parse_best(name) if is_choice(name) else None
    if parsed is None:
        return name, None, []
    artifact = find_artifact(snapshot, parsed[0])
    chosen, problems = choose(worktree, snapshot, artifact.name, artifact, parsed[1])
    return f"{artifact.name}@{chosen['version']}", chosen, problems


def without_choices(
    worktree: Worktree, snapshot: Snapshot, name: str, artifact: Artifact, texts: Sequence[str]
) -> tuple[list[str], list[Problem]]:
    """Return each `max:KEY` and `min:KEY` as the version that it chooses, and other texts as they are.

    Raises:
        RegistryError: what `choose` refuses.

    """
    versions: list[str] = []
    problems: list[Problem] = []
    for text in texts:
        version = text
        if text.startswith(CHOOSING):
            chosen, unread = choose(worktree, snapshot, name, artifact, parse_wanted(text))
            version = chosen["version"]
            problems += unread
        versions.append(version)
    return versions, problems
