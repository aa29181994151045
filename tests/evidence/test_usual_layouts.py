"""Projects laid out as public repositories are, named by these, and what DVC does not draw though we do."""

from typing import Any, Final

import pytest

from gto_daemon.registry.evidence.plot_points import PlotPoints
from tests.evidence.comparing import assert_as_dvc
from tests.evidence.defined import drawn_by
from tests.evidence.public_layouts import PUBLIC
from tests.evidence.real_dvc import Project, shown_by_dvc

LAYOUTS: Final[dict[str, Project]] = {
    **PUBLIC,
    "a model for each region": {
        "pipelines/dvc.yaml": """
vars: [../config/regions.yaml, {models: ../models}]
stages:
  train:
    foreach: ${regions}
    do:
      cmd: train ${key} --lr ${item.lr}
      wdir: ..
      params: [config/regions.yaml: [regions]]
      outs: ['models/${key}.pkl']
      metrics: ['reports/${key}/metrics.yaml': {cache: false}]
      plots: ['reports/${key}/loss.csv': {x: epoch, y: loss, cache: false}]
""",
        "config/regions.yaml": "regions: {eu: {lr: 0.1}, us: {lr: 0.2}}\n",
        "reports/eu/metrics.yaml": "rmse: 1.5\n",
        "reports/us/metrics.yaml": "rmse: 2.5\n",
        "reports/eu/loss.csv": "epoch,loss\n0,1\n",
        "reports/us/loss.csv": "epoch,loss\n0,2\n1,1\n",
    },
    "a matrix of features and models": {
        "dvc.yaml": """
stages:
  fit:
    matrix: {model: [svm, "${best.model}"], set: "${sets}"}
    cmd: fit
    metrics: ['out/${item.model}-${item.set}.json': {cache: false}]
""",
        "params.yaml": "best: {model: forest}\nsets: [small, large]\n",
        "out/svm-small.json": "0.5",
        "out/svm-large.json": '{"f1": 0.75}',
        "out/forest-small.json": '{"f1": NaN}',
    },
}

#: What DVC draws nothing of.
DRAWN_HERE: Final[dict[str, Project]] = {
    "an empty list beside points": {"dvc.yaml": "plots: [a.json: {y: a}]", "a.json": '{"p": [], "q": [{"a": 1}]}'},
    "an unknown template": {"dvc.yaml": "plots: [a.json: {template: nope}]", "a.json": '[{"a": 1}]'},
    "outputs that overlap": {
        "dvc.yaml": "stages: {s: {cmd: x, plots: [a.json]}, t: {cmd: x, plots: [a.json]}}",
        "a.json": '[{"a": 1}]',
    },
}


@pytest.fixture(scope="module")
def dvc() -> dict[str, Any]:
    projects = {**LAYOUTS, **DRAWN_HERE}
    return dict(zip(projects, shown_by_dvc(list(projects.values())), strict=True))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_usual_layout_is_read_as_dvc_reads_it(name: str, dvc: dict[str, Any]) -> None:
    assert_as_dvc(LAYOUTS[name], dvc[name])


@pytest.mark.parametrize("name", DRAWN_HERE)
def test_points_are_drawn_that_dvc_does_not_draw(name: str, dvc: dict[str, Any]) -> None:
    theirs = dvc[name]
    assert "refused" in theirs or not theirs["plots"]["a.json"]["points"]
    ours = drawn_by(DRAWN_HERE[name])["a.json"]
    assert isinstance(ours, PlotPoints)
    assert [row["a"] for row in ours.rows] == [1]
