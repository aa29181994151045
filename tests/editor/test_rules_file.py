"""`.gtod.yaml` in an editor."""

import pytest

from gto_daemon.editor.completion import completions
from gto_daemon.editor.diagnostics import diagnostics
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.hover import hover
from gto_daemon.editor.quick_fixes import quick_fixes
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.symbols import document_symbols
from gto_daemon.registry.rules.format import FORMAT
from gto_daemon.registry.rules.reading import read_rules
from gto_daemon.registry.shapes.shape import Keys, Named, Shape
from tests.editor.marked import NOTHING, WANTED, at, codes, edited, read, registry, text_at
from tests.registry.rules.test_reading import EXAMPLE

FACTS = WorkspaceFacts(
    stages=("dev", "prod"), people=("tina@e", "bob@example.com"), branches=("main", "release/1", "1.0")
)
ROLES = "roles:\n  ml-team: [bob@example.com]\n  leads: []\n"
TOP = ["version", "rules", "roles", "signers", "evidence"]
RULES = ["register", "stages", "artifacts", "delete", "overrides", "since", "max_skew"]
EVIDENCE = ["metrics", "params", "plots", "headline"]
STAGE = ["from", "soak", "branches", "signed", "who"]

_FILES = {"": ["metrics/", "metrics.json"], "metrics": ["a.json", "b.json"]}


def _completed(text: str) -> dict[str, str]:
    """Return what is offered, and what the line with the cursor is after it was chosen."""
    document, position = at(text, "rules")
    found = completions(document, registry(), FACTS, position, lambda folder: _FILES.get(folder, ()))
    return {
        each.label: edited(document, (each.edit,)).split("\n")[position.line].replace("$1", "").strip()
        for each in found
    }


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("|", TOP),
        ("ver|", TOP),
        ("version: 1\n|", TOP[1:]),
        ("version: |", ["1"]),
        ("version: 1\nrules:\n  |", RULES),
        ("version: 1\nrules: {|", RULES),
        ("rules:\n  register:\n    |", ["branches", "signed", "who"]),
        ("rules:\n  register: {signed: |}", ["required", "optional"]),
        ("rules:\n  delete: n|", ["allow", "never"]),
        ("rules:\n  max_skew: |", ["1h", "24h", "7d"]),
        ("rules:\n  overrides:\n    |", ["who"]),
        ("rules:\n  stages:\n    |", ["dev", "prod"]),
        ("rules:\n  stages:\n    dev: {}\n    |", ["prod"]),
        ("rules:\n  stages:\n    prod:\n      |", STAGE),
        ("rules:\n  stages:\n    prod:\n      who: []\n      |", STAGE[:-1]),
        ("rules:\n  stages:\n    prod: {from: [|]}", ["dev", "prod"]),
        ("rules:\n  stages:\n    prod: {from: [dev], s|}", STAGE[1:]),
        ("rules:\n  stages:\n    prod:\n      from:\n        - |", ["dev", "prod"]),
        ("rules:\n  stages:\n    prod: {branches: [m|]}", ["main", "release/1", "1.0"]),
        ("rules:\n  artifacts:\n    |", ["churn"]),
        ('rules:\n  artifacts:\n    "fraud/**":\n      |', ["register", "stages"]),
        ('rules:\n  artifacts:\n    "fraud/**": {stages: {prod: {|', STAGE),
        (f"rules:\n  register: {{who: [|]}}\n{ROLES}", ["ml-team", "leads", "tina@e", "bob@example.com"]),
        (f"rules:\n  register: {{who: [|\n{ROLES}", ["ml-team", "leads", "tina@e", "bob@example.com"]),
        ("roles:\n  ml-team: [|]\n", ["tina@e", "bob@example.com"]),
        ("signers: |", [".gtod/allowed_signers"]),
        ("rules:\n  since: |", []),
        ("evidence:\n  |", ["churn"]),
        ("evidence:\n  churn:\n    |", EVIDENCE),
        ("evidence:\n  churn: {metrics: [], |}", EVIDENCE[1:]),
        ("evidence:\n  churn: {metrics: [|]}", ["metrics/", "metrics.json"]),
        ("evidence:\n  churn: {metrics: [me|]}", ["metrics/", "metrics.json"]),
        ("evidence:\n  churn:\n    metrics:\n      - metrics/|", ["metrics/a.json", "metrics/b.json"]),
        ("evidence:\n  churn: {metrics: [../|]}", []),
        ("evidence:\n  churn: {headline: [|]}", []),
        ("rules:\n  stage:\n    |", []),
        ("# |", []),
    ],
)
def test_what_is_offered(text: str, labels: list[str]) -> None:
    assert sorted(_completed(text)) == sorted(labels)


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        ("rules:\n  register: {w|", "who", "register: {who: []"),
        ("rules:\n  register:\n    w|: x\n", "who", "who: x"),
        ("rules:\n  stages:\n    p|", "prod", "prod:"),
        ("rules:\n  register:\n    branches: |", "main", "branches: [main]"),
        ("evidence:\n  churn:\n    metrics: |", "metrics.json", "metrics: [metrics.json]"),
        ("evidence:\n  churn:\n    metrics: [metrics/|]", "metrics/a.json", "metrics: [metrics/a.json]"),
        ("evidence:\n  churn:\n    m|", "metrics", "metrics: []"),
        ("rules:\n  register:\n    branches: [main, |]", "1.0", 'branches: [main, "1.0"]'),
        ("rules:\n  register:\n    branches: ['|']", "1.0", "branches: ['1.0']"),
        ("roles:\n  a:\n    - b|", "bob@example.com", "- bob@example.com"),
    ],
)
def test_what_is_chosen_is_written_as_it_has_to_be(text: str, label: str, line: str) -> None:
    assert _completed(text)[label].replace("'", '"') == line.replace("'", '"')


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("ver|sion: 1\n", "version", ["**version**", "format"]),
        ("rules: {del|ete: never}\n", "delete", ["**delete**", "Nobody may delete"]),
        ("rules: {delete: ne|ver}\n", "never", ["Nobody may delete"]),
        ("rules: {stages: {prod: {so|ak: 24h}}}\n", "soak", ["**soak**", "without a break", "Here: 24 hours."]),
        ("rules: {stages: {prod: {soak: 1|d}}}\n", "1d", ["Here: 1 day."]),
        ("rules: {since: 2026-01-0|1}\n", "2026-01-01", ["Here: 2026-01-01 00:00:00 UTC."]),
        (f"rules: {{register: {{w|ho: [ml-team, a@x]}}}}\n{ROLES}", "who", ["`bob@example.com`, `a@x`."]),
        (f"rules: {{register: {{who: [ml-|team]}}}}\n{ROLES}", "ml-team", ["The role `ml-team`", "`bob@example.com`"]),
        (f"rules: {{register: {{who: [le|ads]}}}}\n{ROLES}", "leads", ["nobody"]),
        ("roles:\n  a|b: ['x@y']\n", "ab", ["The role `ab`", "`x@y`"]),
        ("rules: {register: {w|ho: []}}\n", "who", ["Here: nobody."]),
    ],
)
def test_what_is_shown_about_a_key_or_a_value(text: str, what: str, words: list[str]) -> None:
    document, position = at(text, "rules")
    found = hover(document, registry(), position)
    assert found is not None
    assert text_at(document, found.range) == what
    for word in words:
        assert word in found.markdown


@pytest.mark.parametrize(
    "text",
    ["rules: {from|: []}\n", "evidence: {a: |b}\n", "evidence: {a: {plots: [|b]}}\n", "rules: {\n|", "|", "- |x\n"],
)
def test_nothing_is_shown_about_the_rest(text: str) -> None:
    document, position = at(text, "rules")
    assert hover(document, registry(), position) is None


def test_every_key_of_the_format_is_shown() -> None:
    def keys(shape: Shape) -> list[str]:
        if isinstance(shape, Keys):
            return [*shape.entries, *(key for entry in shape.entries.values() for key in keys(entry.shape))]
        return keys(shape.each) if isinstance(shape, Named) else []

    evidence = "evidence: {churn: {metrics: [m.json], params: [], plots: [p.csv], headline: [auc]}}\n"
    document = read(EXAMPLE + evidence, "rules")
    shown = set()
    for offset in range(len(document.text)):
        found = hover(document, registry(), document.lines.position(offset))
        if found is not None and found.markdown.startswith("**"):
            shown.add(text_at(document, found.range))
    assert shown == set(keys(FORMAT.keys)) - {"max_skew"}


def test_problems_are_shown_while_typing() -> None:
    document = read("version: 1\nrule: {}\nroles: {a: []}\n", "rules")
    found = diagnostics(document, registry(), NOTHING, WANTED)
    assert codes(found) == ["unknown-key", "empty-role", "unused-role"]
    assert [text_at(document, each.range) for each in found] == ["rule", "a", "a"]
    assert diagnostics(read(EXAMPLE, "rules"), registry(), NOTHING, WANTED) == []
    document = read("version: 1\nevidence: {churn: {metric: [m.json]}}\n", "rules")
    found = diagnostics(document, registry(), NOTHING, WANTED)
    assert [(each.code, each.severity, text_at(document, each.range)) for each in found] == [
        ("wrong-evidence", "warning", "metric")
    ]


@pytest.mark.parametrize(
    ("text", "titles", "after"),
    [
        ("version: 1\nrule: {}\n", ["Change to 'rules'"], "version: 1\nrules: {}\n"),
        ("version: 1\nrules: {delete: nevr}\n", ["Change to 'never'"], "version: 1\nrules: {delete: never}\n"),
        (
            "version: 1\nrules: {register: {who: [mlteam]}}\nroles:\n  ml-team: []\n",
            ["Change to 'ml-team'", "Define the role 'mlteam'"],
            "version: 1\nrules: {register: {who: [ml-team]}}\nroles:\n  ml-team: []\n",
        ),
        (
            "version: 1\nrules: {register: {who: [x]}}\n",
            ["Define the role 'x'"],
            "version: 1\nrules: {register: {who: [x]}}\nroles:\n  x: []\n",
        ),
        (
            "version: 1\nrules: {register: {who: ['x']}}\nroles:\n  yy: [a@b]\n",
            ["Define the role 'x'"],
            "version: 1\nrules: {register: {who: ['x']}}\nroles:\n  yy: [a@b]\n  x: []\n",
        ),
        (
            "version: 1\nroles:\nrules: {register: {who: [x]}}\n",
            ["Define the role 'x'"],
            "version: 1\nroles:\n  x: []\nrules: {register: {who: [x]}}\n",
        ),
        ("version: 1\nrules: {delete: 5}\n", [], None),
        (
            "version: 1\nevidence: {churn: {metric: [m.json]}}\n",
            ["Change to 'metrics'"],
            "version: 1\nevidence: {churn: {metrics: [m.json]}}\n",
        ),
        (
            "version: 1\nrules: {stages: {staging: {}, prod: {from: [stagin]}}}\n",
            ["Change to 'staging'"],
            "version: 1\nrules: {stages: {staging: {}, prod: {from: [staging]}}}\n",
        ),
    ],
)
def test_what_is_wrong_can_be_mended(text: str, titles: list[str], after: str | None) -> None:
    document = read(text, "rules")
    fixes = [
        fix
        for each in diagnostics(document, registry(), NOTHING, WANTED)
        for fix in quick_fixes(document, each, registry(), NOTHING, None)
    ]
    assert [fix.title for fix in fixes] == titles
    if after is not None:
        mended = edited(document, fixes[0].edits[0].edits)
        assert mended == after
        assert read_rules(mended.encode()).rules is not None


def test_the_outline_has_the_keys_and_the_names() -> None:
    document = read(EXAMPLE, "rules")
    symbols = document_symbols(document, ArtifactStates(registry()))
    assert [each.name for each in symbols] == ["version", "rules", "roles", "signers"]
    rules = symbols[1]
    assert [each.name for each in rules.children] == ["register", "stages", "artifacts", "delete", "overrides", "since"]
    assert [(each.name, each.kind) for each in rules.children[1].children] == [("staging", "field"), ("prod", "field")]
    assert symbols[3].detail == ".gtod/allowed_signers"
    assert (1, 10) in folding_ranges(document)
