"""What is registered and assigned at one commit (asked for in iterative/gto#312)."""

from typing import Any

from gto_daemon.registry.snapshot import Snapshot


def at(snapshot: Snapshot, commit: str) -> dict[str, Any]:
    """The versions and stages on a commit.

    Args:
        snapshot: what is asked.
        commit: 40 or 64 hex digits.

    Returns:
        `{commit, versions: [{artifact, version, active, ref}], stages: [{artifact, version, stage, active, ref}]}`
        in GTO's order. `active` of a stage tells that the version is in the stage by `show`'s default rules: not
        unassigned, and not superseded by another version.

    """
    versions: list[dict[str, Any]] = []
    stages: list[dict[str, Any]] = []
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
    return {"commit": commit, "versions": versions, "stages": stages}
