"""Files made to hurt: each is read in bounded time and memory, and nothing is raised."""

import json
import time
import tracemalloc

import pytest

from gto_daemon.registry.evidence.definitions import MAX_DEFINED, read_definitions
from gto_daemon.registry.evidence.plot_points import MAX_CELLS, plot_points
from gto_daemon.registry.evidence.stages import MAX_WRITTEN_OUT
from gto_daemon.registry.evidence.values import MAX_JSON, PlotDefinition, UnreadableEvidenceError

_AXIS = f"[{', '.join(map(str, range(100)))}]"
_MANY = ", ".join(f"m{n}.json" for n in range(1000))
_LONG = "k" * 100_000


@pytest.mark.parametrize(
    ("text", "params", "message"),
    [
        pytest.param(
            f"stages: {{s: {{matrix: {{a: {_AXIS}, b: {_AXIS}, c: {_AXIS}}}, cmd: x, metrics: ['${{key}}']}}}}",
            "",
            f"more than {MAX_WRITTEN_OUT} characters of stages",
            id="a matrix of a million",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: [{'a,' * 100_000}], do: {{cmd: x, metrics: [m.json]}}}}}}",
            "",
            "",
            id="a long list",
        ),
        pytest.param(
            "stages: {s: {foreach: '${l}', do: {cmd: x, metrics: ['${item}.json']}}}",
            f"l: {list(range(30_000))}",
            f"more than {MAX_WRITTEN_OUT} characters of stages",
            id="a long list of variables",
        ),
        pytest.param(
            f"stages: {{s: {{matrix: {{a: [{_LONG}], b: {_AXIS}, c: [1, 2, 3]}}, cmd: x, metrics: ['${{key}}']}}}}",
            "",
            f"more than {MAX_WRITTEN_OUT} characters of stages",
            id="long names",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: x, metrics: [{_MANY}]}}}}}}",
            "",
            "",
            id="many metrics a stage, the same ones",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: x, wdir: 'w${{item}}', metrics: [{_MANY}]}}}}}}",
            "",
            f"more than {MAX_DEFINED} metrics",
            id="many metrics a stage",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: '${{t}}', metrics: [m.json]}}}}}}",
            f"t: {_LONG}",
            "too long",
            id="long text, often",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: '${{item}} ${{{_LONG}.a}}', metrics: [m.json]}}}}}}",
            f"{_LONG}: {{a: 1}}",
            "'${kkk",
            id="long paths of variables",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: x, vars: [params.yaml:n], metrics: ['${{m}}']}}}}}}",
            "m: 1\nn:\n" + "".join(f"  k{n}: {n}\n" for n in range(20_000)),
            "",
            id="variables of a large file, often",
        ),
        pytest.param(
            f"stages: {{s: {{foreach: {_AXIS}, do: {{cmd: x, vars: [{{q: 1}}], metrics: ['${{q}}']}}}}}}",
            "n:\n" + "".join(f"  k{n}: {n}\n" for n in range(20_000)),
            f"more than {MAX_WRITTEN_OUT} characters of stages",
            id="many variables, copied often",
        ),
        pytest.param(
            f"vars: [{', '.join(f'{{v{n}: 1}}' for n in range(20_000))}]\nmetrics: ['${{v1}}']", "", "", id="many vars"
        ),
        pytest.param(f"metrics: ['{'${' * 500_000}']", "", "", id="braces that never close"),
        pytest.param(f"metrics: ['${{{'a.' * 500_000}b}}']", "", "'${a.a.", id="a long expression"),
        pytest.param(f"metrics: ['{'a/' * 500_000}b']\n", "", "", id="a deep path"),
        pytest.param("a: &a [x]\nstages: {s: {foreach: &f [*f], do: {cmd: x}}}", "", "contains itself", id="a loop"),
        pytest.param(
            "stages: {s: {foreach: [0x" + "f" * 5000 + "], do: {cmd: x}}}", "", "as an integer", id="a long number"
        ),
        pytest.param("metrics: [" + "[" * 99 + "]" * 99 + "]", "", "more than 100 collections", id="deep lists"),
    ],
)
def test_a_dvc_yaml_beyond_a_limit_is_a_problem(text: str, params: str, message: str) -> None:
    started = time.process_time()
    tracemalloc.start()
    found = read_definitions(text.encode(), "", {"params.yaml": params.encode()} if params else {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - started < 60
    assert peak < 500 << 20
    assert len(found.problems) <= 101
    assert any(message in problem.message for problem in found.problems) or not message
    assert len(json.dumps([problem.as_json() for problem in found.problems])) < 1 << 20


def _drawn(name: str, data: bytes, **options: object) -> str:
    plot = PlotDefinition(name, "dvc.yaml", **options)  # type: ignore[arg-type]
    with pytest.raises(UnreadableEvidenceError) as raised:
        plot_points(plot, {name: data})
    return raised.value.reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"," * (MAX_JSON + 1), f"at most {MAX_JSON} are read"),
        ("a.csv", b"a,b\n" + b"1,2\n" * 1_000_000, f"more than {MAX_CELLS} values"),
        ("a.csv", b"," * 1_000_000 + b"\n" + b"1\n" * 10_000, f"more than {MAX_CELLS} values"),
        ("a.csv", b'a\n"' + b"x" * 1_000_000, "field larger than field limit"),
        ("a.csv", b"a\n\xff", "is not UTF-8"),
        ("a.json", b"[" + b'{"a":1},' * 600_000 + b'{"a":1}]', f"more than {MAX_CELLS} values"),
        ("a.json", b"[" * 1_000_000, "inside each other"),
        ("a.json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "inside each other"),
        ("a.json", b"5", "neither a list nor a mapping"),
        ("a.json", b"{", "cannot be read as JSON"),
        ("a.txt", b"a", "draws no points"),
    ],
)
def test_a_file_without_points_says_why(name: str, data: bytes, reason: str) -> None:
    assert reason in _drawn(name, data)


def test_a_plot_of_many_fields_is_bounded() -> None:
    data = b"a,b\n" + b"1,2\n" * 1000
    assert f"more than {MAX_CELLS} values" in _drawn("a.csv", data, y=("a", "b") * 10_000)
