# ruff: noqa: E501  (a case a line)
"""Variables of `dvc.yaml` are what the real DVC resolves; where it refuses the file, there is a problem with its place."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from gto_daemon.registry.annotations import AnnotationFile, parse_dvc_yaml, variable_files
from tests.oracle.install import DVC, interpreter_of

_WORKER: Final = Path(__file__).parents[1] / "oracle/dvc_worker.py"
_ARTIFACT: Final = "artifacts: {m: {path: '${a}/x.pkl', type: model}}\n"
_PY: Final = (
    "import os\na = 'models'\nn: int = 5\nx = y = 2\nz = os.getcwd()\nd = {'k': [1, 2.5, None, True]}\n"
    "class Train:\n    lr = 0.1\n    def __init__(self):\n        self.epochs = 3\n        local = 1\n"
    "def f():\n    hidden = 1\n"
)


def _with(vars_: str, artifacts: str = _ARTIFACT, directory: str = "", **files: str) -> dict[str, Any]:
    folder = f"{directory}/" if directory else ""
    named = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    return {"dvc_yaml": f"{folder}dvc.yaml", "files": {f"{folder}dvc.yaml": vars_ + artifacts, **named}}


#: What DVC resolves.
RESOLVED: Final[dict[str, dict[str, Any]]] = {
    "params": _with("", params_yaml="a: m\n"),
    "no variables": _with("", "artifacts: {m: {path: p}}\n"),
    "yaml": _with("vars: [conf/c.yaml]\n", conf__c_yaml="a: m\n"),
    "yml": _with("vars: [c.yml]\n", c_yml="a: m\n"),
    "no ending is YAML": _with("vars: [conf/c]\n", conf__c="a: m\n"),
    "json": _with("vars: [c.json]\n", c_json='{"a": "m"}'),
    "toml": _with("vars: [c.toml]\n", c_toml='a = "m"\n[t]\nb = [1, 2]\n'),
    "py": _with("vars: [c.py]\n", c_py=_PY),
    "py values": _with(
        "vars: [c.py]\n",
        "artifacts: {m: {path: '${a}', meta: {d: '${d}', lr: '${Train.lr}', e: '${Train.epochs}', n: '${n}'}}}\n",
        c_py=_PY,
    ),
    "upper case": _with("vars: [c.JSON]\n", c_JSON='{"a": "m"}'),
    "one key": _with("vars: ['c.json:a']\n", c_json='{"a": "m", "b": 1}'),
    "two keys": _with("vars: ['c.yaml:a,b']\n", "artifacts: {m: {path: '${a}${b}'}}\n", c_yaml="a: m\nb: 1\nc: 2\n"),
    "keys one by one": _with("vars: ['c.yaml:a', 'c.yaml:b']\n", "artifacts: {m: {path: '${a}${b}'}}\n", c_yaml="a: m\nb: 1\n"),
    "a date that is not taken": _with("vars: ['c.yaml:a']\n", c_yaml="a: m\nb: 2024-01-01\n"),
    "twice the whole": _with("vars: [c.yaml, ./c.yaml]\n", c_yaml="a: m\n"),
    "params named": _with("vars: [params.yaml]\n", params_yaml="a: m\n"),
    "mappings merged": _with("vars: [c.yaml, {g: {z: 2}}]\n", "artifacts: {m: {path: '${g.y}${g.z}'}}\n", c_yaml="g: {y: 1}\n"),
    "beside its own file": _with("vars: [c.yaml]\n", directory="sub", sub__c_yaml="a: m\n"),
    "from a folder above": _with("vars: [../c.yaml]\n", directory="sub", c_yaml="a: m\n"),
    "empty file": _with("vars: [c.yaml, {a: m}]\n", c_yaml=""),
    "empty json": _with("vars: [c.json, {a: m}]\n", c_json="[]"),
    "meta is a mapping": _with("", "artifacts: {m: {path: p, meta: '${g}'}}\n", params_yaml="g: {a: [1, {b: true}], c: null}\n"),
    "meta has a list": _with("", "artifacts: {m: {path: p, meta: {l: '${l}', s: 'of ${l}'}}}\n", params_yaml="l: [a, 1]\n"),
    "a mapping within text": _with(
        "", "artifacts: {m: {path: p, meta: {s: 'run ${g} now'}}}\n", params_yaml="g: {a: 'x y', b: true, c: false, d: [1, 2], e: {f: 0.5}}\n"
    ),
    "numbers and booleans": _with("", "artifacts: {m: {path: '${n}/${f}/${t}/${z}'}}\n", params_yaml="n: 007\nf: 1.50\nt: yes\nz: true\n"),
    "keys that are no text": _with("", params_yaml="a: m\n5: 2024-01-01\n"),
    "labels and names": _with("", "artifacts: {'${a}': {path: p, labels: ['${a}', x]}}\n", params_yaml="a: m\n"),
    "escaped": _with("", "artifacts: {m: {path: '\\${a}'}}\n", params_yaml="a: m\n"),
}  # fmt: skip

#: What DVC refuses, and where the problem is (`None`: in the dvc.yaml).
REFUSED: Final[dict[str, tuple[dict[str, Any], str | None]]] = {
    "a date": (_with("", params_yaml="a: m\nd: 2024-01-01\n"), "params.yaml"),
    "a date that nothing asks for": (_with("", "artifacts: {m: {path: p}}\n", params_yaml="d: [{e: 2024-01-01}]\n"), "params.yaml"),
    "a time": (_with("vars: [c.toml]\n", c_toml='a = "m"\nt = 2024-01-01T00:00:00Z\n'), "c.toml"),
    "a set": (_with("vars: [c.py]\n", c_py="a = 'm'\ns = {1, 2}\n"), "c.py"),
    "a tuple": (_with("vars: [c.py]\n", c_py="a = 'm'\nt = (1, 2)\n"), "c.py"),
    "no file": (_with("vars: [c.yaml]\n", "artifacts: {m: {path: p}}\n"), None),
    "a folder": (_with("vars: [conf]\n", conf__c_yaml="a: m\n"), None),
    "no key": (_with("vars: ['c.json:a,b']\n", c_json='{"a": "m"}'), None),
    "keys and the whole": (_with("vars: [c.yaml, 'c.yaml:a']\n", c_yaml="a: m\n"), None),
    "the whole and keys": (_with("vars: ['c.yaml:a', c.yaml]\n", c_yaml="a: m\nb: 1\n"), None),
    "the same key twice": (_with("vars: ['c.yaml:a', 'c.yaml:a']\n", c_yaml="a: m\n"), None),
    "a key of params": (_with("vars: ['params.yaml:a']\n", params_yaml="a: m\n"), None),
    "twice": (_with("vars: [c.yaml, {a: n}]\n", c_yaml="a: m\n"), None),
    "a list": (_with("vars: [c.json]\n", c_json="[1]"), "c.json"),
    "no JSON": (_with("vars: [c.json]\n", c_json="{a: m}"), "c.json"),
    "no TOML": (_with("vars: [c.toml]\n", c_toml="a: m\n"), "c.toml"),
    "no Python": (_with("vars: [c.py]\n", c_py="a = \n"), "c.py"),
    "no YAML": (_with("vars: [c.yaml]\n", c_yaml="a: [\n"), "c.yaml"),
    "an expression in vars": (_with("vars: [{b: x}, '${b}.yaml', {a: m}]\n"), None),
    "unknown": (_with(""), None),
    "a number in vars": (_with("vars: [5, {a: m}]\n"), None),
}  # fmt: skip


def _asked(cases: list[dict[str, Any]]) -> list[Any]:
    """What DVC says of each."""
    python = interpreter_of(DVC)
    done = subprocess.run(
        [str(python), str(_WORKER)], input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=300
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def _ours(case: dict[str, Any]) -> AnnotationFile:
    files = {name: content.encode() for name, content in case["files"].items()}
    text, directory = files[case["dvc_yaml"]], case["dvc_yaml"].rpartition("/")[0]
    wanted = variable_files(text, directory)
    return parse_dvc_yaml(text, directory, {name: data for name, data in files.items() if name in wanted})


@pytest.fixture(scope="module")
def dvc() -> dict[str, Any]:
    cases = {**RESOLVED, **{name: case for name, (case, _) in REFUSED.items()}}
    return dict(zip(cases, _asked(list(cases.values())), strict=True))


@pytest.mark.parametrize("name", RESOLVED)
def test_it_is_what_dvc_resolves(name: str, dvc: dict[str, Any]) -> None:
    file = _ours(RESOLVED[name])
    assert file.problems == ()
    ours = {}
    for full, each in file.annotations.items():
        said = each.described()
        found = {"path": said.get("path"), "type": said.get("type"), "desc": said.get("description")}
        found |= {"meta": said.get("custom"), "labels": said.get("labels")}
        ours[full.rpartition(":")[2]] = {key: value for key, value in found.items() if value is not None}
    assert ours == dvc[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_dvc_refuses_is_a_problem_with_its_place(name: str, dvc: dict[str, Any]) -> None:
    case, path = REFUSED[name]
    assert "refused" in dvc[name]
    file = _ours(case)
    assert file.problems
    assert file.problems[0].path == path
    assert file.problems[0].range is not None or path is not None
    assert "m" in file.annotations
