"""Versions beside values: which rows `gto/metrics` and `gto/params` have, and what each is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.queries.artifact import label_of, versions_of
from gto_daemon.registry.queries.compare import version_named, what_there_is

if TYPE_CHECKING:
    from gto_daemon.protocol.evidence import VersionHead


@dataclass(frozen=True, slots=True)
class Row:
    """A version to show, and the one that it is compared with.

    Attributes:
        artifact: its artifact.
        version: the version.
        against: the other one; None if there is none.

    """

    artifact: Artifact
    version: Version
    against: Version | None


def rows_of(artifact: Artifact, asked: Sequence[str] | None, *, deprecated: bool, against: str | None) -> list[Row]:
    """Return the versions to show of an artifact, greatest first.

    Args:
        artifact: the artifact.
        asked: versions, `latest` or `#stage`; None for all.
        deprecated: also deregistered ones.
        against: a stage or a version to compare them with; None for the version before each.

    Raises:
        RegistryError: `VersionRequired`: there is no such version.

    """
    every = versions_of(artifact, deprecated=True)
    shown = [version for version in every if deprecated or version.is_active]
    if asked is not None:
        named = {id(named_version(artifact, text)) for text in asked}
        shown = [version for version in every if id(version) in named]
    if against is not None:
        fixed = _held_or_named(artifact, against)
        return [Row(artifact, version, None if version is fixed else fixed) for version in shown]
    before: dict[int, Version | None] = {}
    last = None
    for version in reversed(every):
        before[id(version)] = last
        last = version if version.is_active or deprecated else last
    return [Row(artifact, version, before[id(version)]) for version in shown]


def rows_if_any(artifact: Artifact, asked: Sequence[str] | None, *, deprecated: bool, against: str | None) -> list[Row]:
    """Return the same as `rows_of` for one artifact among many: what it does not have is left out."""
    there = None if asked is None else [text for text in asked if _has(artifact, text)]
    known = against if against is not None and (against in artifact.get_stages() or _has(artifact, against)) else None
    rows = rows_of(artifact, there, deprecated=deprecated, against=known)
    return rows if known == against else [Row(artifact, row.version, None) for row in rows]


def _has(artifact: Artifact, text: str) -> bool:
    try:
        return version_named(artifact, text) is not None
    except RegistryError:
        return False


def named_version(artifact: Artifact, text: str) -> Version:
    """Return the version that `text` names: `v1.2.3`, `latest` or `#stage`.

    Raises:
        RegistryError: `VersionRequired`.

    """
    found = version_named(artifact, text)
    if found is None:
        raise RegistryError(
            "VersionRequired",
            f"'{artifact.name}' has no version '{text}'",
            hint=what_there_is(artifact),
            artifact=artifact.name,
        )
    return found


def _held_or_named(artifact: Artifact, text: str) -> Version:
    """Return the version in the stage `text`, or the version of that name."""
    found = version_named(artifact, f"#{text}" if text in artifact.get_stages() else text)
    if found is None:
        raise RegistryError(
            "VersionRequired",
            f"'{artifact.name}' has neither a stage nor a version '{text}'",
            hint=what_there_is(artifact),
            artifact=artifact.name,
        )
    return found


def version_head(row: Row) -> "VersionHead":
    """Return a row without its values."""
    version = row.version
    event = version.authoring_event
    return {
        "artifact": row.artifact.name,
        "version": version.name,
        "label": label_of(version),
        "ref": event.ref if event else version.hexsha,
        "commit": version.hexsha,
        "created_at": event.time.isoformat() if event else None,
        "active": version.is_active,
        "stages": _stages(row.artifact, version),
    }


def _stages(artifact: Artifact, version: Version) -> list[str]:
    # Most versions were in none.
    held = artifact.get_stages() if version.is_staged else {}
    return [name for name, stages in held.items() if any(each.version is version for each in stages)]
