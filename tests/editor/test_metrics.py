"""What lenses and hovers say of the metrics of the latest version."""

from typing import Any

import pytest
from markdown_it import MarkdownIt

from gto_daemon.editor.hover import hover
from gto_daemon.editor.metrics import ArtifactMetrics, MetricRow, compared_holder, headline, metric_row
from gto_daemon.editor.states import ArtifactStates, StateTexts
from tests.editor.marked import at, registry
from tests.registry.small import made

AUC = metric_row("auc", 0.93412, 0.92212, 0.012)
LOSS = metric_row("loss", 0.31, 0.33, -0.02)


def metrics(*rows: MetricRow, headlines: int = 1, stage: str | None = "prod", **more: Any) -> ArtifactMetrics:
    return ArtifactMetrics("v1.1.0", rows, headlines, stage, "v1.0.0" if stage else None, **more)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (metrics(AUC, LOSS), "auc 0.9341 (+0.012 vs prod)"),
        (metrics(AUC, LOSS, headlines=2), "auc 0.9341 (+0.012 vs prod), loss 0.31 (-0.02)"),
        (metrics(metric_row("auc", 0.9, 0.9, 0.0)), "auc 0.9 (±0 vs prod)"),
        (metrics(metric_row("auc", 0.9, None, None), stage=None), "auc 0.9"),
        (metrics(metric_row("auc", 0.9, None, None), LOSS, headlines=2), "auc 0.9, loss 0.31 (-0.02 vs prod)"),
        (metrics(metric_row("auc", None, 0.9, None)), ""),
        (metrics(AUC, headlines=0), ""),
        (metrics(metric_row("$(bug)", "$(bug)", None, None)), "(bug) (bug)"),
        (metrics(*[metric_row(f"m{n}", n, None, None) for n in range(9)], headlines=9), "m0 0, m1 1, m2 2"),
    ],
)
def test_the_headline(found: ArtifactMetrics, said: str) -> None:
    assert headline(found) == said


def test_a_lens_says_the_headline_behind_the_version() -> None:
    texts = StateTexts(ArtifactStates(registry()), metrics=lambda _: metrics(AUC))
    assert texts.of("churn") == "v1.1.0 · auc 0.9341 (+0.012 vs prod) · dev v1.1.0 · prod v1.0.0"
    assert texts.of("unknown") == "not registered"
    assert StateTexts(ArtifactStates(registry()), metrics=lambda _: metrics()).of("churn").startswith("v1.1.0 · dev")


@pytest.mark.parametrize(
    ("tags", "config", "holder"),
    [
        (("a@v1.0.0 1 100", "a#prod#1 1 110", "a@v2.0.0 2 200"), None, ("prod", "v1.0.0")),
        (("a@v1.0.0 1 100", "a#prod#1 1 110"), None, None),
        (("a@v1.0.0 1 100", "a#live#1 1 110", "a@v2.0.0 2 200"), None, None),
        (("a@v1.0.0 1 100", "a#live#1 1 110", "a@v2.0.0 2 200"), "stages: [prod, live]", ("live", "v1.0.0")),
        (("a@v1.0.0 1 100", "a#prod#1 1 110", "a@v2.0.0 2 200"), "stages: [prod, live]", None),
        (("a#prod#1 1 110", "a@v2.0.0 2 200"), None, ("prod", "1" * 40)),
    ],
)
def test_it_is_compared_with_what_is_in_the_last_stage(
    tags: tuple[str, ...], config: str | None, holder: tuple[str, str] | None
) -> None:
    snapshot = made(*tags, config=config)
    found = compared_holder(snapshot, snapshot.index.artifacts["a"])
    assert (None if found is None else (found.stage, found.version.name)) == holder


def hovered(found: ArtifactMetrics | None) -> str:
    document, position = at("chu|rn: {}\n")
    shown = hover(document, registry(), position, metrics=lambda _: found)
    assert shown is not None
    return shown.markdown


def test_a_hover_has_a_table_with_the_headline_first_and_then_what_differs() -> None:
    same = metric_row("epochs", 10, 10, 0)
    markdown = hovered(metrics(AUC, same, LOSS, metric_row("new", True, None, None)))
    start = markdown.index("| metric |")
    assert markdown[start:].split("\n\n")[0].splitlines() == [
        "| metric | v1.1.0 | prod v1.0.0 | difference |",
        "|---|---:|---:|---:|",
        "| auc | `0.9341` | `0.9221` | +0.012 |",
        "| loss | `0.31` | `0.33` | -0.02 |",
        "| new | `true` |  |  |",
        "| epochs | `10` | `10` | ±0 |",
    ]


def test_a_hover_without_a_stage_to_compare_with_has_values_only() -> None:
    markdown = hovered(metrics(metric_row("auc", 0.9, None, None), stage=None))
    assert "| metric | v1.1.0 |\n|---|---:|\n| auc | `0.9` |" in markdown


def test_a_hover_shows_no_more_metrics_than_anybody_reads() -> None:
    markdown = hovered(metrics(*[metric_row(f"m{n:02}", n, n, 0) for n in range(50)]))
    assert markdown.count("±0") == 12
    assert "and 38 more metrics" in markdown


def test_a_hover_without_metrics_has_no_table_of_them() -> None:
    assert hovered(None) == hovered(metrics())
    assert "metric" not in hovered(None)


def test_names_and_values_of_others_stay_text() -> None:
    evil = "[x](command:y) <img src=x> | `"
    html = MarkdownIt("commonmark").enable("table").render(hovered(metrics(metric_row(evil, evil, evil, None))))
    assert "<img" not in html
    assert "<a " not in html
    assert html.count("<td>") + html.count("<td ") == 4 + 5 * 2
