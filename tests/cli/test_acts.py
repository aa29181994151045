"""What an act says of itself: before it is done, and afterwards."""

import json

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """`churn` v1.0.0 and v2.0.0, one after the other in prod."""
    for version in ("v1.0.0", "v2.0.0"):
        repo.commit({"m": version})
        repo.tag(f"churn@{version}")
        repo.tag(f"churn#prod#{version[1]}")
    return repo


def moved(text: str) -> list[str]:
    return [line for line in text.splitlines() if "→" in line]


def test_an_act_says_what_it_replaced_as_its_plan_did(gtod: Gtod, registry: RepositoryBuilder) -> None:
    acts = '[{"method": "assign", "params": {"name": "churn", "stage": "prod", "version": "v2.0.0", "force": true}}]'
    for words, change in {
        ("deprecate", "churn", "v2.0.0"): "v2.0.0 → v1.0.0",
        ("register", "churn", "churn@v2.0.0^{}", "--simple", "false"): "v1.0.0 → v2.0.0",
        ("rollback", "churn", "prod"): "v2.0.0 → v1.0.0",
        ("apply", "-"): "v1.0.0 → v2.0.0",
        ("deprecate", "churn", "v2.0.0", "prod"): "v2.0.0 → v1.0.0",
        ("deprecate", "churn", "v1.0.0", "prod", "--delete", "--yes"): "v1.0.0 → -",
    }.items():
        planned = gtod(*words, "--dry-run", cwd=registry.path, stdin=acts)
        done = gtod(*words, cwd=registry.path, stdin=acts)
        assert moved(planned.stdout) == [f"    churn#prod: {change}"], words
        # On stdout GTO's words stand alone.
        assert (moved(done.stdout), moved(done.stderr)) == ([], moved(planned.stdout)), words


@pytest.mark.parametrize("file", ["dvc.yaml", "sub/dvc.yaml"])
def test_a_version_that_has_no_annotation_because_the_file_is_broken_is_warned_of(
    gtod: Gtod, repo: RepositoryBuilder, file: str
) -> None:
    name = "sub:alpha" if "/" in file else "alpha"
    good = repo.commit({file: "artifacts:\n  alpha: {path: a}\n"})
    bad = repo.commit({file: "artifacts: [\n  x: }\n"})
    repo.commit({file: "stages: {}\n"})
    said = f"Nothing can be read in the commit's {file}, so v0.0.1 will have no annotation."
    for commit, warned in ((good, False), (bad, True), ("HEAD", False)):
        assert (said in gtod("register", name, commit, "--dry-run", cwd=repo.path).stderr) == warned


def test_a_result_in_json_has_what_was_replaced(gtod: Gtod, registry: RepositoryBuilder) -> None:
    done = gtod("deprecate", "churn", "v2.0.0", "--json", cwd=registry.path)
    assert json.loads(done.stdout)["replaces"] == [
        {"artifact": "churn", "stage": "prod", "from": "v2.0.0", "to": "v1.0.0"}
    ]
    assert moved(done.stderr) == []
