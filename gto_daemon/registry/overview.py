"""What a list of artifacts says of one, found when it is folded and kept when its versions are not."""

from itertools import islice
from typing import NamedTuple

from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.objects import Moment


class Holding(NamedTuple):
    """A stage that an artifact has versions in: their names, and since when the first of them.

    `had_another` says whether another version that counts was assigned to it, so that it can be rolled back.
    """

    stage: str
    versions: tuple[str, ...]
    since: Moment
    had_another: bool


class Overview(NamedTuple):
    """What a list of artifacts says of one.

    Attributes:
        active: whether it is not deprecated.
        registered: whether it has any tag.
        latest: the greatest version; None for none.
        stages: those that have a version, in GTO's order.
        comparable: whether it has two versions or more that count.

    """

    active: bool
    registered: bool
    latest: str | None
    stages: tuple[Holding, ...]
    comparable: bool


def overview_of(artifact: Artifact) -> Overview:
    """Return what a list says of an artifact."""
    latest = artifact.latest
    stages = tuple(
        Holding(
            stage,
            tuple(each.version.name for each in held),
            held[0].authoring_event.time,
            _had_another(artifact, stage, held[0].version),
        )
        for stage, held in artifact.get_stages().items()
    )
    counting = (version for version in artifact.versions if version.has_tags and version.is_active)
    comparable = len(tuple(islice(counting, 2))) == 2
    return Overview(artifact.is_active, artifact.is_registered, latest.name if latest else None, stages, comparable)


def _had_another(artifact: Artifact, stage: str, holder: Version) -> bool:
    """Return whether a version that counts, other than the holder, was ever assigned to the stage."""
    return any(
        version is not holder and version.was_assigned(stage) and version.is_active for version in artifact.versions
    )
