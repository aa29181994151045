"""Projects laid out as public ones are, and what DVC does not draw though we do."""

from typing import Any, Final

import pytest

from gto_daemon.registry.evidence.plot_points import PlotPoints
from tests.evidence.comparing import assert_as_dvc
from tests.evidence.defined import drawn_by
from tests.evidence.real_dvc import Project, shown_by_dvc

_HISTORY: Final = "step\tloss\n0\t0.9\n1\t0.4\n"

LAYOUTS: Final[dict[str, Project]] = {
    "dvclive": {
        "dvc.yaml": """
params: [dvclive/params.yaml]
metrics: [dvclive/metrics.json]
plots:
- dvclive/plots/metrics: {x: step}
- dvclive/plots/images
- dvclive/plots/sklearn/cm.json: {template: confusion, x: actual, y: predicted, title: Confusion}
""",
        "dvclive/metrics.json": '{"train": {"loss": 0.4}, "step": 1}',
        "dvclive/params.yaml": "lr: 0.001\nepochs: 2\n",
        "dvclive/plots/metrics/train/loss.tsv": _HISTORY,
        "dvclive/plots/metrics/val/loss.tsv": _HISTORY,
        "dvclive/plots/images/sample.png": "x",
        "dvclive/plots/sklearn/cm.json": '[{"actual": "a", "predicted": "b"}, {"actual": "b", "predicted": "b"}]',
    },
    "dvclive of 2.x, with a dvc.yaml of its own": {
        "params.yaml": "seed: 1\n",
        "dvclive/dvc.yaml": "metrics: [metrics.json]\nplots: [plots/metrics: {x: step}]\n",
        "dvclive/metrics.json": '{"loss": 0.4}',
        "dvclive/plots/metrics/loss.tsv": _HISTORY,
    },
    "a pipeline that evaluates two splits": {
        "dvc.yaml": """
stages:
  prepare: {cmd: x, deps: [data.xml], params: [prepare.seed, prepare.split], outs: [data/prepared]}
  train: {cmd: x, deps: [data/prepared], params: [train], outs: [model.pkl]}
  evaluate:
    cmd: x
    deps: [model.pkl]
    outs: [eval/plots: {cache: false}]
metrics: [eval/metrics.json]
plots:
- ROC: {template: simple, x: fpr, y: {eval/plots/roc/train.json: tpr, eval/plots/roc/test.json: tpr}}
- Confusion: {template: confusion, x: actual, y: {eval/cm/train.json: predicted, eval/cm/test.json: predicted}}
""",
        "params.yaml": "prepare: {seed: 1, split: 0.2}\ntrain: {layers: [8, 4], lr: 1.0e-3}\n",
        "eval/metrics.json": '{"ap": {"train": 0.97, "test": 0.92}, "auc": {"train": 0.99, "test": 0.94}}',
        "eval/plots/roc/train.json": '{"roc": [{"fpr": 0.0, "tpr": 0.1, "t": 1.9}, {"fpr": 1.0, "tpr": 1.0, "t": 0}]}',
        "eval/plots/roc/test.json": '{"roc": [{"fpr": 0.0, "tpr": 0.0, "t": 1.9}, {"fpr": 1.0, "tpr": 1.0, "t": 0}]}',
        "eval/cm/train.json": '[{"actual": "0", "predicted": "1"}]',
        "eval/cm/test.json": '[{"actual": "1", "predicted": "1"}, {"actual": "0", "predicted": "1"}]',
    },
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
