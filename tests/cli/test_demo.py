"""`gtod demo`: one registry, the same everywhere, in which everything can be tried."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Gtod


def git(place: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout


def test_it_is_the_same_everywhere_and_nothing_is_odd_about_it(gtod: Gtod, tmp_path: Path) -> None:
    made = gtod("demo", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    another = tmp_path / "there" / "it is"
    assert gtod("demo", str(another), cwd=tmp_path).returncode == 0
    one, other = (git(place, "for-each-ref") for place in (tmp_path / "gtod-demo", another))
    assert one == other
    assert len(one.splitlines()) == 10
    assert git(another, "status", "--porcelain") == ""
    git(another, "fsck", "--strict")
    checked = gtod("doctor", cwd=another)
    assert (checked.returncode, "No issues found" in checked.stdout) == (0, True)


def test_what_it_says_can_be_typed_and_who_has_no_name_in_git_can_act(
    gtod: Gtod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    said = gtod("demo", "a place", cwd=tmp_path).stdout
    assert said == "Made a registry of 3 artifacts in 'a place'. Look at it: `gtod show -r 'a place'`\n"
    assert "churn" in gtod("show", cwd=tmp_path / "a place").stdout
    registered = gtod("register", "churn", cwd=tmp_path / "a place")
    assert "churn@v3.1.1" in registered.stdout, registered.stderr


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_nothing_that_is_there_is_touched(gtod: Gtod, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "there"
    if kind == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine").write_text("mine")
    refused = gtod("demo", "there", cwd=tmp_path)
    assert refused.returncode == 1
    assert "'there' already exists" in refused.stderr
    assert not (place / ".git").exists()
