# ruff: noqa: E501  (a case a line)
"""Templates in a dvc.yaml, compared with the real DVC: what it resolves, and what it refuses."""

from typing import Any, Final

import pytest

from tests.evidence.defined import defined_by
from tests.evidence.real_dvc import Project, shown_by_dvc

RESOLVED: Final[dict[str, Project]] = {
    "top level": {
        "dvc.yaml": "vars: [{a: m}, v.yaml]\nmetrics: ['${a}.json', '${g.b[1]}.json']\nparams: ['${a}.yaml']\nplots: ['${a}.csv', '${p}', '${a}${n}': {x: '${a}', y: ['${a}', b]}]",
        "v.yaml": "g: {b: [1, 2.50, true]}\nn: null\np: {q.csv: {x: a}}\n",
    },
    "a stage": {
        "dvc.yaml": "stages: {s: {cmd: 'run ${t} ${t.lr}', wdir: '${w}', metrics: ['${t.lr}.json', {'${t.b}.json': {cache: false}}], params: ['${t.k}', '${t.k}.yaml': ['${t.k}']], plots: ['${t.k}.csv': {x: '${t.k}', title: 'of ${t.lr}'}]}}",
        "params.yaml": "t: {lr: 1e-5, b: true, k: key}\nw: d\n",
        "d/keep": "",
    },
    "what only other parts use": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {cmd: ['${a}', 'x ${l[0]} ${l[-1]}'], deps: ['${b.c}'], outs: ['${b.d}': {cache: false}], desc: '${e}', meta: {x: ['${f}']}, metrics: [m.json]}}",
        "v.yaml": "a: 1\nb: {c: two, d: three}\ne: text\nl: [1, 2]\nf: null\ng: unused\n",
    },
    "variables of two files": {
        "d/dvc.yaml": "vars: [../v.yaml, w.json:k]\nstages: {s: {cmd: '${a} ${k.b}'}}",
        "v.yaml": "a: 1\n",
        "d/w.json": '{"k": {"b": 2}, "l": 3}',
        "d/params.yaml": "z: 1\n",
    },
    "mappings of two files": {
        "dvc.yaml": "vars: [v.yaml, {g: {c: 3}}]\nstages: {s: {cmd: '${g.a} ${g.b} ${g.c} ${g}'}}",
        "v.yaml": "g: {a: 1}\n",
        "params.yaml": "g: {b: 2}\n",
    },
    "foreach over a list": {"dvc.yaml": "stages: {s: {foreach: [a, b, a, 1, true, null], do: {cmd: x, metrics: ['${item}.json']}}}"},
    "foreach over mappings": {"dvc.yaml": "stages: {s: {foreach: [{n: a, v: {w: 1}}, {n: b, v: {w: 2}}], do: {cmd: x, metrics: ['${item.n}${item.v.w}.json']}}}"},
    "foreach over a mapping": {
        "dvc.yaml": "stages: {s: {foreach: {us: {e: 1}, them: {e: 2}, 3: {e: 4}, true: {e: 5}}, do: {cmd: x, metrics: ['${key}-${item.e}.json']}}}"
    },
    "foreach over texts by key": {"dvc.yaml": "stages: {s: {foreach: {us: a, them: b}, do: {cmd: x, metrics: ['${key}-${item}.json']}}}"},
    "foreach over a variable list": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {foreach: '${l}', do: {cmd: x, metrics: ['${item}.json']}}}",
        "v.yaml": "l: [a, true, 2, true]\n",
    },
    "foreach over a variable mapping": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {foreach: '${m.n}', do: {cmd: 'x ${item.b[0]} ${item.c}', metrics: ['${key}/${item.a}.json']}}}",
        "v.yaml": "m: {n: {us: {a: 1, b: [2], c: {d: 3}}, them: {a: 4, b: [5], c: {d: 6}}, 7: {a: 8, b: [9], c: {}}}}\n",
    },
    "foreach over variable lists of mappings": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {foreach: '${l}', do: {cmd: 'x ${item.b.c}', metrics: ['${item.a}.json']}}}",
        "v.yaml": "l: [{a: 1, b: {c: 2}}, {a: 3, b: {c: 4}}]\n",
    },
    "foreach over part of a variable list": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {foreach: '${l[1]}', do: {cmd: x, metrics: ['${key}${item}.json']}}}",
        "v.yaml": "l: [0, {us: 1, them: 2}]\n",
    },
    "foreach with expressions in it": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {foreach: ['${a}', 'x${a}', '${l[0]}'], do: {cmd: x, metrics: ['${item}.json']}}, t: {foreach: {'k${a}': {v: '${l}'}}, do: {cmd: 'x ${item.v[1]}', metrics: ['${key}.json']}}}",
        "v.yaml": "a: 1\nl: [b, c]\n",
    },
    "foreach over nothing": {"dvc.yaml": "stages: {s: {foreach: [], do: {cmd: x, metrics: ['${item}.json']}}, t: {foreach: {}, do: {cmd: x, metrics: [m.json]}}}"},
    "foreach with a folder each": {
        "dvc.yaml": "stages: {s: {foreach: [a, b], do: {cmd: 'x ${v}', wdir: 'd/${item}', vars: [p.yaml], metrics: ['${v}.json'], params: [lr]}}}",
        "d/a/p.yaml": "v: 1\n",
        "d/b/p.yaml": "v: 2\n",
    },
    "item that is a variable, too": {
        "dvc.yaml": "vars: [{item: z, key: y}]\nmetrics: ['${item}${key}.json']\nstages: {s: {foreach: [a], do: {cmd: x, metrics: ['${item}${key}.json']}}}"
    },
    "matrix": {
        "dvc.yaml": "stages: {s: {matrix: {a: [x, y], b: [1, true, {c: 2}, [3]]}, cmd: x, metrics: ['${key}.json', '${item.a}']}}"
    },
    "matrix of variables": {
        "dvc.yaml": "vars: [v.yaml]\nstages: {s: {matrix: {a: '${l}', b: ['${l[0]}', '${m}'], c: '${m}'}, cmd: 'x ${item.b}', metrics: ['${key}-${item.a}.json']}}",
        "v.yaml": "l: [p, true, p]\nm: {q: 1, r: 2}\n",
    },
    "matrix of a text": {"dvc.yaml": "stages: {s: {matrix: {a: xyz}, cmd: x, metrics: ['${item.a}.json']}}"},
    "matrix with an empty list": {"dvc.yaml": "stages: {s: {matrix: {a: [x], b: []}, cmd: x, metrics: ['${key}.json']}}"},
    "matrix with variables of its own": {
        "dvc.yaml": "stages: {s: {matrix: {a: [x, y]}, vars: [{v: 1}], cmd: x, metrics: ['${item.a}${v}.json']}}"
    },
    "variables of a stage": {
        "dvc.yaml": "vars: [{g: {a: 1}}]\nstages: {s: {vars: [v.yaml, {g: {b: 2}}], cmd: '${c}', metrics: ['${g.a}${g.b}${c}.json']}, t: {vars: [{c: 5}], cmd: x, metrics: ['${c}.json']}}",
        "v.yaml": "c: 3\n",
    },
    "variables of a stage in its folder": {
        "d/dvc.yaml": "stages: {s: {wdir: ../e, vars: [v.yaml], cmd: '${c}', metrics: ['${c}.json']}}",
        "e/v.yaml": "c: 3\n",
    },
    "escaped": {"dvc.yaml": "stages: {s: {cmd: x, metrics: ['\\${a}.json', 'b\\${a}${c}']}}", "params.yaml": "c: 1\n"},
    "spaces": {"dvc.yaml": "metrics: ['${ a . b }.json', '${ l[ 0 ] }.json']", "params.yaml": "a: {b: 1}\nl: [2]\n"},
    "merged": {"dvc.yaml": "stages: {s: &s {cmd: x, metrics: [m.json]}, t: {<<: *s, metrics: [n.json]}}"},
    "a cmd with a mapping": {"dvc.yaml": "vars: [v.yaml]\nstages: {s: {cmd: 'x ${m}', metrics: [m.json]}}", "v.yaml": "m: {a: 1, b: [2]}\n"},
    "an at sign": {"dvc.yaml": "stages: {s: {cmd: x, metrics: [a@b.json]}}"},
}  # fmt: skip

#: What DVC refuses, and what of it counts here.
REFUSED: Final[dict[str, tuple[str, list[str]]]] = {
    "unknown in a metric": ("stages: {s: {cmd: x, metrics: ['${a}.json', m.json]}}", ["m.json"]),
    "unknown elsewhere": ("stages: {s: {cmd: '${a}', metrics: [m.json]}}", ["m.json"]),
    "unknown at the top": ("metrics: ['${a}.json', m.json]", ["m.json"]),
    "unknown in foreach": ("stages: {s: {foreach: '${a}', do: {cmd: x, metrics: [m.json]}}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "unknown in matrix": ("stages: {s: {matrix: {a: '${a}'}, cmd: x, metrics: [m.json]}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "unknown in wdir": ("stages: {s: {wdir: '${a}', cmd: x, metrics: [m.json]}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "a list in a stage": ("vars: [{l: [1]}]\nstages: {s: {cmd: x, metrics: ['${l}', m.json]}}", ["m.json"]),
    "a mapping in a stage": ("vars: [{l: {a: 1}}]\nstages: {s: {cmd: x, metrics: ['a${l}', m.json]}}", ["m.json"]),
    "a list in cmd": ("vars: [{l: [1]}]\nstages: {s: {cmd: '${l}', metrics: [m.json]}}", ["m.json"]),
    "foreach over text": ("stages: {s: {foreach: abc, do: {cmd: x, metrics: [m.json]}}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "foreach without do": ("stages: {s: {foreach: [a], cmd: x, metrics: [m.json]}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "matrix that is a list": ("stages: {s: {matrix: [a], cmd: x, metrics: [m.json]}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "matrix of numbers": ("stages: {s: {matrix: {a: 5}, cmd: x, metrics: [m.json]}, t: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "item as a variable of a stage": ("stages: {s: {foreach: [a], do: {vars: [{item: b}], cmd: x, metrics: ['${item}.json']}}}", ["a.json"]),
    "an expression in vars of a stage": ("stages: {s: {vars: [{a: '${b}'}, {c: 1}], cmd: x, metrics: ['${c}.json']}}", ["1.json"]),
    "no expression": ("metrics: ['${}', '${a..b}', m.json]", ["m.json"]),
    "no list": ("metrics: m.json\nstages: {s: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "no text": ("metrics: [5, {a: b}, null, m.json]", ["m.json"]),
    "nothing": ("metrics:\nstages: {s: {cmd: x, metrics: [n.json]}}", ["n.json"]),
    "no mapping": ("[a, b]", []),
    "no stages": ("stages: [a]\nmetrics: [m.json]", ["m.json"]),
    "no stage": ("stages: {s: , t: {cmd: x, metrics: [m.json]}}", ["m.json"]),
    "flags that are none": ("stages: {s: {cmd: x, params: [{p.yaml: a}], metrics: [m.json]}}", ["m.json"]),
    "a repeated section": ("metrics: [m.json]\nmetrics: [n.json]", ["m.json"]),
    "a repeated stage": ("stages: {s: {cmd: x, metrics: [m.json]}, s: {cmd: x, metrics: [n.json]}}", ["m.json"]),
    "an axis that is a number": ("plots: [a.csv: {y: 5}]\nmetrics: [m.json]", ["m.json"]),
    "no YAML": ("metrics: [m.json\nstages: {", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def dvc() -> dict[str, Any]:
    projects = {**RESOLVED, **{name: {"dvc.yaml": text} for name, (text, _) in REFUSED.items()}}
    return dict(zip(projects, shown_by_dvc(list(projects.values())), strict=True))


@pytest.mark.parametrize("name", RESOLVED)
def test_it_is_what_dvc_resolves(name: str, dvc: dict[str, Any]) -> None:
    ours, theirs = defined_by(RESOLVED[name]), dvc[name]
    assert "refused" not in theirs
    assert ours.problems == []
    assert list(dict.fromkeys(ours.metrics)) == list(theirs["metrics"])
    paths = [source.path for source in ours.params]
    assert {path: dict(values) for path, values in ours.variables.items() if path not in paths} == {
        path: values for path, values in theirs["params"].items() if path not in paths
    }
    assert sorted(plot.id for plot in ours.plots) == sorted(theirs["plots"])


@pytest.mark.parametrize("name", REFUSED)
def test_what_dvc_refuses_is_a_problem_and_the_rest_counts(name: str, dvc: dict[str, Any]) -> None:
    text, metrics = REFUSED[name]
    assert "refused" in dvc[name]
    ours = defined_by({"dvc.yaml": text})
    assert ours.metrics == metrics
    assert ours.problems
    for problem in ours.problems:
        assert problem.path == "dvc.yaml"
        assert problem.range is not None
