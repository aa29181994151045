"""What a catalogue shows: the answers of the daemon, as they are, and what they have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gto_daemon.protocol.artifacts import ArtifactResult, TreeRow
from gto_daemon.protocol.evidence import MetricsResult, PlotsResult
from gto_daemon.protocol.registry import Annotation, HistoryRow
from gto_daemon.protocol.results import Problem


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An artifact.

    Attributes:
        row: its row of `gto/tree`.
        artifact: the answer of `gto/artifact`, deregistered versions included.
        annotation: what artifacts.yaml or a dvc.yaml says.
        metrics: the answer of `gto/metrics`, deregistered versions included.
        plots: the answer of `gto/plots` for the latest version.

    """

    row: TreeRow
    artifact: ArtifactResult
    annotation: Annotation | None
    metrics: MetricsResult | None
    plots: PlotsResult | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A registry.

    Attributes:
        title: the heading of the site.
        commit: the commit that the annotations were read from; None if there is none yet.
        made_at: when the site was made, and by which gtod.
        entries: the artifacts, in the order in which they are listed.
        events: the history, newest first.
        problems: what could not be read.

    """

    title: str
    commit: str | None
    made_at: datetime
    made_by: str
    entries: Sequence[CatalogueEntry]
    events: Sequence[HistoryRow]
    problems: Sequence[Problem]

    def stages(self) -> Mapping[str, int]:
        """Return the stages that are held, each with its number: what its colour goes by."""
        held = sorted({stage for entry in self.entries for stage in entry.row["stages"]})
        return {stage: number for number, stage in enumerate(held)}

    def events_of(self) -> Mapping[str, Sequence[HistoryRow]]:
        """Return the events by artifact, newest first."""
        found: dict[str, list[HistoryRow]] = {}
        for event in self.events:
            found.setdefault(event["artifact"], []).append(event)
        return found


def moment(text: str | None) -> str | None:
    """Return a time of the protocol in UTC, as `<time>` has it: `2025-09-08 13:00`."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return None
