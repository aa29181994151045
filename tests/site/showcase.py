"""A catalogue that has one of everything that a page may show."""

from base64 import b64encode
from typing import Any

from gto_daemon.site.catalogue import Catalogue
from tests.site.catalogues import TIME, catalogue, entry, event, metrics, plots, version
from tests.site.large import large

_HOSTILE = '"><img src=https://evil.example/x onerror=alert(1)><script src=https://evil.example/y></script>'
_OTHER = "eval/metrics.yaml:train.loss"
#: A PNG of one red pixel.
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4GBgYGJAQoAHxcCAr7oWKsAAAAASUVORK5CYII="
_SVG = b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" onload="alert(1)"><script>alert(2)</script>'
    b'<circle cx="20" cy="20" r="15" fill="green"/></svg>'
).decode()


def showcase() -> Catalogue:
    """Return it."""
    signed: Any = {"status": "good", "format": "ssh", "principal": "ann@keys", "key": "SHA256:abc", "reason": None}
    held: Any = {"stage": "prod", "ref": "all#prod#1", "since": TIME, "author": "Ben", "holds": True}
    problem: Any = {
        "code": "not-in-git",
        "severity": "warning",
        "message": "plots/big.csv at 0123456 is not in Git",
        "hint": "Fetch it with DVC.",
    }
    events = (
        event("all", "assignment", stage="prod", ref="all#prod#1", message="It beats the baseline\nby far"),
        event("all", signature=signed),
        event("gone", "deprecation", version=None, ref="gone@deprecated", timestamp="2024-01-01T00:00:00+00:00"),
        event(_HOSTILE, message=_HOSTILE, author=_HOSTILE),
    )
    many = [version(f"v1.{number}.0", latest=number == 299) for number in reversed(range(300))]
    values = {each["version"]: {"metrics.json:auc": 1 - 1 / (300 - number)} for number, each in enumerate(many)}
    return catalogue(
        entry(
            "all",
            version("v2.0.0", latest=True, stages=[held], events=[events[1]], ref="all@v1.0.0"),
            version("v1.0.0", subject=None, author=None, created_at=None),
            version("v0.9.0", active=False),
            version("c0ffee" + "0" * 34, label="c0ffee0", registered=False),
            latest="v2.0.0",
            description="Has everything; see https://example.com/everything for more",
            stages={"prod": ["v2.0.0"], "a-stage-with-a-very-long-name-indeed": ["v2.0.0", "v1.0.0"]},
            annotation={
                "type": "model",
                "path": "https://models.example.com/all.pkl",
                "labels": ["nlp", "a-label-that-goes-on-and-on-and-on-without-any-blank-in-it-for-very-long"],
                "custom": {"owner": "team-a", "docs": "https://example.com/docs", "seeds": 3},
            },
            annotated_in=["artifacts.yaml"],
            problems=[problem],
            metrics=metrics(
                {
                    "v2.0.0": {"metrics.json:auc": 0.93456, _OTHER: 1e-9, "metrics.json:kind": "x"},
                    "v1.0.0": {"metrics.json:auc": 0.91, _OTHER: 0.25, "metrics.json:kind": "y"},
                    "v0.9.0": {"metrics.json:auc": -1234.5, _OTHER: 2, "metrics.json:list": [1, 2]},
                }
            ),
            plots=_all_plots(),
        ),
        entry("many", *many, latest="v1.299.0", metrics=metrics(values), stages={"dev": ["v1.299.0"]}),
        entry("gone", version(active=False), deprecated=True),
        entry("nothing-yet", registered=False, annotated_in=["artifacts.yaml"], annotation={"type": "dataset"}),
        entry("some/dir:model", version(latest=True), latest="v1.0.0"),
        entry(_HOSTILE, version(subject=_HOSTILE), description=_HOSTILE, annotation={"custom": [_HOSTILE]}),
        *large(artifacts=12).entries,
        title="Models of the company",
        events=events,
        problems=(problem,),
    )


def _all_plots() -> Any:
    curves = [
        {"step": step, "loss": 1 / (step + shift + 1), "filename": "loss.csv", "field": field}
        for shift, field in enumerate(("train", "test"))
        for step in range(300)
    ]
    dots = [{"step": (step * 37) % 100 / 100, "loss": (step * 71) % 90 / 90} for step in range(80)]
    confusion = [{"step": ["cat", "dog", "bird"][n % 3], "loss": ["cat", "dog", "bird"][n % 7 % 3]} for n in range(90)]
    bars = [{"loss": f"feature-{n}", "step": 1 / (n + 1)} for n in range(12)]
    named = [{"step": name, "loss": number} for number, name in enumerate(["warm-up", "main", "cool-down"])]
    png = {"path": "plots/roc.png", "oid": "ab" * 20, "media_type": "image/png", "data": _PIXEL}
    svg = {"path": "plots/roc.svg", "oid": "cd" * 20, "media_type": "image/svg+xml", "data": _SVG}
    made = plots(*curves, title="Loss")
    for each in (
        plots(*dots, template="scatter", id="dots.json"),
        plots(*confusion, template="confusion", id="classes.csv"),
        plots(*bars, template="bar_horizontal", id="importance.json"),
        plots(*named, id="phases.json"),
        plots(id="roc.png", template="image", image=png),
        plots(id="roc.svg", template="image", image=svg),
    ):
        made["plots"] += each["plots"]
    return made
