"""What is sent as `repo`: `-r`, Git's variables, or the current directory, always absolute."""

from pathlib import Path

import pytest

from gto_daemon.cli.repository_path import NoSuchPathError, repository_path
from gto_daemon.client.paths import remote_url


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "model.pkl").write_text("1")
    monkeypatch.chdir(tmp_path)


def test_it_is_the_current_directory(tmp_path: Path) -> None:
    assert repository_path(None, {}) == str(tmp_path)


@pytest.mark.parametrize(
    ("option", "expected"),
    [(".", ""), ("sub", "sub"), ("sub/model.pkl", "sub/model.pkl"), ("sub/..", ""), ("./sub/", "sub")],
)
def test_a_relative_path_is_resolved_here(option: str, expected: str, tmp_path: Path) -> None:
    assert repository_path(option, {}) == str(tmp_path / expected)


def test_the_home_directory_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert repository_path("~/sub", {}) == str(tmp_path / "sub")


def test_git_dir_counts_where_no_option_is_given(tmp_path: Path) -> None:
    assert repository_path(None, {"GIT_DIR": "sub"}) == str(tmp_path / "sub")
    assert repository_path(".", {"GIT_DIR": "sub"}) == str(tmp_path)


def test_git_work_tree_counts_where_it_is_a_checkout(tmp_path: Path) -> None:
    variables = {"GIT_DIR": "elsewhere.git", "GIT_WORK_TREE": "sub"}
    assert repository_path(None, variables) == str(tmp_path / "elsewhere.git")
    (tmp_path / "sub" / ".git").mkdir()
    assert repository_path(None, variables) == str(tmp_path / "sub")
    assert repository_path(None, {"GIT_WORK_TREE": "sub"}) == str(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/iterative/example-gto",
        "ssh://git@example.com/x.git",
        "file:///srv/x.git",
        "git@github.com:iterative/example-gto.git",
        "github.com:iterative/example-gto",
        "alias:x.git",
        "ext::sh -c id",
    ],
)
def test_what_git_takes_for_a_url_is_one(url: str) -> None:
    assert remote_url(url) == url
    with pytest.raises(NoSuchPathError, match="works on a repository here") as refused:
        repository_path(url, {})
    assert "git clone" in refused.value.hint
    assert "@" not in refused.value.message


@pytest.mark.parametrize("option", [None, "nowhere", "no/where:x", "./a:b", "--upload-pack=x:y", ":x", "x:"])
def test_anything_else_is_a_path(option: str | None) -> None:
    assert remote_url(option) is None


def test_a_directory_with_a_colon_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "example.com:x").mkdir()
    assert remote_url("example.com:x") is None
    assert repository_path("example.com:x", {}) == str(tmp_path / "example.com:x")


def test_a_path_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchPathError, match="'nowhere' does not exist"):
        repository_path("nowhere", {})
