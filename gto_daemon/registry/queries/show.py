"""`gto show`: the registry, or the versions of one artifact."""

from typing import TYPE_CHECKING, cast

from gto_daemon.protocol import Sort
from gto_daemon.registry.artifact import DEFAULT_STAGES, Artifact, Version, VersionStage
from gto_daemon.registry.dvc_names import known_name, known_shortcut
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import Event, commit_event_json, tag_event_json
from gto_daemon.registry.objects import Moment
from gto_daemon.registry.queries.absence import hint_for_unknown
from gto_daemon.registry.queries.stages import stage_columns
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol import registry as protocol


def show_registry(
    snapshot: Snapshot,
    *,
    registered_only: bool = False,
    deprecated: bool = False,
    assignments_per_version: int = -1,
    versions_per_stage: int = 1,
    sort: Sort = "timestamp",
) -> "dict[str, protocol.ArtifactRow]":
    """Map artifact names to `{version, stage, registered, active}`, as `gto show --json`.

    Args:
        snapshot: the snapshot to query.
        registered_only: stages of registered versions only.
        deprecated: include deprecated artifacts.
        assignments_per_version: the number of stages (the oldest) of each version; -1 for all.
        versions_per_stage: the number of versions (the newest or greatest) of each stage; -1 for all.
        sort: what `newest` means if a stage holds several versions.

    Raises:
        RegistryError: `WrongArgs`.

    """
    columns = stage_columns(snapshot)
    overviews_say = (registered_only, assignments_per_version, versions_per_stage, sort) == DEFAULT_STAGES
    registry: dict[str, protocol.ArtifactRow] = {}
    for artifact, overview in snapshot.index.overviews():
        if not overview.active and not deprecated:
            continue
        stages: dict[str, str] = {}
        if overviews_say:
            stages = {held.stage: ", ".join(held.versions) for held in overview.stages}
        elif columns:  # GTO looks at the counts where a column asks for stages; without any, a wrong one is let pass
            found = snapshot.index.artifacts[artifact].get_stages(
                registered_only=registered_only,
                assignments_per_version=assignments_per_version,
                versions_per_stage=versions_per_stage,
                sort=sort,
            )
            stages = {name: ", ".join(each.version.name for each in held) for name, held in found.items()}
        registry[artifact] = {
            "version": overview.latest,
            "stage": {name: stages.get(name) or None for name in columns},
            "registered": overview.registered,
            "active": overview.active,
        }
    return registry


def find_artifact(snapshot: Snapshot, name: str) -> Artifact:
    """Return the artifact with that name, in GTO's spelling or in DVC's.

    Raises:
        RegistryError: `ArtifactNotFound`.

    """
    artifact = snapshot.index.artifacts.get(known_name(name, snapshot.index.artifacts))
    if artifact is None:
        raise RegistryError(
            "ArtifactNotFound",
            f"Cannot find artifact '{name}'",
            hint=hint_for_unknown(snapshot, name),
            artifact=name,
        )
    return artifact


def show_versions(
    snapshot: Snapshot,
    name: str,
    *,
    registered_only: bool = False,
    deprecated: bool = False,
    assignments_per_version: int = -1,
    versions_per_stage: int = 1,
    sort: Sort = "timestamp",
) -> "list[protocol.Version]":
    """Return the versions of one artifact, greatest first, as `gto show NAME --json`.

    `name` may be a shortcut: `a@latest`, `a@greatest`, `a@v1.2.3` or `a#stage`. The other arguments are the same as in
    `show_registry`; `sort` decides about stages, never about the order of the rows.

    Raises:
        RegistryError: `ArtifactNotFound`, `WrongArgs`.

    """
    shortcut = known_shortcut(name, snapshot.index.artifacts)
    artifact = find_artifact(snapshot, shortcut.artifact)
    stages = artifact.get_stages(
        registered_only=registered_only,
        assignments_per_version=assignments_per_version,
        versions_per_stage=versions_per_stage,
        sort=sort,
    )
    held = [stage for versions in stages.values() for stage in versions]
    if not artifact.is_active and not deprecated:
        return []
    versions = artifact.get_versions(active_only=not deprecated, unregistered=not registered_only, discovered=True)
    if shortcut.latest:
        versions = versions[:1]
    elif shortcut.version:
        versions = [version for version in versions if version.name == shortcut.version]
    elif shortcut.stage:
        # GTO repeats a version for each of its rows of that stage, so does this.
        versions = [
            version
            for version in versions
            for stage in held
            if stage.version.name == version.name and stage.stage == shortcut.stage
        ]
    return [_version_json(artifact, version, held) for version in versions]


def _version_json(artifact: Artifact, version: Version, held: list[VersionStage]) -> "protocol.Version":
    row: protocol.VersionState = {
        "artifact": artifact.name,
        "commit_hexsha": version.hexsha,
        "version": version.name,
        "enrichments": [commit_event_json(event) for event in version.commits],
        "registrations": [tag_event_json(event) for event in version.registrations],
        "deregistrations": [tag_event_json(event) for event in version.deregistrations],
        "stages": [_stage_json(artifact, stage) for stage in held if stage.version.name == version.name],
        **_authored_json(version.authoring_event, version.hexsha, is_active=version.is_active, at=version.activated_at),
        "discovered": version.discovered,
    }
    return cast("protocol.Version", row)


def _stage_json(artifact: Artifact, stage: VersionStage) -> "protocol.StageOfVersion":
    return {
        "artifact": artifact.name,
        "commit_hexsha": stage.version.hexsha,
        "version": stage.version.name,
        "stage": stage.stage,
        "assignments": [tag_event_json(event, named=True) for event in stage.assignments],
        "unassignments": [tag_event_json(event, named=True) for event in stage.unassignments],
        **_authored_json(stage.authoring_event, stage.version.hexsha, is_active=stage.is_active, at=stage.activated_at),
    }


def _authored_json(event: Event | None, hexsha: str, *, is_active: bool, at: Moment | None) -> "protocol.Summary":
    # A version of which no event can be read (a phantom on a missing commit) has no author; null says so.
    return {
        "is_active": is_active,
        "activated_at": at.isoformat() if at else None,
        "created_at": event.time.isoformat() if event else None,
        "author": event.author if event else None,
        "author_email": event.author_email if event else None,
        "message": event.message if event else None,
        "ref": event.ref if event else hexsha,
    }
