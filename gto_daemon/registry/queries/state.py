"""`gto print-state`: the whole state, unfiltered."""

from typing import TYPE_CHECKING

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.events import commit_event_json, tag_event_json
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol import registry as protocol


def print_state(snapshot: Snapshot) -> "protocol.PrintStateAnswer":
    """Return `{artifacts: {NAME: {artifact, versions, creations, deprecations}}}` as GTO 1.10.1 dumps it."""
    return {"artifacts": {artifact.name: artifact_state(artifact) for artifact in snapshot.index.in_order()}}


def artifact_state(artifact: Artifact) -> "protocol.StateArtifact":
    """Return everything that was folded into one artifact."""
    return {
        "artifact": artifact.name,
        "versions": [_version(artifact.name, version) for version in artifact.versions],
        "creations": [],
        "deprecations": [tag_event_json(event) for event in artifact.deprecations],
    }


def _version(artifact: str, version: Version) -> "protocol.StateVersion":
    return {
        "artifact": artifact,
        "commit_hexsha": version.hexsha,
        "version": version.name,
        "enrichments": [commit_event_json(event) for event in version.commits],
        "registrations": [tag_event_json(event) for event in version.registrations],
        "deregistrations": [tag_event_json(event) for event in version.deregistrations],
        "stages": {
            stage.stage: {
                "artifact": artifact,
                "commit_hexsha": version.hexsha,
                "version": version.name,
                "stage": stage.stage,
                "assignments": [tag_event_json(event) for event in stage.assignments],
                "unassignments": [tag_event_json(event) for event in stage.unassignments],
            }
            for stage in version.stages
        },
    }
