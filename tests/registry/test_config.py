"""`.gto` and `GTO_*`: the tables are what GTO 1.10.1 makes of the same files and variables."""

from dataclasses import fields
from typing import Any, Final

import pytest

from gto_daemon.registry.config import Config
from gto_daemon.registry.config_reading import read_config
from gto_daemon.registry.problems import Position

#: Files that GTO reads, and what is not the default then.
READ: Final[tuple[tuple[str | bytes, dict[str, Any]], ...]] = (
    ("", {}),
    ("# x\n", {}),
    ("{}", {}),
    ("[]", {}),
    ("null", {}),
    ("0", {}),
    ("false", {}),
    ("''", {}),
    ("stages: [dev]", {"stages": ("dev",)}),
    ("STAGES: [dev]", {"stages": ("dev",)}),
    ("Stages: [dev]", {"stages": ("dev",)}),
    ("stages: [dev]\nSTAGES: [prod]", {"stages": ("dev",)}),
    ("STAGES: [dev]\nstages: [prod]", {"stages": ("dev",)}),
    ("stages:", {}),
    ("stages: null", {}),
    ("stages: []", {"stages": ()}),
    ("stages: [!!binary YQ==]", {"stages": ("a",)}),
    ("stages: [dev, dev]", {"stages": ("dev", "dev")}),
    ("types: [m]", {"types": ("m",)}),
    ("TYPES: []", {"types": ()}),
    ("index: x.yaml", {"index": "x.yaml"}),
    ("INDEX: x.yaml", {"index": "x.yaml"}),
    ("log_level: DEBUG", {"log_level": "DEBUG"}),
    ("LOG_LEVEL: foo", {"log_level": "foo"}),
    ("debug: yes", {"debug": True}),
    ("debug: 'yes'", {"debug": True}),
    ("debug: true", {"debug": True}),
    ("debug: 1", {"debug": True}),
    ("emojis: false", {"emojis": False}),
    ("EMOJIS: off", {"emojis": False}),
    ("enrichments: []", {}),
    ("enrichments: [{type: x}]", {"enrichments": ({"type": "x", "config": {}},)}),
    ("enrichments: [{type: x, config: {a: 1}}]", {"enrichments": ({"type": "x", "config": {"a": 1}},)}),
    ("enrichments: [{type: x, foo: 1}]", {"enrichments": ({"type": "x", "config": {}},)}),
    ("enrichments: [{type: x, config: {1: 2}}]", {"enrichments": ({"type": "x", "config": {"1": 2}},)}),
    ("autoload_enrichments: false", {"autoload_enrichments": False}),
    ("AUTOLOAD_ENRICHMENTS: 0", {"autoload_enrichments": False}),
    ("config_file_name: zz", {}),
    ("CONFIG_FILE_NAME: zz", {}),
    ("CONFIG_FILE_NAME: 5", {}),
    ("%YAML 1.1\n---\ndebug: yes", {"debug": True}),
    ("stages: &x [dev]\ntypes: *x", {"types": ("dev",), "stages": ("dev",)}),
    ("<<: {stages: [dev]}", {"stages": ("dev",)}),
    ('stages: ["a\\n"]', {"stages": ("a\n",)}),
    ("!!omap [stages: [a]]", {"stages": ("a",)}),
    (b"\xef\xbb\xbfstages: [dev]", {"stages": ("dev",)}),
    ("<<: {stages: [a]}\nstages: [b]", {"stages": ("b",)}),
    ("Stages: [b]\n<<: {stages: [a]}", {"stages": ("a",)}),
    (
        "enrichments: [{type: gto}]\nautoload_enrichments: false",
        {"enrichments": ({"type": "gto", "config": {}},), "autoload_enrichments": False},
    ),
    ("types: null", {}),
    (" stages: [dev]", {"stages": ("dev",)}),
    ("'stages': ['dev']", {"stages": ("dev",)}),
    ("index: !!binary eA==", {"index": "x"}),
    ("stages: [yes, 'no']", {"stages": ("yes", "no")}),
    ("stages: [on]", {"stages": ("on",)}),
)
#: Files that GTO refuses, the line of the problem, and part of its message.
REFUSED: Final[tuple[tuple[str | bytes, int, str], ...]] = (
    ("x", 0, "is no mapping"),
    ("[1]", 0, "is no mapping"),
    ("5", 0, "is no mapping"),
    ("true", 0, "is no mapping"),
    ("stages: dev", 0, "'stages' is text, where a list belongs"),
    ("stages: [1]", 0, "'stages' is a number, where text belongs"),
    ("stages: [a.b]", 0, "'stages' has 'a.b', and a name has letters, digits and inner '-', '_' and '/' only"),
    ("stages: ['']", 0, "'stages' has '', and a name has letters, digits and inner '-', '_' and '/' only"),
    ("stages: [null]", 0, "'stages' is nothing, where text belongs"),
    ("stages: {a: b}", 0, "'stages' is a mapping, where a list belongs"),
    ("types: [m.x]", 0, "'types' has 'm.x', and a name has letters, digits and inner '-', '_' and '/' only"),
    ("foo: 1", 0, "has an unknown key 'foo'"),
    ("Index: 5", 0, "'Index' is a number, where text belongs"),
    ("INDEX: null", 0, "'INDEX' is nothing, where text belongs"),
    ("debug: 2", 0, "'debug' is a number, where true or false belongs"),
    ("DEBUG: 'maybe'", 0, "'DEBUG' is text, where true or false belongs"),
    ("enrichments: null", 0, "'enrichments' is nothing, where a list belongs"),
    (
        "enrichments: [{config: {}}]",
        0,
        "'enrichments' has an item without a 'type', or with a 'config' that is no mapping",
    ),
    ("enrichments: [x]", 0, "'enrichments' has text, where a mapping with a 'type' belongs"),
    ("enrichments: {type: x}", 0, "'enrichments' is a mapping, where a list belongs"),
    (
        "enrichments: [{type: x, config: null}]",
        0,
        "'enrichments' has an item without a 'type', or with a 'config' that is no mapping",
    ),
    ("5: x", 0, "has an unknown key '5'"),
    ("null: x", 0, "has an unknown key 'None'"),
    ("stages: [dev]\nstages: [prod]", 1, "has the key 'stages' twice"),
    ("stages: [dev", 0, "is not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
    ("a: &x [dev]\n", 0, "has an unknown key 'a'"),
    ("gto_stages: [dev]", 0, "has an unknown key 'gto_stages'"),
    ("GTO_STAGES: [dev]", 0, "has an unknown key 'GTO_STAGES'"),
    ("env_prefix: x", 0, "has an unknown key 'env_prefix'"),
    ("model_config: x", 0, "has an unknown key 'model_config'"),
    ("---\nstages: [a]\n---\n", 2, "has more than one YAML document"),
    ("stages: [dev]\n5: 6", 1, "has an unknown key '5'"),
    (b"stages: [d\xff]", 0, "is not UTF-8: invalid start byte at byte 10"),
    ("_: x", 0, "has an unknown key '_'"),
    ("stages: [b]\nfoo: !x y", 1, "cannot be read: the tag '!x' means nothing to GTO"),
    ("stages: !x y", 0, "cannot be read: the tag '!x' means nothing to GTO"),
    ("config_file_name: !x y", 0, "cannot be read: the tag '!x' means nothing to GTO"),
    ("enrichments: [{type: 5}]", 0, "'enrichments' is a number, where text belongs"),
    ("enrichments: !!set {a}", 0, "'enrichments' is a set, where a list belongs"),
    ("LOG_LEVEL: null", 0, "'LOG_LEVEL' is nothing, where text belongs"),
    ("debug: null", 0, "'debug' is nothing, where true or false belongs"),
    ("stages: [dev]\ntypes: 5", 1, "'types' is a number, where a list belongs"),
    ("stages: [dev]\n  types: [x]", 1, "is not YAML: did not find expected key while parsing a block mapping"),
    ("!!binary c3RhZ2Vz: [dev]", 0, "has an unknown key 'b'stages''"),
)
#: Variables that GTO reads, and what is not the default then.
VARIABLES: Final[tuple[tuple[dict[str, str], dict[str, Any]], ...]] = (
    ({"GTO_STAGES": '["dev"]'}, {"stages": ("dev",)}),
    ({"gto_stages": '["dev"]'}, {"stages": ("dev",)}),
    ({"Gto_Stages": '["dev"]'}, {"stages": ("dev",)}),
    ({"GTO_STAGES": '["dev"]', "gto_stages": '["b"]'}, {"stages": ("b",)}),
    ({"gto_stages": '["b"]', "GTO_STAGES": '["dev"]'}, {"stages": ("dev",)}),
    ({"GTO_STAGES": "null"}, {}),
    ({"GTO_STAGES": "[]"}, {"stages": ()}),
    ({"GTO_STAGES": ' ["a"] '}, {"stages": ("a",)}),
    ({"GTO_TYPES": '["m"]'}, {"types": ("m",)}),
    ({"GTO_INDEX": "x.yaml"}, {"index": "x.yaml"}),
    ({"GTO_DEBUG": "1"}, {"debug": True}),
    ({"GTO_DEBUG": "on"}, {"debug": True}),
    ({"GTO_DEBUG": "Yes"}, {"debug": True}),
    ({"GTO_DEBUG": "t"}, {"debug": True}),
    ({"GTO_EMOJIS": "false"}, {"emojis": False}),
    ({"GTO_LOG_LEVEL": "x"}, {"log_level": "x"}),
    ({"GTO_ENRICHMENTS": '[{"type":"x"}]'}, {"enrichments": ({"type": "x", "config": {}},)}),
    ({"GTO_ENRICHMENTS": "null"}, {}),
    ({"GTO_AUTOLOAD_ENRICHMENTS": "0"}, {"autoload_enrichments": False}),
    ({"GTO_FOO": "x"}, {}),
    ({"GTO_CONFIG_FILE_NAME": "x"}, {}),
    ({"STAGES": '["a"]'}, {}),
    ({"GTO_INDEX": "null"}, {"index": "null"}),
)
#: Variables that GTO fails at, and part of the message.
BAD_VARIABLES: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({"GTO_STAGES": "dev"}, "GTO_STAGES is text, where a list belongs"),
    ({"GTO_STAGES": ""}, "GTO_STAGES is text, where a list belongs"),
    ({"GTO_STAGES": "[1]"}, "GTO_STAGES is a number, where text belongs"),
    ({"GTO_STAGES": '{"a":1}'}, "GTO_STAGES is a mapping, where a list belongs"),
    ({"GTO_STAGES": '"dev"'}, "GTO_STAGES is text, where a list belongs"),
    ({"GTO_STAGES": '["a.b"]'}, "GTO_STAGES has 'a.b', and a name has letters, digits and inner '-', '_' and '/' only"),
    ({"GTO_STAGES": "['a']"}, "GTO_STAGES is text, where a list belongs"),
    ({"GTO_DEBUG": "2"}, "GTO_DEBUG is text, where true or false belongs"),
    ({"GTO_DEBUG": ""}, "GTO_DEBUG is text, where true or false belongs"),
    ({"GTO_DEBUG": " true"}, "GTO_DEBUG is text, where true or false belongs"),
    ({"GTO_ENRICHMENTS": "x"}, "GTO_ENRICHMENTS is text, where a list belongs"),
    ({"GTO_ENRICHMENTS": "{}"}, "GTO_ENRICHMENTS is a mapping, where a list belongs"),
    ({"GTO_STAGES": "NaN"}, "GTO_STAGES is a number, where a list belongs"),
    ({"GTO_STAGES": '["a"]x'}, "GTO_STAGES is text, where a list belongs"),
    ({"GTO_DEBUG": "null"}, "GTO_DEBUG is text, where true or false belongs"),
)

FILE: Final = b"stages: [filed]\nDEBUG: true\nINDEX: f.yaml\n"


def read(text: str | bytes | None, variables: dict[str, str] | None = None) -> Config:
    return read_config(text.encode() if isinstance(text, str) else text, variables or {})


def changed(config: Config) -> dict[str, Any]:
    """What is not the default; 1 is no True here."""
    values = {field.name: (getattr(config, field.name), field.default) for field in fields(Config)}
    return {
        name: value for name, (value, default) in values.items() if repr(value) != repr(default) and name != "problems"
    }


def errors(config: Config) -> list[str]:
    return [problem.message for problem in config.problems if problem.severity == "error"]


def test_without_file_and_variables_the_defaults_hold() -> None:
    assert read(None) == Config()
    assert read(None).index == "artifacts.yaml"
    assert read(None).stages is None


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_file_that_gto_reads(text: str | bytes, expected: dict[str, Any]) -> None:
    config = read(text)
    assert changed(config) == expected
    assert errors(config) == []


@pytest.mark.parametrize(("text", "line", "message"), REFUSED)
def test_of_a_file_that_gto_refuses_nothing_counts(text: str | bytes, line: int, message: str) -> None:
    config = read(text)
    assert changed(config) == {}
    (problem,) = config.problems
    assert (problem.code, problem.severity, problem.path) == ("wrong-config", "error", ".gto")
    assert message in problem.message
    assert problem.hint
    assert problem.range is not None
    assert problem.range.start.line == line


@pytest.mark.parametrize(("variables", "expected"), VARIABLES)
def test_a_variable_goes_before_the_file(variables: dict[str, str], expected: dict[str, Any]) -> None:
    assert changed(read(None, variables)) == expected
    config = read(FILE, variables)
    from_file = {"stages": ("filed",), "debug": True, "index": "f.yaml"}
    assert changed(config) == from_file | expected
    assert errors(config) == []


@pytest.mark.parametrize(("variables", "message"), BAD_VARIABLES)
def test_a_wrong_variable_does_not_count(variables: dict[str, str], message: str) -> None:
    config = read(FILE, variables)
    assert changed(config) == {"stages": ("filed",), "debug": True, "index": "f.yaml"}
    (problem,) = config.problems
    assert (problem.code, problem.severity, problem.path) == ("wrong-config", "error", None)
    assert message in problem.message
    assert problem.hint


def test_a_variable_can_bring_the_default_back() -> None:
    assert changed(read(FILE, {"GTO_DEBUG": "N"})) == {"stages": ("filed",), "index": "f.yaml"}


def test_what_a_variable_says_is_not_looked_at_in_the_file() -> None:
    config = read("stages: wrong\nDEBUG: true\n", {"GTO_STAGES": '["dev"]'})
    assert changed(config) == {"stages": ("dev",), "debug": True}
    assert config.problems == ()


def test_a_wrong_file_leaves_the_variables() -> None:
    config = read("stages: wrong\n", {"GTO_TYPES": '["model"]'})
    assert changed(config) == {"types": ("model",)}
    assert len(config.problems) == 1


def test_the_place_of_a_wrong_value_is_the_value() -> None:
    (problem,) = read("stages: [dev]\nINDEX: 5\n").problems
    assert problem.range is not None
    assert (problem.range.start, problem.range.end) == (Position(1, 7), Position(1, 8))
    (problem,) = read("stages: [dev]\nINDEX:\n").problems
    assert problem.range is not None
    assert (problem.range.start, problem.range.end) == (Position(1, 0), Position(1, 5))


@pytest.mark.parametrize(
    ("written", "index"),
    [
        ("sub/a.yaml", "sub/a.yaml"),
        ("./a.yaml", "a.yaml"),
        ("/a.yaml", "a.yaml"),
        ("../a.yaml", "a.yaml"),
        ("sub/../a.yaml", "a.yaml"),
        ("sub//a.yaml/", "sub/a.yaml"),
    ],
)
def test_the_index_is_a_path_from_the_root_and_never_leaves_it(written: str, index: str) -> None:
    assert read(f"INDEX: {written}").index == index
    assert read(None, {"GTO_INDEX": written}).index == index


@pytest.mark.parametrize("written", ["''", ".", "/", "sub/.."])
def test_an_index_that_is_no_file_is_wrong(written: str) -> None:
    config = read(f"INDEX: {written}")
    assert config.index == "artifacts.yaml"
    assert len(errors(config)) == 1


def test_third_party_enrichments_are_said_to_be_unsupported() -> None:
    (problem,) = read("enrichments: [{type: mlem}, {type: gto}, {type: dvc}]").problems
    assert (problem.code, problem.severity) == ("unsupported-enrichments", "info")
    assert "mlem, dvc are not supported" in problem.message
    assert read("enrichments: [{type: gto}]").problems == ()


def test_switching_gtos_own_enrichment_off_is_ignored_with_a_warning() -> None:
    (problem,) = read("autoload_enrichments: false").problems
    assert (problem.code, problem.severity) == ("unsupported-enrichments", "warning")
    assert read("autoload_enrichments: false\nenrichments: [{type: gto}]").problems == ()


def test_a_tab_that_gto_refuses_the_file_for_is_a_problem_and_the_file_counts() -> None:
    config = read("stages:\t[dev]\n")
    assert config.stages == ("dev",)
    (problem,) = config.problems
    assert problem.range is not None
    assert problem.range.start == Position(0, 7)


def test_variables_made_to_hurt_do_not_count() -> None:
    config = read(None, {"GTO_STAGES": "[" * 100_000, "GTO_TYPES": "\udcff", "GTO_DEBUG": "\0"})
    assert changed(config) == {}
    assert len(config.problems) == 3
