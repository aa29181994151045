"""What the command line prints about a push."""

import json
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod
from tests.remotes import hook, remote_of

SPEAKS = "printf 'Pipeline 1 started\\033[31m\\n'"
SAID = "remote: Pipeline 1 started\\x1b[31m\n"


@pytest.fixture
def remote(repo: RepositoryBuilder, tmp_path: Path) -> Path:
    repo.commit({"a": "1"})
    place = remote_of(repo, tmp_path / "remote.git")
    repo.git("reset", "--quiet", "--hard")
    repo.git("fetch", "--quiet")
    repo.git("branch", "--quiet", "--set-upstream-to=origin/main")
    hook(place, "post-receive", SPEAKS)
    return place


@pytest.mark.parametrize(
    "lines",
    [
        ["register m --push"],
        ["register m", "push"],
        ["register m --push", "push --delete m@v0.0.1"],
        ["annotate m --path a --push"],
    ],
)
@pytest.mark.parametrize("daemon", [True, False])
def test_what_the_server_says_is_printed_as_git_does(
    lines: list[str], daemon: bool, gtod: Gtod, repo: RepositoryBuilder, remote: Path
) -> None:
    for line in lines:
        ended = gtod(*line.split(), cwd=repo.path, daemon=daemon)
        assert ended.returncode == 0, ended.stderr
    assert ended.stderr == SAID


def test_it_is_in_json_and_printed_once_where_the_push_is_refused(
    gtod: Gtod, repo: RepositoryBuilder, remote: Path
) -> None:
    made = gtod("register", "m", "--push", "--json", cwd=repo.path)
    assert json.loads(made.stdout)["push"]["remote_messages"] == ["Pipeline 1 started\x1b[31m"]
    hook(remote, "pre-receive", "echo 'not today'; exit 1")
    assert gtod("register", "other", "--push", cwd=repo.path).stderr.count("not today") == 1


def test_a_plan_names_the_version_that_goes_with_its_stage(gtod: Gtod, repo: RepositoryBuilder, remote: Path) -> None:
    repo.tag("m@v1.0.0")
    stage = ("assign", "m", "--version", "v1.0.0", "--stage", "prod", "--push")
    said = gtod(*stage, "--dry-run", cwd=repo.path).stdout
    assert "Would push git tag 'm@v1.0.0' as well if 'origin' lacks it\n" in said
    assert json.loads(gtod(*stage, "--dry-run", "--json", cwd=repo.path).stdout)["may_go_along"] == ["m@v1.0.0"]
    made = json.loads(gtod(*stage, "--json", cwd=repo.path).stdout)
    assert made["pushes"] == [{"create": ["m@v1.0.0", "m#prod#1"], "delete": []}]
