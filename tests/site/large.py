"""A large registry, as a catalogue."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from gto_daemon.protocol.registry import HistoryRow
from gto_daemon.site.catalogue import Catalogue, CatalogueEntry
from tests.site.catalogues import catalogue, entry, event, metrics, plots, version

_KEYS = (
    *("auc", "accuracy", "precision", "recall", "f1", "loss", "val.auc", "val.accuracy", "val.precision", "val.recall"),
    *("val.f1", "val.loss", "train.seconds", "train.rows", "latency_p50", "latency_p99", "size_mb", "drift", "brier"),
    "calibration_error",
)
_PEOPLE = ("Ann Author", "Ben Builder", "Carla Committer", "Dmitri Deployer")
_SUBJECTS = ("Train with the data of %s", "Tune the learning rate for %s", "Drop features that leak in %s")


def large(artifacts: int = 300, versions: int = 5) -> Catalogue:
    """A registry with 5 to 20 metrics for each of the versions, and a curve for each artifact."""
    chance = random.Random(7)
    entries, events = [], []
    for number in range(artifacts):
        made, happened = _entry(number, versions, chance)
        entries.append(made)
        events += happened
    events.sort(key=lambda each: each["timestamp"], reverse=True)
    return catalogue(*entries, events=tuple(events))


def _entry(number: int, versions: int, chance: random.Random) -> tuple[CatalogueEntry, list[HistoryRow]]:
    name = f"team-{number % 9}/models:predict-{number}" if number % 3 else f"predict-{number}"
    keys = _KEYS[: chance.randint(5, len(_KEYS))]
    rows, events, values = [], [], {}
    for at in range(versions):
        named, author = f"v1.{at}.0", chance.choice(_PEOPLE)
        time = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number * 7 + at * 900)).isoformat()
        commit = f"{chance.getrandbits(160):040x}"
        stage = ("dev", "staging", "prod")[at % 3]
        common: Any = {"version": named, "commit": commit, "author": author, "timestamp": time}
        held: Any = {"stage": stage, "ref": f"{name}#{stage}#1", "since": time, "author": author, "holds": at > 1}
        events += [
            event(name, **common, ref=f"{name}@{named}"),
            event(name, "assignment", **common, stage=stage, ref=f"{name}#{stage}#{at}", message="Assigning stage x"),
        ]
        subject = chance.choice(_SUBJECTS) % time[:10]
        latest = at == versions - 1
        rows.append(version(named, commit=commit, author=author, subject=subject, stages=[held], latest=latest))
        values[named] = {f"metrics.json:{key}": chance.random() for key in keys}
    rows.reverse()
    curve = [{"step": step, "loss": chance.random() + 1 / (step + 1)} for step in range(50)]
    stages = {("dev", "staging", "prod")[at % 3]: [f"v1.{at}.0"] for at in range(max(0, versions - 3), versions)}
    made = entry(
        name,
        *rows,
        latest=rows[0]["version"],
        stages=stages,
        description=f"Predicts what customers of region {number} do next, from their orders of a year",
        annotation={"type": "model", "path": f"models/predict-{number}.pkl", "labels": ["forecast", "retail"]},
        annotated_in=["artifacts.yaml"],
        metrics=metrics(dict(reversed(values.items()))),
        plots=plots(*curve),
    )
    return made, events
