"""The `artifacts:` section of `dvc.yaml`: DVC's fields under GTO's names, variables, and what DVC would refuse."""

from typing import Any

import pytest

from gto_daemon.registry.annotations import AnnotationFile, parse_dvc_yaml, variable_files
from gto_daemon.registry.problems import Position, Range


def parse(text: str, directory: str = "", params: str | None = None) -> AnnotationFile:
    path = f"{directory.strip('/')}/params.yaml".removeprefix("/")
    return parse_dvc_yaml(text.encode(), directory, {} if params is None else {path: params.encode()})


def described(file: AnnotationFile) -> dict[str, Any]:
    return {name: annotation.described() for name, annotation in file.annotations.items()}


def codes(file: AnnotationFile) -> list[str]:
    return [problem.code for problem in file.problems]


FULL = "artifacts:\n  cv:\n    path: m.pt\n    type: model\n    desc: d\n    labels: [a, b]\n    meta: {any: 1}\n"


def test_dvcs_fields_have_gtos_names_and_no_virtual() -> None:
    annotation = parse(FULL, "some/dir").annotations["some/dir:cv"]
    assert annotation.virtual is None
    assert annotation.as_json() == {
        "type": "model",
        "path": "m.pt",
        "labels": ["a", "b"],
        "description": "d",
        "custom": {"any": 1},
    }
    assert annotation.range == Range(Position(1, 2), Position(1, 4))
    assert list(annotation.fields) == ["path", "type", "desc", "labels", "meta"]


@pytest.mark.parametrize(
    ("directory", "name"),
    [("", "cv"), (".", "cv"), ("/", "cv"), ("a", "a:cv"), ("./a/", "a:cv"), ("a/b.c", "a/b.c:cv"), (".x", ".x:cv")],
)
def test_an_entry_is_named_after_the_directory(directory: str, name: str) -> None:
    file = parse(FULL, directory)
    assert list(file.annotations) == [name]
    assert file.problems == ()


@pytest.mark.parametrize(
    "text", ["", "stages: {}\n", "[1]\n", "a: [\n", "stages:\n  a: {cmd: x}\n  a: {cmd: y}\n", "\0", "plots: !x y\n"]
)
def test_a_file_without_the_section_is_none_of_our_business(text: str) -> None:
    assert parse(text) == AnnotationFile({}, ())


def test_nothing_outside_the_section_matters() -> None:
    file = parse("stages: !tag {a: 1, a: 2}\nplots:\n- x: ${nope}\nartifacts: {m: {path: x}}\n")
    assert described(file) == {"m": {"path": "x"}}
    assert file.problems == ()


@pytest.mark.parametrize(
    ("entry", "expected", "code", "severity"),
    [
        ("{path: x, other: 1}", {"path": "x"}, "unknown-field", "warning"),
        ("{path: x, 5: 1}", {"path": "x"}, "unknown-field", "warning"),
        ("{type: model}", {"type": "model"}, "missing-field", "warning"),
        ("{}", {}, "missing-field", "warning"),
        ("", None, "invalid-annotation", "error"),
        ("text", None, "invalid-annotation", "error"),
        ("{path: 5}", None, "invalid-annotation", "error"),
        ("{path: x, desc: null}", None, "invalid-annotation", "error"),
        ("{path: x, labels: a}", None, "invalid-annotation", "error"),
        ("{path: x, labels: [1]}", None, "invalid-annotation", "error"),
        ("{path: x, path: y}", None, "invalid-annotation", "error"),
        ("{path: x, meta: !tag y}", None, "invalid-annotation", "error"),
    ],
)
def test_what_dvc_refuses_is_a_problem_of_its_entry(
    entry: str, expected: dict[str, Any] | None, code: str, severity: str
) -> None:
    file = parse(f"artifacts:\n  m: {entry}\n  n: {{path: y}}\n", "d")
    assert described(file) == ({} if expected is None else {"d:m": expected}) | {"d:n": {"path": "y"}}
    (problem,) = file.problems
    assert (problem.code, problem.severity, problem.artifact) == (code, severity, "d:m")
    assert problem.range is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("artifacts:\n", "wrong-dvc-yaml"),
        ("artifacts: []\n", "wrong-dvc-yaml"),
        ("artifacts: {m: {path: x}}\nartifacts: {}\n", "wrong-dvc-yaml"),
        ("- artifacts\n", "wrong-dvc-yaml"),
        ("artifacts: {m: [}\n", "invalid-yaml"),
        ("artifacts: {a.b: {path: x}}\n", "invalid-name"),
        ("artifacts: {5: {path: x}}\n", "invalid-name"),
    ],
)
def test_a_section_that_cannot_be_read_is_one_problem(text: str, code: str) -> None:
    file = parse(text)
    assert codes(file) == [code]
    assert file.annotations == {}


def test_a_directory_that_gto_cannot_name_is_a_problem_of_each_entry() -> None:
    file = parse(FULL, "my dir")
    assert [problem.artifact for problem in file.problems] == ["my dir:cv"]
    assert codes(file) == ["invalid-name"]


def test_a_name_twice_counts_once() -> None:
    file = parse("artifacts: {m: {path: x}, m: {path: y}}\n")
    assert described(file) == {"m": {"path": "x"}}
    assert codes(file) == ["duplicate-artifact"]


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("${model.name}", "churn"),
        ("${ model . name }", "churn"),
        ("models/${model.name}-${n}.pkl", "models/churn-5.pkl"),
        ("${list[1]}", "b"),
        ("${list.0}", "a"),
        ("${list[-1]}", "b"),
        ("${model[name]}", "churn"),
        ("${yes}", "true"),
        ("${half}", "0.5"),
        ("${own}", "of vars"),
        (r"\${model.name}", "${model.name}"),
        (r"${n}\${n}", "5${n}"),
        ("$n", "$n"),
        ("${", "${"),
    ],
)
def test_expressions_are_resolved(written: str, resolved: str) -> None:
    params = "model: {name: churn}\nn: 5\nlist: [a, b]\nyes: true\nhalf: 0.5\n"
    file = parse(f"vars: [own: of vars]\nartifacts:\n  m:\n    path: '{written}'\n    desc: x\n", "", params)
    assert described(file) == {"m": {"path": resolved, "description": "x"}}
    assert file.problems == ()


def test_meta_labels_and_names_are_resolved_too_and_meta_keeps_types() -> None:
    text = (
        "artifacts:\n  m-${n}: {path: x, labels: ['${n}'], meta: {'k${n}': ['${n}', '${yes}', '${none}', 'v${n}']}}\n"
    )
    file = parse(text, "", "n: 5\nyes: true\nnone: null\n")
    assert described(file) == {"m-5": {"path": "x", "labels": ["5"], "custom": {"k5": [5, True, None, "v5"]}}}
    assert file.problems == ()


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("${nope}", "is not defined ('nope' is not there)"),
        ("${model.nope}", "is not defined ('nope' is not there)"),
        ("${list[2]}", "is not defined ('2' is not there)"),
        ("${list.x}", "is not defined ('x' is not there)"),
        ("${n.x}", "is not defined ('x' is not there)"),
        ("${}", "is no expression such as ${name}, ${group.name} or ${list[0]}"),
        ("${a..b}", "is no expression such as ${name}, ${group.name} or ${list[0]}"),
    ],
)
def test_what_cannot_be_resolved_stays_and_is_named(expression: str, reason: str) -> None:
    params = "model: {name: churn}\nn: 5\nlist: [a, b]\n"
    file = parse(f"artifacts:\n  m: {{path: '{expression}/${{n}}', meta: ['{expression}']}}\n", "", params)
    assert described(file) == {"m": {"path": f"{expression}/5", "custom": [expression]}}
    assert codes(file) == ["unresolved-variable", "unresolved-variable"]
    assert file.problems[0].message == f"'{expression}' {reason}, so it stays as it is."
    assert file.problems[0].artifact == "m"


def test_without_params_an_expression_stays() -> None:
    file = parse("artifacts: {m: {path: '${x}'}}\n")
    assert described(file) == {"m": {"path": "${x}"}}
    assert codes(file) == ["unresolved-variable"]


def test_a_mapping_where_text_belongs_stays() -> None:
    file = parse("artifacts: {m: {path: '${model}'}}\n", "", "model: {name: churn}\n")
    assert described(file) == {"m": {"path": "${model}"}}
    assert codes(file) == ["unresolved-variable"]


@pytest.mark.parametrize("item", ["/etc/passwd", "../../x.yaml", "..", ".", ":a", "x/../../../y"])
def test_a_file_outside_of_the_repository_is_not_asked_for(item: str) -> None:
    text = f"vars: ['{item}', {{x: 1}}]\nartifacts: {{m: {{path: '${{x}}'}}}}\n"
    # What is a folder is asked for in vain.
    assert set(variable_files(text.encode(), "sub")) <= {"sub/params.yaml", "sub"}
    file = parse(text, "sub")
    assert described(file) == {"sub:m": {"path": "1"}}
    assert codes(file) == ["wrong-vars"]


def test_the_first_definition_counts() -> None:
    text = "vars:\n- x: {a: 1}\n- x: {a: 2, b: 3}\nartifacts: {m: {path: '${x.a}${x.b}${p}'}}\n"
    file = parse(text, "", "p: q\nx: {c: 1}\n")
    assert described(file) == {"m": {"path": "13q"}}
    (problem,) = file.problems
    assert (problem.code, problem.range) == ("redefined-variable", Range(Position(2, 2), Position(2, 17)))
    assert problem.message.startswith("'x.a' is defined twice")


@pytest.mark.parametrize(
    ("params", "code"), [("x: [", "invalid-yaml"), ("x: 1\nx: 2", "wrong-params"), ("- x", "wrong-params")]
)
def test_params_that_cannot_be_read_are_a_problem_of_that_file(params: str, code: str) -> None:
    file = parse("artifacts: {m: {path: '${x}'}}\n", "some/dir", params)
    assert described(file) == {"some/dir:m": {"path": "${x}"}}
    assert codes(file) == [code, "unresolved-variable"]
    assert [problem.path for problem in file.problems] == ["some/dir/params.yaml", None]


@pytest.mark.parametrize("section", ["5", "{x: 1}", "!tag [x]", "null"])
def test_vars_that_cannot_be_read_are_a_problem(section: str) -> None:
    file = parse(f"vars: {section}\nartifacts: {{m: {{path: '${{x}}'}}}}\n", "", "x: 1")
    assert described(file) == {"m": {"path": "1"}}
    assert codes(file) == ["wrong-vars"]


def test_params_are_looked_at_without_an_expression_because_dvc_refuses_the_file() -> None:
    assert codes(parse(FULL, "", "x: [")) == ["invalid-yaml"]
    assert codes(parse("stages: {}\n", "", "x: [")) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("v.py", "x = {'a', 'b'}", "is or holds a set, which cannot be put in"),
        ("v.py", "x = {1: [({'a', 'b'},)]}", "is or holds a set, which cannot be put in"),
        ("v.py", "x = 1j", "is or holds a complex number, which cannot be put in"),
        ("v.py", "x = [...]", "is or holds what only Python has, which cannot be put in"),
        ("v.py", "x = {1j: 2}", "is or holds a complex number, which cannot be put in"),
        ("v.py", f"x = -0x{'f' * 4000}", "is a number of too many digits"),
        ("v.py", f"x = {{0x{'f' * 4000}: 1}}", "is a number of too many digits"),
        ("v.py", r"x = '\ud800'", "has half of a character, a lone surrogate"),
        ("v.toml", f"x = 0x{'f' * 4000}", "is a number of too many digits"),
        ("v.json", r'{"x": "\ud800"}', "has half of a character, a lone surrogate"),
    ],
)
def test_a_value_without_a_form_in_json_stays_an_expression(name: str, content: str, reason: str) -> None:
    text = f"vars: [{name}]\nartifacts: {{m: {{path: 'a${{x}}', meta: ['${{x}}']}}, n: {{path: p}}}}\n"
    file = parse_dvc_yaml(text.encode(), "", {name: content.encode()})
    assert described(file) == {"m": {"path": "a${x}", "custom": ["${x}"]}, "n": {"path": "p"}}
    unresolved = [problem for problem in file.problems if problem.code == "unresolved-variable"]
    assert [problem.message for problem in unresolved] == [f"'${{x}}' {reason}, so it stays as it is."] * 2
    assert "Define it" not in unresolved[0].hint


def test_a_time_is_put_in_as_it_is_written_and_dvc_refuses_it() -> None:
    text = "vars: [v.toml]\nartifacts: {m: {path: 'a${x}', meta: ['${x}']}}\n"
    file = parse_dvc_yaml(text.encode(), "", {"v.toml": b"x = 07:30:00"})
    assert described(file) == {"m": {"path": "a07:30:00", "custom": ["07:30:00"]}}
    assert [problem.message for problem in file.problems] == [
        "'x' is a date or time, and DVC refuses the dvc.yaml for that."
    ]


@pytest.mark.parametrize("name", ["v.json", "v.toml"])
def test_variables_go_no_deeper_than_those_of_yaml(name: str) -> None:
    nested = "[" * 400 + "]" * 400
    content = f'{{"x": {nested}}}' if name == "v.json" else f"x = {nested}"
    text = f"vars: [{name}]\nartifacts: {{m: {{path: p, meta: ['${{x}}']}}}}\n"
    file = parse_dvc_yaml(text.encode(), "", {name: content.encode()})
    assert codes(file) == ["wrong-params", "unresolved-variable"]
    assert "more than 100 collections inside each other" in file.problems[0].message
