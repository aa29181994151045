"""What a dvc.yaml defines, compared with the real DVC."""

from typing import Any, Final

import pytest

from tests.evidence.defined import defined_by
from tests.evidence.real_dvc import Project, shown_by_dvc

#: `key__yaml` for `key.yaml`, `/` as it is: what is not in a project is left out by DVC as well, with an error.
PROJECTS: Final[dict[str, Project]] = {
    "top level": {
        "dvc.yaml": """
metrics: [m.json, 'sub/../n.json', 'a\\b.json']
params: [conf.yaml]
plots: [roc.csv, {t.csv: {x: a}}]
""",
    },
    "a stage": {
        "dvc.yaml": """
stages:
  train:
    cmd: run
    deps: [train.py]
    params: [lr, model, other.yaml: [a.b, c], third.yaml: ]
    outs: [model.pkl]
    metrics: [m.json, {n.json: {cache: false}, o.json: {}}]
    plots: [p.csv, {q.csv: {x: a, y: b, title: T}}, i.png]
metrics: [m.json, top.json]
""",
    },
    "in a folder, with wdir": {
        "some/dir/dvc.yaml": """
stages:
  train:
    cmd: run
    wdir: ../w
    params: [lr]
    metrics: [m.json]
    plots: [p.csv]
metrics: [../m.json]
params: [params.yaml]
plots: [x.csv, {Both: {x: {a.csv: q}, y: {b.csv: [r, s], ../c.csv: t}}}]
""",
        "some/w/keep": "",
    },
    "several files": {
        "dvc.yaml": "metrics: [m.json]\nstages: {a: {cmd: x, params: [lr]}}\n",
        "b/dvc.yaml": "metrics: [m.json]\nstages: {a: {cmd: x, params: [lr, ../params.yaml: [z]]}}\n",
        "params.yaml": "lr: 1\nz: 2\n",
    },
    "params as a whole and by keys": {
        "dvc.yaml": "stages: {a: {cmd: x, params: [p.yaml: [a], q.yaml: [b]]}, b: {cmd: x, params: [p.yaml: ]}}\n",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def dvc() -> dict[str, Any]:
    return dict(zip(PROJECTS, shown_by_dvc(list(PROJECTS.values())), strict=True))


@pytest.mark.parametrize("name", PROJECTS)
def test_it_is_what_dvc_shows(name: str, dvc: dict[str, Any]) -> None:
    ours, theirs = defined_by(PROJECTS[name]), dvc[name]
    assert ours.problems == []
    assert list(dict.fromkeys(ours.metrics)) == list(theirs["metrics"])
    paths = [source.path for source in ours.params]
    assert sorted({*paths, *ours.variables}) == sorted(theirs["params"])
    assert {path: dict(values) for path, values in ours.variables.items() if path not in paths} == {
        path: values for path, values in theirs["params"].items() if path not in paths
    }
    assert sorted({plot.id for plot in ours.plots}) == sorted(theirs["plots"])
