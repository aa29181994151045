"""`gto print-state`: the whole state, nothing filtered and nothing derived."""

from typing import Any

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.events import event_json
from gto_daemon.registry.snapshot import Snapshot


def print_state(snapshot: Snapshot) -> dict[str, Any]:
    """`{artifacts: {NAME: {artifact, versions, creations, deprecations}}}` as GTO 1.10.1 dumps it."""
    return {"artifacts": {artifact.name: artifact_state(artifact) for artifact in snapshot.index.in_order()}}


def artifact_state(artifact: Artifact) -> dict[str, Any]:
    """Everything that was folded into one artifact."""
    return {
        "artifact": artifact.name,
        "versions": [_version(artifact.name, version) for version in artifact.versions],
        "creations": [],
        "deprecations": [event_json(event) for event in artifact.deprecations],
    }


def _version(artifact: str, version: Version) -> dict[str, Any]:
    return {
        "artifact": artifact,
        "commit_hexsha": version.hexsha,
        "version": version.name,
        "enrichments": [event_json(event) for event in version.commits],
        "registrations": [event_json(event) for event in version.registrations],
        "deregistrations": [event_json(event) for event in version.deregistrations],
        "stages": {
            stage.stage: {
                "artifact": artifact,
                "commit_hexsha": version.hexsha,
                "version": version.name,
                "stage": stage.stage,
                "assignments": [event_json(event) for event in stage.assignments],
                "unassignments": [event_json(event) for event in stage.unassignments],
            }
            for stage in version.stages
        },
    }
