"""What the forges are told protects just the tags that it should, by what their documentation says of patterns."""

import re
from functools import cache
from typing import Any, Final

import pytest

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.rules.export import FORGES, Actor, Forge, export_rules, parse_actor
from gto_daemon.registry.rules.reading import read_rules
from gto_daemon.registry.rules.values import Rules
from gto_daemon.registry.tag_names import parse_tag_name
from tests.registry.rules.test_reading import EXAMPLE

ACTORS: Final = {"general": (Actor("team", "1"),), "fraud": (Actor("team", "2"),), "models": (Actor("user", "3"),)}


@cache
def _file_fnmatch(pattern: str) -> re.Pattern[str]:
    """Return what Ruby's File.fnmatch with FNM_PATHNAME matches, as a regular expression."""
    expression, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            expression += "(?:[^/.][^/]*/)*"
            at += 3
            continue
        if pattern[at] == "*":
            # At the start of a folder's or file's name it does not match a period.
            dots = r"(?!\.)" if at == 0 or pattern[at - 1] == "/" else ""
            expression += f"{dots}[^/]*"
        elif pattern.startswith("[^=]", at):
            expression += "[^=/]"
            at += 3
        else:
            expression += re.escape(pattern[at])
        at += 1
    return re.compile(expression)


@cache
def _wildcard(pattern: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, pattern.split("*"))))


def _allowed(forge: Forge, requests: tuple[JsonObject, ...], tag: str) -> list[list[Any]]:
    """Return who may create a tag, by each of the requests that match it."""
    found = []
    for request in requests:
        body: Any = request["body"]
        if forge == "github":
            refs = body["conditions"]["ref_name"]
            here, gone = (
                any(_file_fnmatch(each).fullmatch(f"refs/tags/{tag}") for each in refs[name])
                for name in ("include", "exclude")
            )
            if here and not gone and {"type": "creation"} in body["rules"]:
                found.append([each["actor_id"] for each in body["bypass_actors"]])
        elif forge == "gitlab":
            if _wildcard(body["name"]).fullmatch(tag):
                allowed = body.get("allowed_to_create", [{"access_level": body.get("create_access_level")}])
                found.append([value for each in allowed for value in each.values()])
        else:
            # Python's `\Z` is RE2's `\z`.
            expression = body["name_pattern"][1:-1].replace(r"\z", r"\Z")
            if re.search(expression, tag):
                found.append([int(each) for each in (*body["whitelist_teams"], *body["whitelist_usernames"])])
    return found


def _rules(artifacts: str, *, delete: str = "allow") -> Rules:
    text = f"""\
version: 1
rules:
  register: {{who: [general]}}
  stages:
    prod: {{who: [general]}}
    eu/prod: {{who: []}}
    dev: {{}}
  artifacts: {artifacts}
  delete: {delete}
roles: {{general: [a@b], fraud: [a@b], models: [a@b]}}
"""
    rules = read_rules(text.encode()).rules
    assert rules is not None
    return rules


_NAMES: Final = (
    "churn", "fraud", "fraud/x", "fraud/x/y", "a/fraud/x", "dir=model", "a/b=model", "model", "a/model", "amodel",
     "fraud/d=x", "x-1", "x-12", "t/x-1", "t=x-1", "production", "prod", "a/b/c/d", "fraud/y/x"
)  # fmt: skip
_SUFFIXES: Final = (
    "#prod", "#prod#1", "#prod!", "#prod!#12", "#production", "#prod-eu", "#eu/prod", "#eu/prod#3", "#prod/x", "#dev",
     "#dev#2", "@v1.0.0", "@v1.0.0!", "@v1.0.0-rc.1#2", "@deprecated", "@deprecated#1", "@created", "#preprod"
)  # fmt: skip
_EXACT: Final = (
    "churn",
    "fraud/**",
    "**/model",
    "x-?",
    "t:x-?",
    "dir:model",
    "**",
    "fraud**",
    "**/x",
    "f**x",
    "f**/x",
    "a/**/d",
    "d**:x",
)


def _artifacts(globs: list[str]) -> str:
    rules = [
        f'"{glob}": {{register: {{who: [{who}]}}, stages: {{prod: {{who: [{who}]}}}}}}'
        for glob, who in zip(globs, ("fraud", "models"), strict=False)
    ]
    return f"{{{', '.join(rules)}}}"


#: None, each glob alone, and each before and behind two that overlap with many.
_ARTIFACTS: Final = [
    _artifacts(globs)
    for globs in ([], *([each] for each in _EXACT), *([each, "fraud/**"] for each in _EXACT if each != "fraud/**"))
] + [_artifacts(["**", each]) for each in _EXACT if each != "**"]
_TAGS: Final = [name + suffix for name in _NAMES for suffix in _SUFFIXES]


def _expected(rules: Rules, tag: str) -> list[int] | None:
    """Return who may create a tag by the rules; None for anybody."""
    parsed = parse_tag_name(tag)
    if parsed is None or parsed.kind is None:
        return None
    artifact = parsed.artifact.replace("=", ":")
    rule = rules.for_stage(artifact, parsed.stage) if parsed.stage else rules.for_register(artifact)
    return None if rule.who is None else [int(actor.id) for each in rule.who.entries for actor in ACTORS[each]]


@pytest.mark.parametrize("artifacts", _ARTIFACTS)
def test_github_lets_in_whom_the_rules_let_in(artifacts: str) -> None:
    rules = _rules(artifacts)
    requests = export_rules(rules, "github", ACTORS).requests
    for tag in _TAGS:
        expected = _expected(rules, tag)
        # Each ruleset that matches has to be satisfied, so there has to be one.
        assert _allowed("github", requests, tag) == ([] if expected is None else [expected]), tag


@pytest.mark.parametrize("artifacts", _ARTIFACTS)
def test_gitlab_and_gitea_protect_what_the_rules_protect(artifacts: str) -> None:
    rules = _rules(artifacts)
    of_gitlab, of_gitea = (export_rules(rules, forge, ACTORS).requests for forge in ("gitlab", "gitea"))
    for tag in _TAGS:
        expected = _expected(rules, tag)
        gitlab, gitea = _allowed("gitlab", of_gitlab, tag), _allowed("gitea", of_gitea, tag)
        # What their one kind of wildcard matches besides is said in `not_expressible`.
        if "?" not in artifacts:
            assert bool(gitlab) == (expected is not None), tag
        assert bool(gitea) == (expected is not None), tag
        if expected:
            # Any that matches is enough, so a more particular `who` adds to the general one.
            assert any(set(expected) <= set(each) for each in gitea), tag
            assert any(set(expected) <= set(each) for each in gitlab), tag
        elif expected is not None:
            assert (gitlab, gitea) == ([[0]], [[]]), tag


@pytest.mark.parametrize("glob", ["teams/*", "*/x", "f*", "*-1"])
@pytest.mark.parametrize("forge", FORGES)
def test_a_star_protects_all_that_it_should(forge: Forge, glob: str) -> None:
    rules = _rules(f'{{"{glob}": {{stages: {{dev: {{who: [fraud]}}}}}}}}')
    export = export_rules(rules, forge, ACTORS)
    for name in _NAMES:
        if _expected(rules, f"{name}#dev#1") is not None:
            assert _allowed(forge, export.requests, f"{name}#dev#1") == [[2]]
    wider = [line for line in export.not_expressible if f"wildcards of '{glob}'" in line]
    assert bool(wider) == (forge != "gitea")


def test_nobody_on_github_can_delete_what_nobody_may() -> None:
    rulesets = export_rules(_rules("{}", delete="never"), "github", ACTORS).requests
    (body,) = (each["body"] for each in rulesets if each["body"]["name"] == "gtod: delete")
    assert body["rules"] == [{"type": "update"}, {"type": "deletion"}]
    assert body["bypass_actors"] == []
    patterns = [_file_fnmatch(each) for each in body["conditions"]["ref_name"]["include"]]
    for tag in _TAGS:
        matched = any(each.fullmatch(f"refs/tags/{tag}") for each in patterns)
        assert matched == (not tag.endswith("@created")), tag


def test_gitlab_keeps_from_deletion_what_the_rules_name() -> None:
    requests = export_rules(_rules("{}", delete="never"), "gitlab", ACTORS).requests
    for name in _NAMES:
        for suffix in ("#dev", "#dev#2", "#dev!#3"):
            assert _allowed("gitlab", requests, name + suffix) == [[30]]


def test_the_example_on_github() -> None:
    rules = read_rules(EXAMPLE.encode()).rules
    assert rules is not None
    export = export_rules(rules, "github", {"release-managers": (Actor("team", "42"), Actor("user", "7"))})
    by_name = {each["body"]["name"]: each["body"] for each in export.requests}
    assert list(by_name) == ["gtod: staging", "gtod: prod", "gtod: prod of fraud/**", "gtod: delete"]
    assert {each["path"] for each in export.requests} == {"/repos/{owner}/{repo}/rulesets"}
    assert by_name["gtod: prod"] == {
        "name": "gtod: prod",
        "target": "tag",
        "enforcement": "active",
        "bypass_actors": [
            {"actor_id": 42, "actor_type": "Team", "bypass_mode": "always"},
            {"actor_id": 7, "actor_type": "User", "bypass_mode": "always"},
        ],
        "conditions": {
            "ref_name": {
                "include": [f"refs/tags/**/*#prod{form}" for form in ("", "#*", "!", "!#*")],
                "exclude": [f"refs/tags/fraud/**/*#prod{form}" for form in ("", "#*", "!", "!#*")],
            }
        },
        "rules": [{"type": "creation"}, {"type": "update"}],
    }
    assert by_name["gtod: staging"]["bypass_actors"] == []
    left = "\n".join(export.not_expressible)
    assert export.unnamed == ("ml-team", "fraud-leads")
    assert "signed, from, soak, branches: the forge cannot enforce this for prod." in left


@pytest.mark.parametrize(
    ("text", "forge", "actor"),
    [
        ("ml-team=team:42", "github", ("ml-team", Actor("team", "42"))),
        ("a=b@c.org=user:7", "gitlab", ("a=b@c.org", Actor("user", "7"))),
        ("ml-team=team:owners", "gitea", ("ml-team", Actor("team", "owners"))),
        ("ml-team=role:40", "gitlab", ("ml-team", Actor("role", "40"))),
    ],
)
def test_an_actor_is_read(text: str, forge: Forge, actor: tuple[str, Actor]) -> None:
    assert parse_actor(text, forge) == actor


@pytest.mark.parametrize(
    ("text", "forge"),
    [("", "github"), ("x", "github"), ("x=team", "github"), ("x=team:y", "gitlab"), ("=team:1", "github"),
     ("x=app:1", "gitlab"), ("x=team:", "gitea"), ("x=pet:1", "github")],
)  # fmt: skip
def test_an_actor_that_is_nobody_is_refused(text: str, forge: Forge) -> None:
    with pytest.raises(RegistryError, match="is not written as this forge needs it") as refused:
        parse_actor(text, forge)
    assert "ROLE=team:" in refused.value.hint


def test_a_glob_that_would_become_too_many_patterns_is_left_out() -> None:
    rules = _rules('{"a**b**c**d**e**f": {stages: {dev: {who: [fraud]}}}}')
    export = export_rules(rules, "github", ACTORS)
    assert "'a**b**c**d**e**f' would become more than 16 patterns" in "\n".join(export.not_expressible)
