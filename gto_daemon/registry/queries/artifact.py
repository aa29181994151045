"""One artifact for a sidebar: its versions, each with the stages, the events and the commit that belong to it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from gto_daemon.protocol import Bump
from gto_daemon.registry.annotations.homes import Home
from gto_daemon.registry.artifact import Artifact, Version, VersionStage
from gto_daemon.registry.events import history_row
from gto_daemon.registry.overview import overview_of
from gto_daemon.registry.queries.stages import stage_columns
from gto_daemon.registry.queries.tree import artifact_row
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import FIRST_VERSION, is_version, next_version

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import ArtifactHead, NextVersion, StageHeld, VersionRow

_PARTS: Final[tuple[Bump, ...]] = ("patch", "minor", "major")
#: So many digits of a commit's id stand for a version that has no name.
_ABBREVIATED = 7


def artifact_head(snapshot: Snapshot, name: str, artifact: Artifact, described: tuple[Home, ...]) -> "ArtifactHead":
    """Return the artifact without its versions: its row in the tree, deprecations, and the next versions."""
    deprecations = sorted(artifact.deprecations, key=lambda event: event.seconds, reverse=True)
    return {
        **artifact_row(name, overview_of(artifact), described, stage_columns(snapshot)),
        "deprecations": [history_row(event) for event in deprecations],
        "next": next_versions(artifact),
    }


def next_versions(artifact: Artifact) -> "list[NextVersion]":
    """Return the versions that `register` can choose, as `{version, bump}`, its default first."""
    latest = artifact.latest
    if latest is None:
        return [{"version": FIRST_VERSION, "bump": None}]
    if not is_version(latest.name):
        return []
    return [{"version": next_version(latest.name, part), "bump": part} for part in _PARTS]


def versions_of(artifact: Artifact, *, deprecated: bool = False) -> list[Version]:
    """Return the versions with a tag, greatest first; with `deprecated` also deregistered ones."""
    versions = artifact.get_versions(active_only=not deprecated, unregistered=True, discovered=True)
    return [version for version in versions if version.has_tags]


def label_of(version: Version) -> str:
    """Return the version as shown to users: its name, or the first digits of its commit."""
    return version.name if is_version(version.name) else version.name[:_ABBREVIATED]


def version_rows(artifact: Artifact, versions: Iterable[Version]) -> "list[VersionRow]":
    """Return each version with its stages and events, newest event first; callers that know the commits set `path`."""
    held = artifact.get_stages()
    return [_row(artifact, version, held) for version in versions]


def _row(artifact: Artifact, version: Version, held: dict[str, list[VersionStage]]) -> "VersionRow":
    event = version.authoring_event
    commit = next((each.object for each in version.commits), None)
    return {
        "version": version.name,
        "label": label_of(version),
        "ref": event.ref if event else version.hexsha,
        "commit": version.hexsha,
        "subject": commit.message.strip().partition("\n")[0] if commit else None,
        "created_at": event.time.isoformat() if event else None,
        "author": event.author if event else None,
        "author_email": event.author_email if event else None,
        "message": event.message if event else None,
        "registered": not version.discovered,
        "active": version.is_active,
        "latest": version is artifact.latest,
        "path": None,
        "stages": [_stage(stage, held.get(stage.stage, [])) for stage in version.active_stages()],
        "events": [history_row(each) for each in reversed(version.events()) if each.kind != "commit"],
    }


def _stage(stage: VersionStage, holders: list[VersionStage]) -> "StageHeld":
    event = stage.authoring_event
    return {
        "stage": stage.stage,
        "ref": event.ref,
        "since": event.time.isoformat(),
        "author": event.author,
        "author_email": event.author_email,
        "message": event.message,
        "holds": any(stage.version is each.version for each in holders),
    }
