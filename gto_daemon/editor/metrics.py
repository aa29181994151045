"""What metrics say of an artifact's latest version: `auc 0.934 (+0.012 vs prod)`, and a table of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gto_daemon.editor.markdown import code, escaped
from gto_daemon.readable_values import readable_difference, readable_value
from gto_daemon.registry.artifact import Artifact, VersionStage
from gto_daemon.registry.snapshot import Snapshot

#: The stage that others are compared with where none is configured.
_DEFAULT_STAGE: Final = "prod"
#: Headline metrics that a lens has room for.
_MAX_NAMED: Final = 3
_MAX_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of the latest version, beside the same of the version in a stage.

    Attributes:
        name: as short as it can be.
        latest: its value, as people read it; None where the version does not have it.
        held: that of the version in the stage.
        difference: between the two; empty where there is none, or no number.

    """

    name: str
    latest: str | None
    held: str | None = None
    difference: str = ""


@dataclass(frozen=True, slots=True)
class ArtifactMetrics:
    """The metrics of an artifact's latest version.

    Attributes:
        latest: the version.
        rows: the headline metrics first.
        headlines: how many these are.
        stage: the stage whose version they are compared with; None where that is the latest itself, or there is none.
        held: that version.

    """

    latest: str
    rows: tuple[MetricRow, ...]
    headlines: int
    stage: str | None = None
    held: str | None = None


#: Returns the metrics of an artifact, by its name; None for none, and for none that are known yet.
Metrics = Callable[[str], ArtifactMetrics | None]


def no_metrics(_artifact: str) -> None:
    """Return none."""
    return


def compared_holder(snapshot: Snapshot, artifact: Artifact) -> VersionStage | None:
    """Return what the latest version is compared with: what is in the last configured stage, or else in `prod`.

    None where the stage is empty, or has the latest version itself.
    """
    stage = snapshot.config.stages[-1] if snapshot.config.stages else _DEFAULT_STAGE
    holders = artifact.get_stages().get(stage)
    return holders[0] if holders and holders[0].version is not artifact.latest else None


def metric_row(name: str, latest: object, held: object, difference: float | None) -> MetricRow:
    """Return a metric in words; None of a value is for a version without it."""
    return MetricRow(
        name,
        None if latest is None else readable_value(latest),
        None if held is None else readable_value(held),
        "" if difference is None else readable_difference(difference),
    )


def headline(metrics: ArtifactMetrics) -> str:
    """Return the headline metrics in a few words."""
    parts = []
    against = f" vs {metrics.stage}"
    for row in metrics.rows[: min(metrics.headlines, _MAX_NAMED)]:
        if row.latest is None:
            continue
        difference = f" ({row.difference}{against})" if row.difference else ""
        if difference:
            # Once is enough.
            against = ""
        parts.append(f"{row.name} {row.latest}{difference}")
    # Editors make icons of `$(name)`.
    return ", ".join(parts).replace("$(", "(")


def table(metrics: ArtifactMetrics) -> str:
    """Return a table as markdown: what differs comes after the headline metrics, and then the rest."""
    first = metrics.rows[: metrics.headlines]
    others = sorted(metrics.rows[metrics.headlines :], key=lambda row: row.latest == row.held)
    rows = [*first, *others]
    if metrics.stage is None:
        lines = [f"| metric | {escaped(metrics.latest)} |", "|---|---:|"]
        lines += [f"| {escaped(row.name)} | {_cell(row.latest)} |" for row in rows[:_MAX_ROWS]]
    else:
        held = f"{escaped(metrics.stage)} {escaped(metrics.held or '')}"
        lines = [f"| metric | {escaped(metrics.latest)} | {held} | difference |", "|---|---:|---:|---:|"]
        lines += [
            f"| {escaped(row.name)} | {_cell(row.latest)} | {_cell(row.held)} | {row.difference} |"
            for row in rows[:_MAX_ROWS]
        ]
    more = len(rows) - _MAX_ROWS
    return "\n".join(lines) + (f"\n\nand {more} more metrics" if more > 0 else "")


def _cell(value: str | None) -> str:
    return "" if value is None else code(value)
