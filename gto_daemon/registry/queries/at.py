"""What is registered and assigned at one commit (requested in iterative/gto#312)."""

from typing import TYPE_CHECKING

from gto_daemon.registry.queries.absence import why_nothing_is_at
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import AtResult, StageAt, VersionAt


def at(snapshot: Snapshot, commit: str) -> "AtResult":
    """Return the versions and stages on a commit.

    Args:
        snapshot: the snapshot to query.
        commit: 40 or 64 hex digits.

    Returns:
        Both in GTO's order. `active` of a stage means that the version is in the stage by `show`'s default rules: not
        unassigned, and not superseded by another version.

    """
    versions: list[VersionAt] = []
    stages: list[StageAt] = []
    for artifact in snapshot.index.in_order():
        held = {
            (stage.stage, stage.version.name, stage.version.hexsha)
            for staged in artifact.get_stages().values()
            for stage in staged
        }
        for version in artifact.versions:
            if version.hexsha != commit:
                continue
            event = version.authoring_event
            if not version.discovered:
                versions.append(
                    {
                        "artifact": artifact.name,
                        "version": version.name,
                        "active": version.is_active,
                        "ref": event.ref if event else version.hexsha,
                    }
                )
            stages.extend(
                {
                    "artifact": artifact.name,
                    "version": version.name,
                    "stage": stage.stage,
                    "active": (stage.stage, version.name, version.hexsha) in held,
                    "ref": stage.events()[-1].ref,
                }
                for stage in version.stages
            )
    problems = [problem.as_json() for problem in snapshot.problems]
    found: AtResult = {
        "clock": snapshot.clock,
        "problems": problems,
        "commit": commit,
        "versions": versions,
        "stages": stages,
    }
    if not versions and not stages:
        found["reason"] = why_nothing_is_at(snapshot, commit)
    return found
