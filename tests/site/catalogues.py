"""Catalogues in a few lines, as the daemon's answers would make them."""

from datetime import UTC, datetime
from typing import Any

from gto_daemon.protocol.artifacts import ArtifactResult, TreeRow, VersionRow
from gto_daemon.protocol.evidence import MetricsResult, Plot, PlotsResult
from gto_daemon.protocol.registry import Annotation, HistoryRow
from gto_daemon.protocol.results import Problem
from gto_daemon.site.catalogue import Catalogue, CatalogueEntry

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TIME = "2025-09-08T13:00:00+02:00"


def event(artifact: str = "churn", kind: str = "registration", **more: Any) -> HistoryRow:
    row: dict[str, Any] = {
        "timestamp": TIME,
        "artifact": artifact,
        "event": kind,
        "priority": 1,
        "version": "v1.0.0",
        "stage": None,
        "commit": COMMIT,
        "author": "Ann",
        "author_email": "ann@example.com",
        "message": f"Registering artifact {artifact} version v1.0.0",
        "ref": f"{artifact}@v1.0.0",
    }
    return HistoryRow(**{**row, **more})  # type: ignore[typeddict-item]


def version(name: str = "v1.0.0", **more: Any) -> VersionRow:
    row = {
        "version": name,
        "label": name,
        "ref": f"churn@{name}",
        "commit": COMMIT,
        "subject": "Train",
        "created_at": TIME,
        "author": "Ann",
        "author_email": "ann@example.com",
        "message": "",
        "registered": True,
        "active": True,
        "latest": False,
        "path": None,
        "stages": [],
        "events": [],
    }
    return VersionRow(**{**row, **more})  # type: ignore[typeddict-item]


def tree_row(name: str = "churn", **more: Any) -> TreeRow:
    folder, _, label = name.rpartition(":")
    row = {
        "name": name,
        "dir": folder,
        "label": label,
        "type": "model",
        "description": "",
        "latest": None,
        "stages": {},
        "since": {},
        "earlier": [],
        "registered": True,
        "deprecated": False,
        "annotated_in": [],
        "tags": 1,
        "comparable": False,
        "problems": [],
    }
    return TreeRow(**{**row, **more})  # type: ignore[typeddict-item]


def entry(
    name: str = "churn",
    *versions: VersionRow,
    annotation: Annotation | None = None,
    metrics: MetricsResult | None = None,
    plots: PlotsResult | None = None,
    **more: Any,
) -> CatalogueEntry:
    row = tree_row(name, **more)
    artifact = {**row, "versions": list(versions), "total": len(versions), "deprecations": [], "next": [], "clock": "1"}
    return CatalogueEntry(row, ArtifactResult(**artifact), annotation, metrics, plots)  # type: ignore[typeddict-item]


def catalogue(
    *entries: CatalogueEntry,
    title: str = "Models",
    events: tuple[HistoryRow, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Catalogue:
    made_at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    return Catalogue(title, COMMIT, made_at, "gtod 1.0", entries, events, problems)


def metrics(values: dict[str, dict[str, Any]], **more: Any) -> MetricsResult:
    """Metrics by version, greatest version first."""
    keys = list(dict.fromkeys(key for each in values.values() for key in each))
    rows = [
        {
            "artifact": "churn",
            "version": name,
            "label": name,
            "ref": f"churn@{name}",
            "commit": COMMIT,
            "created_at": TIME,
            "active": True,
            "stages": [],
            "values": found,
            "changes": {},
        }
        for name, found in values.items()
    ]
    answer = {
        "keys": keys,
        "short": {key: key.rpartition(":")[2] for key in keys},
        "headline": keys[:1],
        "versions": rows,
        "total": len(rows),
        "clock": "1",
        "problems": [],
    }
    return MetricsResult(**{**answer, **more})  # type: ignore[typeddict-item]


def plots(*points: dict[str, Any], **more: Any) -> PlotsResult:
    """One plot of one version; `image` in place of points is a picture."""
    image = more.pop("image", None)
    data: dict[str, Any] = {
        "artifact": "churn",
        "version": "v1.0.0",
        "label": "v1.0.0",
        "ref": "churn@v1.0.0",
        "commit": COMMIT,
        "points": list(points),
    }
    if image:
        data["image"] = image
    plot = {
        "id": "loss.csv",
        "title": "",
        "template": "linear",
        "x": "step",
        "y": "loss",
        "x_label": "",
        "y_label": "",
        "data": [data],
    }
    made = Plot(**{**plot, **more})  # type: ignore[typeddict-item]
    return PlotsResult(plots=[made], clock="1", problems=[])
