"""Files made to hurt: each is answered with a problem, or read, and nothing is raised."""

import json

import pytest

from gto_daemon.registry.annotations import AnnotationFile, parse_artifacts_yaml, parse_dvc_yaml
from gto_daemon.registry.annotations.composition import MAX_DEPTH, MAX_FILE_SIZE, MAX_NODES, MAX_REPEATED
from gto_daemon.registry.annotations.interpolation import MAX_INTERPOLATED
from gto_daemon.registry.problems import MAX_TEXT


def laughs(levels: int) -> bytes:
    lines = ["a0: &a0 {custom: [lol, lol, lol]}"]
    lines += [f"a{n}: &a{n} {{custom: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join(lines).encode()


def chain(levels: int) -> bytes:
    """Shallow as written, deep with the aliases written out."""
    lines = ["a0: &a0 {custom: []}"]
    lines += [f"a{n}: &a{n} {{custom: {'[' * 40}*a{n - 1}{']' * 40}}}" for n in range(1, levels)]
    return "\n".join(lines).encode()


def merges(levels: int) -> bytes:
    lines = ["a0: &a0 {custom: x}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"[" * 300_000, f"more than {MAX_DEPTH} collections", id="brackets"),
        pytest.param(b"{a: " * 300_000, f"more than {MAX_DEPTH} collections", id="braces"),
        pytest.param(b"- " * 300_000, f"more than {MAX_DEPTH} collections", id="dashes"),
        pytest.param(b"? " * 300_000, f"more than {MAX_DEPTH} collections", id="question marks"),
        pytest.param(laughs(30), f"repeats more than {MAX_REPEATED} characters", id="billion laughs"),
        pytest.param(merges(30), f"repeats more than {MAX_REPEATED} characters", id="merged laughs"),
        pytest.param(chain(10), f"more than {MAX_DEPTH} collections", id="deep by aliases"),
        pytest.param(b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 99 + b"]", "repeats more than", id="long text"),
        pytest.param(b"m: {custom: [" + b"1," * MAX_NODES + b"]}", f"more than {MAX_NODES} YAML nodes", id="nodes"),
        pytest.param(b"#" * (MAX_FILE_SIZE + 1), f"at most {MAX_FILE_SIZE} are read", id="bytes"),
    ],
)
def test_a_file_beyond_a_limit_is_one_problem(data: bytes, message: str) -> None:
    file = parse_artifacts_yaml(data)
    (problem,) = file.problems
    assert problem.code == "too-large"
    assert message in problem.message
    assert file.annotations == {}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\0" * 5_000_000, id="zeros"),
        pytest.param(b"\t" * 5_000_000, id="tabs"),
        pytest.param(b"\xff" * 5_000_000, id="no UTF-8"),
        pytest.param(b"\xff\xfe" + b"\0\xd8" * 1_000_000, id="no UTF-16"),
        pytest.param(b"&" * 100_000, id="anchors"),
        pytest.param(b"!" * 100_000, id="tags"),
        pytest.param(b"*" * 100_000, id="aliases"),
        pytest.param(b"'" * 100_001, id="quotes"),
        pytest.param(b"%" * 100_000, id="directives"),
        pytest.param(b"--- " * 10_000, id="documents"),
        pytest.param(b"a: |\n" * 10_000, id="block scalars"),
        pytest.param(b"\r" * 1_000_000 + b"x", id="lines"),
        pytest.param(b'm: "' + b"\\ud83d" * 100_000 + b'"', id="escapes"),
    ],
)
def test_garbage_is_a_problem(data: bytes) -> None:
    file = parse_artifacts_yaml(data)
    assert file.annotations == {}
    assert file.problems
    assert not parse_dvc_yaml(data + b"\nartifacts:", "").annotations


def read(data: bytes) -> AnnotationFile:
    file = parse_artifacts_yaml(data)
    assert file.problems == ()
    return file


def test_what_is_long_but_within_the_limits_is_read() -> None:
    text = read(b"m: {description: " + b"x" * 5_000_000 + b"}").annotations["m"].description
    assert len(text) == 5_000_000
    assert len(read("".join(f"m{n}: {{}}\n" for n in range(20_000)).encode()).annotations) == 20_000


def test_a_problem_quotes_no_more_of_a_name_than_fits() -> None:
    """Problems come with every answer, so one long name would fill them all."""
    (problem,) = parse_artifacts_yaml(b'? "' + b"a b" * 100_000 + b'"\n: {}\n').problems
    assert problem.artifact is not None
    assert len(problem.message) <= len(problem.artifact) == MAX_TEXT + 1


def test_what_is_deep_but_within_the_limits_can_be_written_as_json() -> None:
    deep = MAX_DEPTH - 2
    custom = read(b"m: {custom: " + b"[" * deep + b"]" * deep + b"}").annotations["m"].custom
    assert json.dumps(custom) == "[" * deep + "]" * deep


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"m: {} #" + b"\t" * 2_000_000, id="tabs in a comment"),
        pytest.param(b"m: {}\n" + b"#\t\n" * 700_000, id="comments with tabs"),
        pytest.param(b"m: {unknown: '" + b"\t" * 2_000_000 + b"'}", id="tabs in quotes"),
        pytest.param(b"m: {}" + b"\n" * 2_000_000, id="empty lines"),
    ],
)
def test_what_a_quadratic_reader_would_choke_on_is_read(data: bytes) -> None:
    assert list(read(data).annotations) == ["m"]


@pytest.mark.parametrize("path", [b"${" * 1_000_000, b"${a" * 600_000 + b"}", b"${\\n" * 500_000 + b"}"])
def test_expressions_that_never_close_stay(path: bytes) -> None:
    file = parse_dvc_yaml(b'artifacts: {m: {path: "' + path + b'"}}', "", {"params.yaml": b"x: 1"})
    assert file.annotations["m"].path == path.decode().replace("\\n", "\n")
    assert all(len(problem.message) < 500 for problem in file.problems)


def test_integers_that_json_could_not_carry_are_left_out() -> None:
    for number in (b"1" * 4301, b"0x1" + b"0" * 4000):
        file = parse_artifacts_yaml(b"m: {custom: " + number + b"}\nn: {}\n")
        assert list(file.annotations) == ["n"]
        assert [problem.code for problem in file.problems] == ["invalid-annotation"]
    assert read(b"m: {custom: " + b"1" * 4300 + b"}").annotations["m"].custom == int("1" * 4300)


def test_variables_put_in_a_bounded_number_of_characters() -> None:
    text = b"artifacts: {m: {path: '" + b"${x}" * 3000 + b"'}}"
    file = parse_dvc_yaml(text, "", {"params.yaml": b"x: " + b"y" * 1000})
    path = file.annotations["m"].path
    assert path is not None
    assert path.count("y") == MAX_INTERPOLATED // 1000 * 1000
    assert file.problems[0].code == "unresolved-variable"
