"""What can be written into `artifacts.yaml` and `.gto`: GTO decides what it means, and whether it is refused.

Where GTO reads the file, we read the same. Where it refuses the file, and with it every command in the repository, we
answer and name the file in `problems`.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.builders import Content
from tests.differential.histories import Commit, History, Tag, make
from tests.differential.subject import Subject
from tests.oracle.real_gto import Oracle

#: What may stand behind `m:` in an annotation file, on a line of its own.
FIELDS: Final = (
    *(
        "type: model",
        "type: 1",
        "type: null",
        "type: ''",
        "type: no good",
        "type: [a]",
        "type: true",
        "type: 2020-01-01",
    ),
    *(
        "path: null",
        "path: 1.5",
        "path: a\\b",
        "path: 'é'",
        "path: https://x/y?z#w",
        "path: ~",
        "path: ''",
        "path: !!str 7",
    ),
    *("virtual: yes", "virtual: 'off'", "virtual: 1", "virtual: 0", "virtual: 2", "virtual: null", "virtual: 1.0"),
    *("virtual: True", "virtual: 't'", "virtual: n", "virtual: [true]", "virtual: TRUE", "virtual: ON", "virtual: ''"),
    *(
        "labels: []",
        "labels: [a, a]",
        "labels: [1]",
        "labels: null",
        "labels: a",
        "labels: {a: b}",
        "labels: [no, yes]",
    ),
    *("labels: [null]", "labels: ['no good']", "labels: !!set {a}", "labels: ['']", "labels: [a, [b]]"),
    *(
        "description: null",
        "description: 1",
        "description: |\n    two\n    lines",
        "description: >-\n    one\n    line",
    ),
    *("description: 'it''s'", 'description: "\\u00e9\\n\\x41"', "description: # nothing", "description: a: b"),
    *(
        "custom: null",
        "custom: text",
        "custom: 1",
        "custom: 1.0",
        "custom: 1e3",
        "custom: .inf",
        "custom: -.INF",
        "custom: .nan",
    ),
    *("custom: 010", "custom: 0o10", "custom: 0x1F", "custom: 0b11", "custom: 1_000", "custom: 12:30:45", "custom: +1"),
    *(
        "custom: yes",
        "custom: No",
        "custom: on",
        "custom: OFF",
        "custom: y",
        "custom: true",
        "custom: FALSE",
        "custom: ~",
    ),
    *("custom: 1.", "custom: .5", "custom: 1e+3", "custom: 1.5e-7", "custom: 6.02E23", "custom: -0", "custom: -0.0"),
    *("custom: 99999999999999999999999", "custom: 0.1", "custom: 1e400", "custom: 00", "custom: 08", "custom: 1__0"),
    *("custom: 2020-01-01", "custom: 2020-01-01T10:00:00Z", "custom: 2020-01-01 10:00:00.5 +2", "custom: 2020-13-45"),
    *("custom: !!binary aGk=", "custom: !!set {a}", "custom: !!omap [a: 1]", "custom: !!float 1", "custom: !mine x"),
    *("custom: !!python/name:os.system x", "custom: [1, [2, {a: b}]]", "custom: {1: a, null: b, true: c, 1.5: d}"),
    *(
        "custom: {[a]: b}",
        "custom: {? {a: b} : c}",
        "custom: &a [1]",
        "custom: *a",
        "custom: {<<: {a: 1}, b: 2}",
        "custom: =",
    ),
    *(
        "custom: '🪴'",
        "custom: \t1",
        "custom: @x",
        "custom: `x",
        "custom: %x",
        "custom: [a",
        "custom: {a: 1, a: 2}",
    ),
    *(
        "unknown: 1",
        "unknown: {a: [b]}",
        "Type: model",
        "type : model",
        "type: model\n  type: data",
        "? type\n  : model",
    ),
)
#: Whole annotation files.
FILES: Final[tuple[Content, ...]] = (
    *(
        "",
        "\n",
        "# only a comment\n",
        "---\n",
        "...\n",
        "null\n",
        "~",
        "{}",
        "[]",
        "text",
        "1",
        "--- {}\n",
        "--- {}\n--- {}\n",
    ),
    *(
        "m:",
        "m: null\n",
        "m: []\n",
        "m: text\n",
        "m: 1\n",
        "{m: {type: a}}\n",
        "m: {}\nm: {}\n",
        '"m": {}\n',
        "'m': {}\n",
    ),
    *(
        "1: {}\n",
        "null: {}\n",
        "true: {}\n",
        "yes: {}\n",
        "1.5: {}\n",
        "2020-01-01: {}\n",
        "[a]: {}\n",
        "? m\n: {}\n",
        "~: {}\n",
    ),
    *(
        "sub/m: {}\n",
        "sub:m: {}\n",
        "a b: {}\n",
        "-m: {}\n",
        "m-: {}\n",
        "M_m: {}\n",
        "é: {}\n",
        "'': {}\n",
        "m.x: {}\n",
        "012: {}\n",
    ),
    *(
        "m: {}\n\tn: {}\n",
        "m:\n  type: a\n type: b\n",
        "m: &x {type: a}\nn: *x\n",
        "m: &x {type: a}\nn:\n  <<: *x\n  path: p\n",
    ),
    *("%YAML 1.1\n---\nm: {custom: yes}\n", "%YAML 1.2\n---\nm: {custom: yes}\n", "%YAML 1.1\n---\nm: {custom: 010}\n"),
    *("m: {}\r\nn: {}\r\n", "m: {}\rn: {}\r", "\ufeffm: {}\n", "m: {}\n# Ä\n", "m: {}\x00\n", "m: {custom: '\x07'}\n"),
    *(
        b"m: {path: '\xe9'}\n",
        b"\xff\xfem\x00:\x00 \x00{\x00}\x00",
        "m: {}\n---\nn: {}\n",
        "m: {}\n...\n",
        "m: {}\n...\nrest",
    ),
    "m: {}\n" + "n:\n  custom: " + "[" * 60 + "]" * 60 + "\n",
)
#: Whole configuration files.
CONFIGURATIONS: Final = (
    *(
        "",
        "# nothing\n",
        "null\n",
        "{}\n",
        "[]\n",
        "text\n",
        "stages:\n",
        "stages: null\n",
        "stages: []\n",
        "stages: [a]\n",
    ),
    *(
        "stages: [a, a]\n",
        "stages: a\n",
        "stages: [1]\n",
        "stages: [null]\n",
        "stages: ['no good']\n",
        "stages: {a: b}\n",
    ),
    *(
        "stages: [yes, no]\n",
        "stages: [a/b, a_b, A]\n",
        "Stages: [a]\n",
        "stages: [a]\nSTAGES: [b]\n",
        "STAGES: [a]\nstages: [b]\n",
    ),
    *(
        "types: [model]\n",
        "types: model\n",
        "types: ['no good']\n",
        "INDEX: other.yaml\n",
        "index: other.yaml\n",
        "INDEX: 1\n",
    ),
    *(
        "INDEX: null\n",
        "INDEX: ''\n",
        "INDEX: missing.yaml\n",
        "INDEX: sub/other.yaml\n",
        "INDEX: ./other.yaml\n",
        "INDEX: /other.yaml\n",
    ),
    *("EMOJIS: false\n", "emojis: maybe\n", "LOG_LEVEL: DEBUG\n", "log_level: 1\n", "DEBUG: true\n", "debug: 'yes'\n"),
    *(
        "unknown: 1\n",
        "gto_stages: [a]\n",
        "enrichments: []\n",
        "enrichments: [{type: gto}]\n",
        "enrichments: [{type: nope}]\n",
    ),
    *(
        "enrichments: gto\n",
        "enrichments: [{config: {}}]\n",
        "autoload_enrichments: true\n",
        "autoload_enrichments: no\n",
    ),
    *(
        "autoload_enrichments: false\nenrichments: [{type: gto}]\n",
        "autoload_enrichments: false\n",
        "CONFIG_FILE_NAME: x\n",
    ),
    *(
        "stages: [a\n",
        "stages: [a]\nstages: [b]\n",
        "%YAML 1.1\n---\nstages: [no]\n",
        "\ufeffstages: [a]\n",
        "stages: [a]\n---\n{}\n",
    ),
    *(
        "base: &b [x]\nstages: *b\n",
        "stages: &b [x]\ntypes: *b\n",
        "'stages': ['é']\n",
        "1: 2\n",
        "null: 1\n",
        "stages: [010]\n",
    ),
)
#: Variables.
VARIABLES: Final[tuple[dict[str, str], ...]] = (
    *(
        {"GTO_STAGES": text}
        for text in ('["a"]', "[]", "null", "a", "a,b", "", '["no good"]', "[1]", '{"a": 1}', "['a']")
    ),
    *({"GTO_TYPES": text} for text in ('["model"]', "model", '["no good"]')),
    *({"GTO_INDEX": text} for text in ("other.yaml", "missing.yaml", "", "sub/other.yaml")),
    *({name: text} for name in ("GTO_EMOJIS", "GTO_DEBUG") for text in ("1", "off", "maybe", "")),
    *({"GTO_AUTOLOAD_ENRICHMENTS": text} for text in ("true", "maybe")),
    *({"GTO_ENRICHMENTS": text} for text in ("[]", "[{}]", '[{"type": "nope"}]', '[{"type": "gto"}]', "gto")),
    *({"GTO_UNKNOWN": "1"}, {"gto_Stages": '["a"]'}, {"GTO_CONFIG_FILE_NAME": "x"}, {"GTO_LOG_LEVEL": "nonsense"}),
)


@pytest.mark.parametrize("text", [f"m:\n  {field}\n" for field in FIELDS])
def test_a_field_of_an_annotation(text: str, oracle: Oracle, tmp_path: Path) -> None:
    _check_annotations(text, oracle, tmp_path)


@pytest.mark.parametrize("text", FILES)
def test_an_annotation_file(text: Content, oracle: Oracle, tmp_path: Path) -> None:
    _check_annotations(text, oracle, tmp_path)


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_a_configuration(text: str, oracle: Oracle, tmp_path: Path) -> None:
    _check_configuration(text, {}, oracle, tmp_path)


@pytest.mark.parametrize("variables", VARIABLES, ids=str)
def test_a_variable(variables: dict[str, str], oracle: Oracle, tmp_path: Path) -> None:
    _check_configuration("stages: [b]\n", variables, oracle, tmp_path)


def test_half_of_a_surrogate_pair_is_replaced(oracle: Oracle, tmp_path: Path) -> None:
    # It is no character, so UTF-8 cannot carry it; GTO gets away with it because it escapes what is not ASCII.
    history = History((Commit(0, {"artifacts.yaml": 'm:\n  custom: "\\ud83e"\n'}),))
    repo = make(history, tmp_path / "repo").path
    theirs = oracle.run("show", "m", "--json", cwd=repo).stdout
    ours = Subject(repo).call("gto/show", name="m")["versions"]
    assert "\\ud83e" in theirs
    assert json.dumps(ours) == json.dumps(json.loads(theirs.replace("\\ud83e", "\\ufffd")))


def _check_annotations(text: Content, oracle: Oracle, tmp_path: Path) -> None:
    history = History((Commit(0, {"artifacts.yaml": text}), Tag("m@v1.0.0", 5), Tag("other@v1.0.0", 7)))
    repo = make(history, tmp_path / "repo").path
    answer = oracle.run("print-state", cwd=repo)
    ours = Subject(repo).call("gto/printState")
    if answer.exit == 0:
        assert json.dumps(ours["artifacts"]) == json.dumps(answer.json["artifacts"])
        assert not ours["problems"]
        return
    assert "m" in ours["artifacts"]
    assert json.dumps(ours["artifacts"]["other"]) == json.dumps(_without_annotations(oracle, tmp_path, repo))
    assert [problem["path"] for problem in ours["problems"]][:1] == ["artifacts.yaml"], answer.stderr


def _without_annotations(oracle: Oracle, tmp_path: Path, repo: Path) -> Any:
    # The same commits, and GTO sent to a file that is not there.
    return oracle.run("print-state", cwd=repo, env={"GTO_INDEX": "missing.yaml"}).json["artifacts"]["other"]


def _check_configuration(text: str, variables: dict[str, str], oracle: Oracle, tmp_path: Path) -> None:
    history = History(
        (
            Commit(0, {"artifacts.yaml": "m: {}\n", "other.yaml": "n: {}\n", "sub/other.yaml": "s: {}\n"}),
            Tag("m@v1.0.0", 5),
            Tag("m#a#1", 7),
        ),
        config=text,
    )
    repo = make(history, tmp_path / "repo").path
    answer = oracle.run("show", "--json", cwd=repo, env=variables)
    subject = Subject(repo, variables)
    ours = subject.call("gto/show")
    if answer.exit == 0:
        assert json.dumps(ours["artifacts"]) == json.dumps(answer.json)
        assert not [problem for problem in ours["problems"] if problem["severity"] == "error"]
        allowed = oracle.run("stages", "--allowed", "--json", cwd=repo, env=variables).json
        assert subject.call("gto/stages", allowed=True)["stages"] == allowed
        return
    assert "m" in ours["artifacts"]
    assert ours["problems"], answer.stderr
