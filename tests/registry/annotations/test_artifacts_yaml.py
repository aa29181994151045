"""`artifacts.yaml`: the fields, the problems and their places. The expected values are the real GTO's (cases.py)."""

import json
from typing import Any

import pytest

from gto_daemon.registry.annotations import AnnotationFile, parse_artifacts_yaml
from gto_daemon.registry.problems import Position, Range
from tests.registry.annotations.cases import DIFFERENT, READ, REFUSED, UNPRINTABLE


def parse(text: str | bytes) -> AnnotationFile:
    return parse_artifacts_yaml(text.encode() if isinstance(text, str) else text)


def described(file: AnnotationFile) -> str:
    """As JSON, which tells 1 from true and 1.0, keeps the order, and holds NaN equal to itself."""
    return json.dumps({name: annotation.described() for name, annotation in file.annotations.items()})


def place(first_line: int, first: int, last_line: int, last: int) -> Range:
    return Range(Position(first_line, first), Position(last_line, last))


@pytest.mark.parametrize(("text", "expected"), READ)
def test_what_gto_reads_has_the_same_value_and_no_problem(text: str | bytes, expected: dict[str, Any]) -> None:
    file = parse(text)
    assert described(file) == json.dumps(expected)
    assert file.problems == ()


@pytest.mark.parametrize(("text", "expected", "codes"), REFUSED)
def test_what_gto_refuses_is_a_problem_and_the_rest_counts(
    text: str | bytes, expected: dict[str, Any], codes: tuple[str, ...]
) -> None:
    file = parse(text)
    assert described(file) == json.dumps(expected)
    assert tuple(problem.code for problem in file.problems) == codes
    assert {problem.severity for problem in file.problems} == {"error"}


@pytest.mark.parametrize(("text", "expected", "codes"), [*UNPRINTABLE, *DIFFERENT])
def test_what_gto_cannot_print_or_scans_differently_is_answered(
    text: str | bytes, expected: dict[str, Any], codes: tuple[str, ...]
) -> None:
    file = parse(text)
    assert described(file) == json.dumps(expected)
    assert tuple(problem.code for problem in file.problems) == codes


@pytest.mark.parametrize("text", [text for text, *_ in (*READ, *REFUSED, *UNPRINTABLE, *DIFFERENT)])
def test_every_problem_says_what_where_and_what_to_do(text: str | bytes) -> None:
    for problem in parse(text).problems:
        assert problem.message.endswith(".")
        assert problem.hint.endswith((".", "'"))
        assert problem.path is None
        assert problem.range is not None or problem.message.startswith("The file is empty")


def test_an_annotation_has_gtos_shape_and_key_order() -> None:
    file = parse("m:\n  custom: {k: [1, 2]}\n  labels: [b, a]\n  virtual: false\n  description: d\n  type: model\n")
    shape = {
        "type": "model",
        "path": None,
        "virtual": False,
        "labels": ["b", "a"],
        "description": "d",
        "custom": {"k": [1, 2]},
    }
    assert json.dumps(file.annotations["m"].as_json()) == json.dumps(shape)


def test_described_leaves_out_what_is_the_default() -> None:
    file = parse("m: {type: model, virtual: true, labels: [], description: ''}\nn: {custom: [], virtual: false}\n")
    assert file.annotations["m"].described() == {"type": "model"}
    assert file.annotations["n"].described() == {"virtual": False, "custom": []}


def test_artifacts_keep_the_order_of_the_file() -> None:
    assert list(parse("z: {}\na: {}\nm: {}\n").annotations) == ["z", "a", "m"]


def test_the_same_name_twice_counts_once() -> None:
    file = parse("m: {type: one}\nn: {}\nm: {type: two}\n")
    assert file.annotations["m"].type == "one"
    (problem,) = file.problems
    assert (problem.code, problem.artifact, problem.range) == ("duplicate-artifact", "m", place(2, 0, 2, 1))


def test_ranges_are_those_of_key_values_and_entry() -> None:
    text = "# first\nchurn:\n  type: model\n  labels:\n    - a\n    - b\n  other: {x: y}\n\nnext: {}\n"
    annotation = parse(text).annotations["churn"]
    assert annotation.range == place(1, 0, 1, 5)
    assert dict(annotation.fields) == {
        "type": place(2, 8, 2, 13),
        "labels": place(4, 4, 5, 7),
        "other": place(6, 9, 6, 15),
    }
    assert annotation.extent == place(1, 0, 6, 15)


def test_characters_are_counted_in_code_points_and_lines_as_editors_do() -> None:
    text = "\ufeffa: {description: '🎈\u2028x\x85y', type: t}\r\nb: {type: t}\rc: {type: 5}\n"
    file = parse(text)
    assert file.annotations["a"].fields["type"] == place(0, 32, 0, 33)
    assert file.annotations["b"].fields["type"] == place(1, 10, 1, 11)
    (problem,) = file.problems
    assert problem.range == place(2, 10, 2, 11)


def test_a_repeated_value_is_where_its_alias_is() -> None:
    file = parse("a: &a {type: x}\nb: *a\nc:\n  <<: *a\n  path: p\n")
    assert file.annotations["b"].range == place(1, 0, 1, 1)
    assert file.annotations["b"].fields["type"] == place(0, 13, 0, 14)
    assert file.annotations["c"].fields["type"] == place(0, 13, 0, 14)
    assert file.annotations["c"].fields["path"] == place(4, 8, 4, 9)


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("n: {}\nm:\n", "'m' has nothing after its colon.", place(1, 0, 1, 1)),
        ("m: []\n", "'m' is no mapping.", place(0, 3, 0, 5)),
        ("m:\n  type: 5\n", "'m' has a number as 'type', where text belongs.", place(1, 8, 1, 9)),
        ("m:\n  description:\n", "'m' has nothing as 'description', where text belongs.", place(1, 2, 1, 13)),
        ("m:\n  path: 2020-01-01\n", "'m' has a date as 'path', where text belongs.", place(1, 8, 1, 18)),
        ("m: {labels: one}\n", "'m' has text as 'labels', where a list belongs.", place(0, 12, 0, 15)),
        ("m: {labels: [a, {}]}\n", "'m' has a mapping among its 'labels', where text belongs.", place(0, 12, 0, 19)),
        ("m: {virtual: maybe}\n", "'m' has text as 'virtual', where true or false belongs.", place(0, 13, 0, 18)),
        ("m: {x: {k: 1, k: 2}}\n", "'m' has the key 'k' twice.", place(0, 14, 0, 15)),
        ("m: {custom: !tag x}\n", "'m' cannot be read: the tag '!tag' means nothing to GTO.", place(0, 12, 0, 18)),
        (
            "m: {custom: 2020-02-30}\n",
            "'m' cannot be read: '2020-02-30' cannot be read as a date.",
            place(0, 12, 0, 22),
        ),
        ("m: &m {custom: *m}\n", "'m' contains itself.", place(0, 15, 0, 17)),
        ("sub:m: {}\n", "'sub:m' is no name for an artifact.", place(0, 0, 0, 5)),
        ("5: {}\n", "An artifact is named with a number, and names are text.", place(0, 0, 0, 1)),
        ("- m\n", "The file is no mapping.", place(0, 0, 0, 3)),
        ("m: {}\nn: [\n", "The file is not YAML: did not find expected node content", place(2, 0, 2, 0)),
        ("m: é\x07", "The file has a control character (U+0007), which YAML does not allow.", place(0, 4, 0, 5)),
    ],
)
def test_a_problem_names_the_thing_the_reason_and_the_place(text: str, message: str, where: Range) -> None:
    (problem,) = parse(text).problems
    assert problem.message.startswith(message)
    assert problem.range == where


def test_bytes_that_are_no_text_are_named_with_their_place() -> None:
    (problem,) = parse(b"m: {}\nn: \xc3\xa9\xff\n").problems
    assert problem.message == "The file is not UTF-8: invalid start byte at byte 11."
    assert problem.range == place(1, 4, 1, 4)


def test_a_file_full_of_errors_lists_some_and_counts_the_rest() -> None:
    file = parse("".join(f"m{n}:\n" for n in range(250)) + "good: {}\n")
    assert list(file.annotations) == ["good"]
    assert len(file.problems) == 101
    assert file.problems[-1].code == "too-many-problems"
    assert file.problems[-1].message == "The file has 150 more problems, which are not listed."


def test_what_plain_gto_cannot_print_is_a_warning_of_its_artifact() -> None:
    (problem,) = parse("n: {}\nm:\n  custom: {day: 2020-01-01, set: !!set {a}}\n").problems
    assert (problem.severity, problem.artifact) == ("warning", "m")
    assert problem.message.startswith("'m' has a date without a time and a set in 'custom'")
    assert problem.range == place(2, 10, 2, 43)
