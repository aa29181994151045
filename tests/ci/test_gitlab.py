"""The job of docs/ci.md, run as GitLab's runner runs it, and its dotenv report, read as GitLab reads it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import RepositoryBuilder
from tests.ci.checkouts import Checkout, checkout_by_gitlab, full_checkout_by_gitlab, git
from tests.ci.gitlab_runner import expanded, variables_of
from tests.ci.test_action import EVENTS
from tests.docs.pages import ROOT, blocks

_TAGS = pytest.mark.parametrize("tag", EVENTS)
_SOME = pytest.mark.parametrize("tag", ["churn@v2.0.0", "churn#prod!#3"])


def jobs() -> dict[str, Any]:
    """The pipeline of the page."""
    (block,) = (each for each in blocks(ROOT / "docs/ci.md") if each.text.startswith("# .gitlab-ci.yml\n"))
    parsed: dict[str, Any] = yaml.safe_load(block.text)
    return parsed


def run_script(script: list[str], place: Path, temporary: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a job's script."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(script)],
        cwd=place,
        env={**os.environ, "PATH": f"{temporary / 'gtod/bin'}:{os.environ['PATH']}", "GITLAB_CI": "true", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def run_job(tag: str, place: Path, temporary: Path, **variables: str) -> dict[str, str]:
    """Run the job that asks; the variables that later jobs get."""
    job = jobs()["event"]
    assert job["rules"] == [{"if": "$CI_COMMIT_TAG"}]
    done = run_script(job["script"], place, temporary, CI_COMMIT_TAG=tag, CI_COMMIT_REF_NAME=tag, **variables)
    assert done.returncode == 0, done.stderr
    return variables_of((place / job["artifacts"]["reports"]["dotenv"]).read_bytes())


@_TAGS
def test_it_says_what_the_tag_did(tag: str, upstream: RepositoryBuilder, temporary: Path) -> None:
    place = checkout_by_gitlab(upstream.path, temporary.parent / "checkout", tag)
    told = run_job(tag, place, temporary)
    assert told["GTOD_REF"] == tag
    assert told["GTOD_VERDICT"] == "not-judged"
    for name, value in EVENTS[tag].items():
        # A report has one line a value.
        assert told[f"GTOD_{name.upper()}"] == ("" if "\n" in value else value)
    assert told["GTOD_OMITTED"] == ("description" if "description" in EVENTS[tag] else "")
    assert json.loads(told["GTOD_REGISTRY"])["churn"]["version"] == "v1.0.0"


@pytest.mark.parametrize(
    ("tag", "printed"),
    [
        ("churn@v1.0.0", "build churn v1.0.0 from models/churn.pkl"),
        ("churn@v2.0.0", "churn@v2.0.0 was overtaken by another event"),
        ("churn#prod#1", "deploy churn v1.0.0 to prod in place of nothing"),
        ("churn#prod#2", "churn#prod#2 was overtaken by another event"),
        ("churn#prod!#3", "nothing to do for unassignment"),
        ("nightly", "nightly is no event of the registry"),
    ],
)
def test_the_job_that_acts_gets_the_values(
    tag: str, printed: str, upstream: RepositoryBuilder, temporary: Path
) -> None:
    place = checkout_by_gitlab(upstream.path, temporary.parent / "checkout", tag)
    told = run_job(tag, place, temporary)
    acts = jobs()["act"]
    assert acts["needs"] == ["event"]
    done = run_script(acts["script"], place, temporary, CI_COMMIT_TAG=tag, **expanded(told, {}))
    assert (done.returncode, done.stdout) == (0, f"{printed}\n"), done.stderr


def test_values_that_a_report_cannot_hold_are_named_and_left_empty(
    upstream: RepositoryBuilder, temporary: Path
) -> None:
    annotation = {"type": " model ", "path": "a\x1b[31mb", "description": "token: $CI_JOB_TOKEN ${SECRET}"}
    upstream.commit({"artifacts.yaml": json.dumps({"churn": annotation})})
    upstream.tag("churn@v5.0.0", tagger="$(id) `id` 'x' \"y\" <e@example.com>")
    told = run_job("churn@v5.0.0", checkout_by_gitlab(upstream.path, temporary.parent / "c", "churn@v5.0.0"), temporary)
    assert told["GTOD_OMITTED"] == "type path author description"
    assert {told[f"GTOD_{name}"] for name in ("TYPE", "PATH", "AUTHOR", "DESCRIPTION")} == {""}
    assert "secret" not in str(expanded(told, {"CI_JOB_TOKEN": "secret", "SECRET": "secret"}))


def test_a_report_stays_below_the_limit(upstream: RepositoryBuilder, temporary: Path) -> None:
    """The event comes first; what is long and told elsewhere goes."""
    upstream.commit({"artifacts.yaml": json.dumps({"churn": {"description": "é" * 2_000, "type": "model"}})})
    for number in range(100):
        upstream.tag(f"another-artifact-{number}@v1.0.0")
    upstream.tag("churn@v5.0.0")
    told = run_job("churn@v5.0.0", checkout_by_gitlab(upstream.path, temporary.parent / "c", "churn@v5.0.0"), temporary)
    assert (told["GTOD_VERSION"], told["GTOD_TYPE"]) == ("v5.0.0", "model")
    assert (told["GTOD_DESCRIPTION"], told["GTOD_REGISTRY"]) == ("é" * 2_000, "")
    assert told["GTOD_OMITTED"] == "registry"


@_SOME
@pytest.mark.parametrize("checkout", [checkout_by_gitlab, full_checkout_by_gitlab])
def test_without_the_fetch_it_refuses_rather_than_say_something_wrong(
    tag: str, checkout: Checkout, upstream: RepositoryBuilder, temporary: Path
) -> None:
    place = checkout(upstream.path, temporary.parent / "checkout", tag)
    done = run_script(["gtod ci-event --gitlab"], place, temporary, CI_COMMIT_TAG=tag)
    assert (done.returncode, done.stdout) == (1, "")
    assert "git fetch --tags --force" in done.stderr
    git(place, "fetch", "--quiet", "--tags", "--force")
    done = run_script(["gtod ci-event --gitlab"], place, temporary, CI_COMMIT_TAG=tag)
    assert done.returncode == 0, done.stderr
    assert variables_of(done.stdout.encode())["GTOD_EVENT"] == EVENTS[tag]["event"]


def test_a_tag_whose_name_looks_like_a_ref_is_not_that_ref(upstream: RepositoryBuilder, temporary: Path) -> None:
    """`CI_COMMIT_TAG` is a name: here of an artifact in the directory `refs/tags`, and of nothing."""
    found = {}
    for tag in ("refs/tags/churn#prod#1", "refs/heads/main"):
        upstream.tag(tag)
        done = run_script(["gtod ci-event --gitlab"], upstream.path, temporary, CI_COMMIT_TAG=tag)
        assert done.returncode == 0, done.stderr
        found[tag] = variables_of(done.stdout.encode())
    assert (found[tag]["GTOD_EVENT"], done.stderr.count(f"'{tag}' is not a GTO tag name")) == ("", 1)
    told = found["refs/tags/churn#prod#1"]
    assert (told["GTOD_NAME"], told["GTOD_REF"]) == ("refs/tags/churn", "refs/tags/churn#prod#1")


def test_a_remote_without_its_default_branch_does_not_end_the_job(upstream: RepositoryBuilder, temporary: Path) -> None:
    upstream.git("symbolic-ref", "HEAD", "refs/heads/missing")
    place = checkout_by_gitlab(upstream.path, temporary.parent / "checkout", "churn@v1.0.0")
    told = run_job("churn@v1.0.0", place, temporary)
    assert (told["GTOD_VERSION"], told["GTOD_VERDICT"]) == ("v1.0.0", "unknown")


@pytest.mark.parametrize("variables", [{"CI_COMMIT_REF_NAME": "main"}, {"CI_COMMIT_REF_NAME": "churn@v1.0.0"}])
def test_a_branch_is_no_event(variables: dict[str, str], upstream: RepositoryBuilder, temporary: Path) -> None:
    done = run_script(["gtod ci-event --gitlab"], upstream.path, temporary, **variables)
    assert done.returncode == 0, done.stderr
    assert set(variables_of(done.stdout.encode()).values()) == {""}
