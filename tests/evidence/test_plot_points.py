# ruff: noqa: E501
"""The points of plots, compared with the real DVC."""

from typing import Any, Final

import pytest

from gto_daemon.registry.evidence.plot_points import PlotPoints
from tests.evidence.defined import drawn_by
from tests.evidence.real_dvc import Project, shown_by_dvc

CSV: Final = "step,acc,loss\n0,0.5,1.0\n1,0.75,0.5\n"
ROWS: Final = '[{"step": 0, "acc": 0.5, "loss": 1}, {"step": 1, "acc": NaN, "loss": -Infinity}]'

PROJECTS: Final[dict[str, Project]] = {
    "the last field over the number of the row": {"dvc.yaml": "plots: [a.csv]", "a.csv": CSV},
    "x by field": {"dvc.yaml": "plots: [a.csv: {x: step}]", "a.csv": CSV},
    "y by field": {"dvc.yaml": "plots: [a.csv: {y: acc, title: T, x_label: X, y_label: Y, template: smooth}]", "a.csv": CSV},
    "y by list": {"dvc.yaml": "plots: [a.csv: {x: step, y: [acc, loss]}]", "a.csv": CSV},
    "an unknown field": {"dvc.yaml": "plots: [a.csv: {y: nope}]", "a.csv": CSV},
    "files of y": {"dvc.yaml": "plots: [T: {y: {a.csv: acc, b.csv: loss}}]", "a.csv": CSV, "b.csv": CSV},
    "files of y in folders": {"dvc.yaml": "plots: [T: {x: step, y: {d/a.csv: acc, d/e/b.csv: [acc, loss]}}]", "d/a.csv": CSV, "d/e/b.csv": CSV},
    "files of x": {"dvc.yaml": "plots: [T: {x: {a.csv: step}, y: {a.csv: acc, b.csv: acc}}]", "a.csv": CSV, "b.csv": CSV},
    "several files of x": {"dvc.yaml": "plots: [T: {x: {a.csv: step, b.csv: loss}, y: {a.csv: acc, b.csv: acc}}]", "a.csv": CSV, "b.csv": CSV},
    "x of another length": {"dvc.yaml": "plots: [T: {x: {a.csv: step}, y: {b.csv: acc}}]", "a.csv": CSV, "b.csv": CSV + "2,1,1\n"},
    "too many x": {"dvc.yaml": "plots: [T: {x: {a.csv: step, b.csv: step}, y: {b.csv: acc}}]", "a.csv": CSV, "b.csv": CSV},
    "x of a file, y without": {"dvc.yaml": "plots: [a.csv: {x: {b.csv: step}, y: acc}]", "a.csv": CSV, "b.csv": CSV},
    "x of a file, in a folder": {"d/dvc.yaml": "plots: [a.csv: {x: {d/b.csv: step}, y: acc}]", "d/a.csv": CSV, "d/b.csv": CSV},
    "a stage's plot": {"dvc.yaml": "stages: {s: {cmd: x, plots: [a.csv: {x: step, y: acc, cache: false}]}}", "a.csv": CSV},
    "no header": {"dvc.yaml": "stages: {s: {cmd: x, plots: [a.csv: {header: false}]}}", "a.csv": "1,2\n3,4\n"},
    "no header, used elsewhere": {
        "dvc.yaml": "plots: [T: {y: {a.csv: '1'}}]\nstages: {s: {cmd: x, plots: [a.csv: {header: false}]}}",
        "a.csv": "1,2\n3,4\n",
    },
    "in two files": {
        "dvc.yaml": "plots: [d/a.csv: {x: step}]",
        "d/dvc.yaml": "plots: [a.csv: {y: acc}]\nstages: {s: {cmd: x, plots: [a.csv: {template: smooth}]}}",
        "d/a.csv": CSV,
    },
    "tsv": {"dvc.yaml": "plots: [a.tsv]", "a.tsv": CSV.replace(",", "\t")},
    "a byte order mark": {"dvc.yaml": "plots: [a.csv: {y: acc}]", "a.csv": "\ufeff" + CSV},
    "carriage returns": {"dvc.yaml": "plots: [a.csv]", "a.csv": 'a,b\r\n1,"x\r\ny"\r\n\r\n3,4\r'},
    "rows too long and too short": {"dvc.yaml": "plots: [a.csv: {y: b}]", "a.csv": "a,b\n1,2,3,4\n5\n\n6,7\n"},
    "all rows too long": {"dvc.yaml": "plots: [a.csv: {y: b}]", "a.csv": "a,b\n1,2,3,4\n5,6,7\n"},
    "the same field twice": {"dvc.yaml": "plots: [a.csv]", "a.csv": "a,b,a\n1,2,3\n"},
    "a header only": {"dvc.yaml": "plots: [a.csv]", "a.csv": "a,b\n"},
    "an empty table": {"dvc.yaml": "plots: [a.csv]", "a.csv": ""},
    "json": {"dvc.yaml": "plots: [a.json]", "a.json": ROWS},
    "json in mappings": {"dvc.yaml": "plots: [a.json: {x: step, y: acc}]", "a.json": f'{{"v": 1, "train": {{"h": {ROWS}}}, "n": [1, 2]}}'},
    "two lists side by side": {"dvc.yaml": "plots: [a.json: {y: b}]", "a.json": '{"p": [{"a": 1}, {"a": 2}], "q": [{"b": 3}, {"b": 4}, {"b": 5}]}'},
    "fields that differ": {"dvc.yaml": "plots: [a.json: {y: a}]", "a.json": '{"p": [{"a": 1}, {"b": 2}], "q": [{"a": 3}]}'},
    "fields that differ, y inferred": {"dvc.yaml": "plots: [a.json]", "a.json": '{"p": [{"a": 1}, {"b": 2}], "q": [{"a": 3}]}'},
    "a list of numbers": {"dvc.yaml": "plots: [a.json]", "a.json": "[1, 2]"},
    "no list": {"dvc.yaml": "plots: [a.json]", "a.json": '{"a": 1}'},
    "empty json": {"dvc.yaml": "plots: [a.json]", "a.json": "{}"},
    "yaml": {"dvc.yaml": "plots: [a.yaml: {y: b}]", "a.yaml": "p: [{a: 1, b: x, 3: z}, {a: 2, b: null, 3: w}]"},
    "yaml whose last field is a number": {"dvc.yaml": "plots: [a.yml]", "a.yml": "p: [{a: 1, 3: z}]"},
    "toml": {"dvc.yaml": "plots: [a.toml]", "a.toml": "[[p]]\na = 1\n[[p]]\na = 2\n"},
    "another kind": {"dvc.yaml": "plots: [a.txt]", "a.txt": CSV},
    "capitals": {"dvc.yaml": "plots: [a.CSV, b.PNG]", "a.CSV": CSV, "b.PNG": "x"},
    "a picture": {"dvc.yaml": "plots: [a.png]\nstages: {s: {cmd: x, plots: [b.svg]}}", "a.png": "x", "b.svg": "<svg/>"},
    "a missing file": {"dvc.yaml": "plots: [a.csv, T: {y: {a.csv: x, b.csv: acc}}]", "b.csv": CSV},
    "a folder": {"dvc.yaml": "plots: [d: {x: step}]", "d/a.csv": CSV, "d/e/b.tsv": CSV.replace(",", "\t"), "d/c.png": "x"},
    "a folder of a stage": {"dvc.yaml": "stages: {s: {cmd: x, plots: [d: {x: step, header: false}]}}", "d/a.csv": CSV, "d/e/b.csv": CSV},
    "a folder, and files in it": {
        "dvc.yaml": "plots: [d: {x: step}, d/e: {y: acc}, d/a.csv: , d/f/g/c.csv: {y: acc}, d/h/T: {y: {d/a.csv: acc}}]",
        **dict.fromkeys(["d/a.csv", "d/b.csv", "d/e/a.csv", "d/f/b.csv", "d/f/g/c.csv", "d/f/g/d.csv", "d/h/i.csv"], CSV),
    },
    "the same path twice": {"dvc.yaml": "plots: [a.csv: {x: step}, a.csv: {y: acc}]", "a.csv": CSV},
    "the same path written twice": {"dvc.yaml": "plots: [a.csv: {x: step, y: loss}, ./a.csv: {y: acc}]", "a.csv": CSV},
    "two keys of an item": {"dvc.yaml": "plots: [{a.csv: {x: step}, b.csv: {y: acc}}]", "a.csv": CSV, "b.csv": CSV},
    "a stage's item of two": {"dvc.yaml": "stages: {s: {cmd: x, plots: [{a.csv: {}, b.csv: {y: acc}}]}}", "a.csv": CSV, "b.csv": CSV},
    "a title that is a path": {"d/dvc.yaml": "plots: [a.csv: {y: {a.csv: acc}}]", "d/a.csv": CSV},
    "x without y, of files": {"dvc.yaml": "plots: [a.csv: {x: {b.csv: step}}]", "a.csv": CSV, "b.csv": CSV},
}  # fmt: skip


@pytest.fixture(scope="module")
def dvc() -> dict[str, Any]:
    return dict(zip(PROJECTS, shown_by_dvc(list(PROJECTS.values())), strict=True))


def same(ours: object, theirs: object) -> bool:
    """Whether they are equal, NaN being like NaN and 1 unlike 1.0 and True."""
    return repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", PROJECTS)
def test_the_points_are_those_that_dvc_draws(name: str, dvc: dict[str, Any]) -> None:
    ours, theirs = drawn_by(PROJECTS[name]), dvc[name]["plots"]
    assert sorted(ours) == sorted(theirs)
    for plot, drawn in theirs.items():
        mine = ours[plot]
        if drawn["type"] == "image":
            assert mine == "image"
        elif not drawn["points"]:
            assert isinstance(mine, str) or not mine.rows
        else:
            assert isinstance(mine, PlotPoints)
            assert same([*map(dict, mine.rows)], drawn["points"])
            assert (mine.x, mine.y, mine.x_label, mine.y_label) == tuple(
                drawn["properties"].get(key) for key in ("x", "y", "x_label", "y_label")
            )
