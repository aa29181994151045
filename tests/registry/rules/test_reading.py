"""`.gtod.yaml`: what is written is read, and what is wrong is told with its place, its reason and its remedy."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.problems import Problem
from gto_daemon.registry.rules.reading import read_rules
from gto_daemon.registry.rules.values import MAX_RULES_FILE, Rule, Rules, Who
from tests.registry.rules.strategies import ROLES, RULES_FILES, written

EXAMPLE: Final = """\
version: 1
rules:
  register: {branches: [main]}
  stages:
    staging: {branches: [main, "release/*"], who: [ml-team]}
    prod:    {from: [staging], soak: 24h, branches: [main], signed: required, who: [release-managers]}
  artifacts:
    "fraud/**": {stages: {prod: {who: [fraud-leads]}}}
  delete: never
  overrides: {who: [release-managers]}
  since: 2026-01-01
roles:
  ml-team: [bob@example.com]
  release-managers: [Ann@Example.com]
  fraud-leads: [eve@example.com, "openpgp:0123456789abcdef0123456789ABCDEF01234567"]
signers: .gtod/allowed_signers
"""
STAGES: Final = "version: 1\nrules: {stages: {%s}}\n"

#: Text, line and character (from 1) of the only error, its code, and parts of message and hint.
WRONG: Final[tuple[tuple[str | bytes, int, int, str, str, str], ...]] = (
    ("", 1, 1, "wrong-rules", "The file is empty", "version: 1"),
    ("# only\n", 1, 1, "wrong-rules", "The file is empty", "version: 1"),
    ("null\n", 1, 1, "wrong-rules", "The file is empty", "version: 1"),
    ("{}", 1, 1, "wrong-rules", "has no 'version'", "version: 1"),
    ("rules: {}\n", 1, 1, "wrong-rules", "has no 'version'", "version: 1"),
    ("x", 1, 1, "wrong-rules", "The file is text, but should be a mapping", "The keys are version"),
    ("[" * 30 + "]" * 30, 1, 1, "wrong-rules", "The file is a list", "The keys are version"),
    ("[" * 101 + "]" * 101, 1, 101, "too-large", "more than 100 collections", ""),
    ("version: 2\nfuture: {}\n", 1, 10, "newer-rules", "has version 2", "Update gtod."),
    ("version: 0\n", 1, 10, "wrong-rules", "'version' is not 1", "version: 1"),
    ("version: '1'\n", 1, 10, "wrong-rules", "'version' is not 1", "version: 1"),
    ("version: 1.0\n", 1, 10, "wrong-rules", "'version' is not 1", "version: 1"),
    ("version:\n", 1, 9, "wrong-rules", "'version' is not 1", "version: 1"),
    ("version: 1\nversion: 1\n", 2, 1, "wrong-rules", "the key 'version' twice", "Delete one"),
    ("version: 1\nrule: {}\n", 2, 1, "unknown-key", "'rule' is not a key of this file", "Did you mean 'rules'?"),
    ("version: 1\nrules: {stage: {}}\n", 2, 9, "unknown-key", "of 'rules'", "Did you mean 'stages'?"),
    ("version: 1\nrules:\n", 2, 7, "wrong-rules", "'rules' is empty, but should be a mapping", "The keys are register"),
    (STAGES % "prod: {form: [dev]}", 2, 25, "unknown-key", "of 'rules.stages.prod'", "Did you mean 'from'?"),
    (STAGES % "prod: {from: dev}", 2, 31, "wrong-rules", "is text, but should be a list", "[dev]"),
    (STAGES % "prod: {from: []}", 2, 31, "wrong-rules", "an empty list", "at least one"),
    (STAGES % "prod: {from: [1]}", 2, 32, "wrong-rules", "a number, but should be a stage", "'1'"),
    (STAGES % "prod: {from: [a b]}", 2, 32, "wrong-rules", "'a b', not a stage", "letters, digits"),
    (STAGES % "prod-: {}", 2, 18, "wrong-rules", "The key 'prod-' of 'rules.stages' is not a stage", "letters"),
    (
        STAGES % "prod: 5",
        2,
        24,
        "wrong-rules",
        "'rules.stages.prod' is a number, but should be a mapping",
        "The keys are",
    ),
    (STAGES % "prod: {who: ml-team}", 2, 30, "wrong-rules", "is text, but should be a list", "[ml-team]"),
    (STAGES % "prod: {who: [ml-team]}", 2, 31, "unknown-role", "no such role", "Add it to 'roles'"),
    (STAGES % "prod: {who: [yes]}", 2, 31, "wrong-rules", "is a boolean, but should be a person or a role", "'yes'"),
    (STAGES % "prod: {who: ['*@x.org']}", 2, 31, "wrong-rules", "not a person or a role", "an e-mail address"),
    (STAGES % "prod: {who: ['Ann <a@x>']}", 2, 31, "wrong-rules", "not a person or a role", "an e-mail address"),
    (STAGES % "prod: {who: ['openpgp:12']}", 2, 31, "wrong-rules", "not a person or a role", "40 or 64 hex"),
    (STAGES % "prod: {who: [[a@x]]}", 2, 31, "wrong-rules", "is a list, but should be a person or a role", "an e-mail"),
    (
        STAGES % "prod: {soak: 1h}",
        2,
        25,
        "soak-without-from",
        "'rules.stages.prod.soak' needs a 'from'",
        "Name in 'from'",
    ),
    (STAGES % "prod: {from: [a], soak: 24}", 2, 42, "wrong-rules", "a number, but should be a duration", "such as 24h"),
    (STAGES % "prod: {from: [a], soak: 1w}", 2, 42, "wrong-rules", "'1w', not a duration", "m, h or d"),
    (STAGES % "prod: {from: [a], soak: 1_0h}", 2, 42, "wrong-rules", "not a duration", "such as 24h"),
    (STAGES % "prod: {from: [a], soak: '٣h'}", 2, 42, "wrong-rules", "not a duration", "such as 24h"),
    (STAGES % "prod: {from: [a], soak: 9999999d}", 2, 42, "wrong-rules", "not a duration", "such as 24h"),
    (
        STAGES % "prod: {signed: yes}",
        2,
        33,
        "wrong-rules",
        "is a boolean, but should be a choice",
        "'required' or 'optional'",
    ),
    (STAGES % "prod: {signed: require}", 2, 33, "wrong-rules", "none of the choices", "Did you mean 'required'?"),
    (STAGES % "prod: {branches: [1.0]}", 2, 36, "wrong-rules", "is a number, but should be a branch", "'1.0'"),
    (STAGES % "prod: {branches: ['']}", 2, 36, "wrong-rules", "is '', not a branch", "such as 'main'"),
    (STAGES % "prod: {branches: []}", 2, 35, "wrong-rules", "an empty list", "at least one"),
    (STAGES % "prod: {branches: [refs/heads/main]}", 2, 36, "wrong-rules", "not a branch", "short name"),
    (STAGES % "prod: {branches: ['a*b*c*d*e*f*g*h*i*']}", 2, 36, "wrong-rules", "not a branch", "at most 8"),
    (STAGES % f"prod: {{branches: [{'b' * 257}]}}", 2, 36, "wrong-rules", "more than 256 characters", "shorter"),
    (STAGES % "prod: {from: [prod]}", 2, 25, "closed-stages", "No version could ever enter 'prod'", "another stage"),
    (STAGES % "a: {from: [b]}, b: {from: [a]}", 2, 22, "closed-stages", "enter 'a' or 'b'", "another stage"),
    (
        STAGES % "a: {from: [b]}, b: {from: [a]}",
        2,
        22,
        "closed-stages",
        "it gets to 'a' only from 'b', to 'b' only from 'a'.",
        "another stage",
    ),
    ("version: 1\nrules:\n  artifacts:\n    *: {}\n", 4, 6, "invalid-yaml", "begins with '*'", "in quotes"),
    ("version: 1\nrules:\n  artifacts:\n    **/x: {}\n", 4, 6, "invalid-yaml", "begins with '*'", "in quotes"),
    ("version: 1\nrules: {artifacts: {*x: {}}}\n", 2, 21, "invalid-yaml", "begins with '*'", "in quotes"),
    ("version: 1\n<<<<<<< HEAD\nrules: {}\n=======\n", 2, 1, "invalid-yaml", "merge conflict", "two sides"),
    ("version: 1\nrules: {register: {signed: required}}\n", 2, 20, "no-signers", "nobody could sign", "signers"),
    (STAGES % "a: &x {}, b: *x", 2, 21, "wrong-rules", "'rules.stages.a' has an anchor", "Write it out."),
    (STAGES % "a: {}, b: !!map {}", 2, 28, "wrong-rules", "'rules.stages.b' has a tag", "Write it out."),
    (STAGES % "<<: {a: {}}", 2, 18, "wrong-rules", "a key that is a merge key", "Write out"),
    (STAGES % "[a]: {}", 2, 18, "wrong-rules", "a key that is a list", "quotes"),
    (STAGES % "on: {}", 2, 18, "wrong-rules", "a key that is a boolean", "quotes"),
    ("version: 1\nevidence: &x 1\nrules: *x\n", 3, 8, "wrong-rules", "'rules' has an alias", "Write it out."),
    ("version: 1\nrules:\n\tdelete: never\n", 3, 1, "invalid-yaml", "cannot start any token", "never with tabs"),
    ("version: 1\n---\nversion: 1\n", 2, 1, "invalid-yaml", "more than one YAML document", "Keep everything in one"),
    (b"version: 1\nsigners: \xff\n", 2, 10, "invalid-yaml", "The file is not UTF-8", "Save it as UTF-8."),
    ("version: 1\n".encode("utf-16"), 1, 1, "invalid-yaml", "The file is not UTF-8", "Save it as UTF-8."),
    (b"version: 1\n#" + b"x" * MAX_RULES_FILE, 1, 1, "too-large", "The file has", "Make it shorter."),
    ("version: 1\nsigners: /etc/x\n", 2, 10, "wrong-rules", "not the path of a file", ".gtod/allowed_signers"),
    ("version: 1\nsigners: a/../../x\n", 2, 10, "wrong-rules", "not the path of a file", ".gtod/allowed_signers"),
    ("version: 1\nsigners: .git/config\n", 2, 10, "wrong-rules", "not the path of a file", ".gtod/allowed_signers"),
    ("version: 1\nrules: {since: 2026-02-30}\n", 2, 9, "wrong-rules", "there is no such time", "2026-01-31"),
    ("version: 1\nrules: {since: 2026-01-01 10:00:00}\n", 2, 16, "wrong-rules", "not a date", "with its zone"),
    ("version: 1\nrules: {since: 2026}\n", 2, 16, "wrong-rules", "a number, but should be a date", "2026-01-31"),
    ("version: 1\nrules: {delete: nevr}\n", 2, 17, "wrong-rules", "none of the choices", "Did you mean 'never'?"),
    ("version: 1\nrules: {overrides: {}}\n", 2, 20, "wrong-rules", "'rules.overrides' has no 'who'", "Add 'who'."),
    ("version: 1\nrules: {artifacts: {a b: {}}}\n", 2, 21, "wrong-rules", "not a glob of artifacts", "wildcards"),
    ("version: 1\nrules: {artifacts: {a: {delete: never}}}\n", 2, 25, "unknown-key", "'delete'", "register, stages"),
    ("version: 1\nroles: {a b: [x@y]}\n", 2, 9, "wrong-rules", "not a role", "letters, digits"),
    ("version: 1\nroles: {a: [b]}\n", 2, 13, "wrong-rules", "'b', not a person", "an e-mail address"),
    ("\ufeffversion: 1\nröles: {}\n", 2, 1, "unknown-key", "'röles'", "Did you mean 'rules' or 'roles'?"),
    ("version: 1\nroles: {😀: [], 😀: []}\n", 2, 9, "wrong-rules", "not a role", "letters"),
)


def errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def test_the_example_is_read() -> None:
    file = read_rules(EXAMPLE.encode())
    assert file.problems == ()
    rules = file.rules
    assert rules is not None
    ann = Who(("release-managers",), frozenset({"ann@example.com"}))
    eve = Who(("fraud-leads",), frozenset({"eve@example.com"}), frozenset({"0123456789ABCDEF0123456789ABCDEF01234567"}))
    assert rules.for_register("churn").branches == ("main",)
    assert _without_places(rules.for_stage("churn", "prod")) == Rule(("main",), ("staging",), 86_400, True, ann)
    assert _without_places(rules.for_stage("fraud/x", "prod")) == Rule(("main",), ("staging",), 86_400, True, eve)
    assert (rules.deletion, rules.overrides, rules.since) == (False, ann, 1_767_225_600)
    assert (rules.max_skew, rules.signers) == (3_600, ".gtod/allowed_signers")
    lines = EXAMPLE.splitlines()
    for places in (rules.for_stage("fraud/x", "prod").places, rules.places):
        for name, place in places.items():
            assert lines[place.start.line][place.start.character : place.end.character] == name


@pytest.mark.parametrize(("text", "line", "character", "code", "message", "hint"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    text: str | bytes, line: int, character: int, code: str, message: str, hint: str
) -> None:
    file = read_rules(text if isinstance(text, bytes) else text.encode())
    assert file.rules is None
    problem = errors(file.problems)[0]
    assert problem.path == ".gtod.yaml"
    assert problem.range is not None
    assert (problem.range.start.line + 1, problem.range.start.character + 1, problem.code) == (line, character, code)
    assert message in problem.message
    assert hint in problem.hint
    assert problem.hint


@pytest.mark.parametrize("text", ["version: 1\n", "version: 1\nevidence: {}\n", "\ufeff{version: 1}"])
def test_a_file_without_rules_asks_for_nothing(text: str) -> None:
    assert read_rules(text.encode()).problems == ()
    assert read_rules(text.encode()).rules == Rules()


@pytest.mark.parametrize(
    "evidence",
    [
        "[&x 1, *x, !y z, {<<: {}}]",
        "{&x churn: {metrics: [*x]}}",
        "{<<: {churn: {}}}",
        "5",
        "",
        "{churn: {metric: [a]}, churn: {}}",
        "{1: {}, 'a b': {}, '': {}}",
        "{churn: {metrics: a, params: [1], plots: [/a, ../b, .git/c, ''], headline: {}}}",
        f"{{churn: {{metrics: [{'a, ' * 300}]}}}}",
        f"{{{', '.join(f'a{n}: {n}' for n in range(190))}}}",
        f"{{{', '.join(f'a{n}: {{}}' for n in range(900))}}}",
    ],
)
@pytest.mark.parametrize("rest", ["", "rules: {delete: never}\n"])
def test_what_is_wrong_with_evidence_leaves_the_rules_alone(evidence: str, rest: str) -> None:
    file = read_rules(f"version: 1\nevidence: {evidence}\n{rest}".encode())

    assert file.rules is not None
    assert file.rules.deletion == (not rest)
    assert {(each.code, each.severity) for each in file.problems} == {("wrong-evidence", "warning")}


def test_what_is_wrong_with_the_rules_is_told_whatever_is_wrong_with_evidence() -> None:
    evidence = ", ".join(f"a{number}: 5" for number in range(190))
    stages = "{stages: {prod: {soak: 1h}}, x: 1}"
    file = read_rules(f"version: 1\nevidence: {{{evidence}}}\nrules: {stages}\n".encode())

    assert file.rules is None
    assert {each.code for each in errors(file.problems)} == {"soak-without-from", "unknown-key"}


@pytest.mark.parametrize(
    "text", ["evidence: {}\n", "version: 1\nevidence: {a: {}}\nevidence: {}\n", "version: 1\nevidenc: {}"]
)
def test_the_names_of_sections_are_of_the_rules(text: str) -> None:
    assert read_rules(text.encode()).rules is None


def test_everything_that_is_wrong_is_told_in_the_order_of_the_file() -> None:
    text = STAGES % "prod: {who: [a, b@c], soak: 1x, x: 1}" + "roles: {a: x}\nsigner: x\n"
    codes = [problem.code for problem in read_rules(text.encode()).problems]
    assert codes == ["wrong-rules", "unknown-key", "wrong-rules", "unknown-key"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nrules: {register: {who: [a]}}\nroles: {a: [b]}\n",
        "version: 1\nrules: {register: {who: [a, '*']}}\nroles: {a: [x@y]}\n",
        "version: 1\nrules: {register: {signed: required}}\nsigners: /etc/x\n",
        "version: 1\nrules: {register: {signed: required, who: [a]}}\nroles: {a: ['openpgp:12']}\n",
    ],
)
def test_one_mistake_is_one_problem(text: str) -> None:
    assert [problem.code for problem in read_rules(text.encode()).problems] == ["wrong-rules"]


def test_a_probable_meaning_is_offered_for_its_place() -> None:
    file = read_rules(b"version: 1\nrules: {register: {who: [ml-taem], sined: x}}\nroles: {ml-team: [a@b]}\n")
    assert {place.start.character: near for place, near in file.replacements.items()} == {
        25: ("ml-team",),
        35: ("signed",),
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("version: 1\nroles: {a: [x@y]}\n", "unused-role", 1),
        ("version: 1\nrules: {register: {who: [a]}}\nroles: {a: []}\n", "empty-role", 2),
        (
            "version: 1\nrules: {register: {signed: required, who: [a@b, c]}}\n"
            f"roles: {{c: ['openpgp:{'a' * 40}']}}\n",
            None,
            0,
        ),
        (
            "version: 1\nrules: {register: {signed: required, who: [a@b]}, overrides: {who: [c]}}\n"
            f"roles: {{c: ['openpgp:{'a' * 40}']}}\n",
            "no-signers",
            1,
        ),
        (STAGES % "staging: {}, prod: {from: [stagin]}", "lone-stage", 1),
        (STAGES % "staging: {}, prod: {from: [stag]}", None, 0),
        (STAGES % "dev-eu: {}, prod: {from: [dev]}", None, 0),
        (STAGES % "staging: {}, prod: {from: [stagin]}, eu: {from: [stagin]}", None, 0),
    ],
)
def test_warnings_leave_the_rules_as_they_are(text: str, code: str | None, line: int) -> None:
    file = read_rules(text.encode())
    told = [(each.code, each.severity, each.range and each.range.start.line) for each in file.problems]
    assert told == ([] if code is None else [(code, "warning", line)])
    assert file.rules is not None


@pytest.mark.parametrize(
    ("artifacts", "code"),
    [
        ("a: {stages: {prod: {soak: 1h}}}", None),
        ("a: {stages: {dev: {from: [prod]}}}", "closed-stages"),
        ("a: {stages: {dev: {from: [other]}}}", None),
        ("a: {stages: {dev: {soak: 1h}}}", "soak-without-from"),
    ],
)
def test_rules_of_artifacts_are_judged_with_the_general_ones(artifacts: str, code: str | None) -> None:
    text = f"version: 1\nrules:\n  stages: {{prod: {{from: [dev]}}}}\n  artifacts:\n    {artifacts}\n"
    problems = read_rules(text.encode()).problems
    assert [problem.code for problem in problems] == [code] * (code is not None)
    assert all(problem.range and problem.range.start.line == 4 for problem in problems)


@given(RULES_FILES, st.sampled_from([True, False, None]))
def test_what_is_written_is_read_back(content: dict[str, Any], style: bool | None) -> None:
    file = read_rules(written(content, style))
    assert errors(file.problems) == []
    rules = file.rules
    assert rules is not None
    said = content.get("rules", {})
    _compare(rules.register, said.get("register", {}))
    assert rules.stages.keys() == said.get("stages", {}).keys()
    for stage, rule in rules.stages.items():
        _compare(rule, said["stages"][stage])
    assert [each.pattern for each in rules.artifacts] == list(said.get("artifacts", {}))
    for each in rules.artifacts:
        own = said["artifacts"][each.pattern]
        _compare(each.register, own.get("register", {}))
        assert each.stages.keys() == own.get("stages", {}).keys()
        for stage, rule in each.stages.items():
            _compare(rule, own["stages"][stage])
    assert rules.deletion == (said.get("delete") != "never")
    assert (rules.overrides and rules.overrides.entries) == (
        tuple(said["overrides"]["who"]) if "overrides" in said else None
    )
    assert rules.since == _moment(said.get("since"))
    assert rules.max_skew == _seconds(said.get("max_skew", "1h"))
    assert rules.signers == content.get("signers")


_FRAGMENTS = st.sampled_from(
    [*EXAMPLE.replace(",", " , ").split(), "{", "}", "[", "]", ": ", "\n", "\n  ", "\n    ", "- ", "&a ", "*a", "!x ",
     "<<: ", "? ", "|", ">", "'", '"', "#", "\t", "%YAML 1.1\n---\n", "---\n", "\r\n", "\u2028", "😀", "null", "~"]
)  # fmt: skip


@given(st.binary() | st.lists(_FRAGMENTS, max_size=40).map(lambda parts: ("version: 1\n" + "".join(parts)).encode()))
def test_whatever_the_bytes_it_is_rules_or_an_error(data: bytes) -> None:
    file = read_rules(data)
    assert (file.rules is None) == bool(errors(file.problems))
    assert all(problem.range and problem.hint and problem.path == ".gtod.yaml" for problem in file.problems)


@given(RULES_FILES, st.data())
def test_a_file_that_is_being_typed_is_rules_or_an_error(content: dict[str, Any], data: st.DataObject) -> None:
    text = written(content, data.draw(st.booleans())).decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    file = read_rules((text[:start] + data.draw(_FRAGMENTS) + text[end:]).encode())
    assert (file.rules is None) == bool(errors(file.problems))


def _compare(rule: Rule, said: dict[str, Any]) -> None:
    assert rule.places.keys() == said.keys()
    assert rule.branches == (tuple(said["branches"]) if "branches" in said else None)
    assert rule.sources == (tuple(said["from"]) if "from" in said else None)
    assert rule.soak == (_seconds(said["soak"]) if "soak" in said else None)
    assert rule.signed == (said["signed"] == "required" if "signed" in said else None)
    assert rule.who == (_who(said["who"]) if "who" in said else None)


def _who(entries: list[str]) -> Who:
    people = [person for entry in entries for person in ROLES.get(entry, [entry])]
    return Who(
        tuple(entries),
        frozenset(person.lower() for person in people if "@" in person),
        frozenset(person[len("openpgp:") :].upper() for person in people if "@" not in person),
    )


def _seconds(text: str) -> int:
    return int(text[:-1]) * {"m": 60, "h": 3_600, "d": 86_400}[text[-1]]


def _moment(text: str | None) -> int | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _without_places(rule: Rule) -> Rule:
    return Rule(rule.branches, rule.sources, rule.soak, rule.signed, rule.who)


def test_a_long_chain_of_stages_can_be_entered_whatever_its_order() -> None:
    chain = [f"s{number}: {{from: [s{number + 1}]}}" for number in range(150)]
    for stages in (chain, chain[::-1]):
        assert read_rules((STAGES % ", ".join(stages)).encode()).problems == ()
    (problem,) = read_rules((STAGES % ", ".join([*chain, "s150: {from: [s7]}"])).encode()).problems
    assert (problem.code, problem.range and problem.range.start.character) == ("closed-stages", 22)


def test_a_file_with_thousands_of_mistakes_is_wrong_and_some_of_them_are_told() -> None:
    roles = ", ".join(f"role{number}x: []" for number in range(200))
    who = ", ".join(f"rol{number}y" for number in range(200))
    stages = ", ".join(f"s{number}: {{who: [{who}]}}" for number in range(200))
    file = read_rules(f"version: 1\nroles: {{{roles}}}\nrules: {{stages: {{{stages}}}}}\n".encode())
    assert file.rules is None
    assert {problem.code for problem in file.problems} == {"unknown-role"}
    assert len(file.problems) == 100
