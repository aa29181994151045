"""`gtod rules export`: requests on stdout, and on stderr what they do not say."""

import json
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod

RULES = """\
version: 1
rules:
  stages: {prod: {from: [dev], who: [leads, ann@example.com]}}
roles: {leads: [bob@example.com]}
"""


@pytest.fixture
def ruled(tmp_path: Path) -> RepositoryBuilder:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({".gtod.yaml": RULES})
    return repo


@pytest.mark.parametrize("daemon", [True, False])
def test_what_a_forge_can_enforce_is_printed_as_its_api_takes_it(
    gtod: Gtod, ruled: RepositoryBuilder, daemon: bool
) -> None:
    words = ("rules", "export", "--gitlab", "--actor", "leads=team:42", "--actor", "leads=user:7")
    run = gtod(*words, cwd=ruled.path, daemon=daemon)
    requests = json.loads(run.stdout)
    assert {each["path"] for each in requests} == {"/projects/{id}/protected_tags"}
    allowed = [{"group_id": 42}, {"user_id": 7}]
    assert [each["body"] for each in requests] == [
        {"name": f"*#prod{form}", "allowed_to_create": allowed} for form in ("", "#*", "!", "!#*")
    ]
    assert run.stderr.splitlines() == [
        "from: the forge cannot enforce this for prod. Use the hook, or an audit in CI.",
        "'ann@example.com' is in no list yet: name their account with --actor ann@example.com=KIND:ID, or fill it in.",
    ]
    shown = json.loads(gtod(*words, "--json", cwd=ruled.path, daemon=daemon).stdout)
    assert shown["requests"] == requests
    assert shown["unnamed"] == ["ann@example.com"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["rules", "export"], 2, "--github, --gitlab or --gitea"),
        (["rules", "export", "--github", "--gitlab"], 2, "one at a time"),
        (["rules", "export", "--github", "--actor", "lead=team:4"], 1, "Did you mean 'leads'?"),
        (["rules", "export", "--github", "--actor", "bob@example.com=user:4"], 1, "leads, ann@example.com"),
        (["rules", "show", "--github"], 2, "Only export"),
        (["rules", "export", "--github", "--actor", "leads=42"], 1, "ROLE=team:NUMBER"),
    ],
)
def test_what_is_missing_is_said(gtod: Gtod, ruled: RepositoryBuilder, words: list[str], code: int, said: str) -> None:
    run = gtod(*words, cwd=ruled.path, daemon=False)
    assert (run.returncode, run.stdout) == (code, "")
    assert said in run.stderr


def test_without_rules_there_is_nothing_to_export(gtod: Gtod, tmp_path: Path) -> None:
    repo = RepositoryBuilder(tmp_path / "repo")
    repo.commit({"m": "1"})
    run = gtod("rules", "export", "--github", cwd=repo.path, daemon=False)
    assert (run.stdout, "There are no rules" in run.stderr) == ("", True)
