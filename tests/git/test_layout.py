"""A path leads to the checkout it is in, however that checkout is laid out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.git.layout import Layout, find_layout
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder

Make = Callable[..., RepositoryBuilder]


def _kind(path: str) -> str:
    with pytest.raises(RegistryError) as caught:
        find_layout(path)
    assert caught.value.hint
    return caught.value.kind


@pytest.fixture
def checked_out(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.commit({"a.txt": "a", "sub/dir/b.txt": "b"})
    repo.checkout()
    return repo


@pytest.mark.parametrize("inside", [".", "sub/dir", "sub/dir/b.txt", ".git", ".git/refs/tags", ".git/HEAD"])
def test_anything_inside_a_worktree_leads_to_it(checked_out: RepositoryBuilder, inside: str) -> None:
    found = find_layout(str(checked_out.path / inside))
    assert found == Layout(checked_out.git_dir, checked_out.git_dir, checked_out.path)
    assert found.repo == str(checked_out.path)
    assert found.config_root == checked_out.path


def test_a_linked_worktree_has_its_own_git_directory_and_shares_the_rest(checked_out: RepositoryBuilder) -> None:
    linked = checked_out.path.with_name("linked")
    checked_out.git("worktree", "add", "--quiet", str(linked))
    found = find_layout(str(linked / "sub"))
    assert found == Layout(checked_out.git_dir, checked_out.git_dir / "worktrees/linked", linked)
    assert find_layout(str(checked_out.git_dir / "worktrees/linked")) == found


def test_a_submodule_is_a_repository_of_its_own(make_repository: Make, tmp_path: Path) -> None:
    inner, outer = make_repository("inner"), make_repository("outer")
    inner.commit({"a": "1"})
    outer.commit({"b": "1"})
    outer.checkout()
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "mods/inner")
    git_dir = outer.git_dir / "modules/mods/inner"
    found = find_layout(str(outer.path / "mods/inner"))
    assert found == Layout(git_dir, git_dir, outer.path / "mods/inner")
    assert find_layout(str(git_dir)) == found
    assert find_layout(str(outer.path)).common == outer.git_dir


def test_a_separate_git_directory_is_found_by_its_file(checked_out: RepositoryBuilder, tmp_path: Path) -> None:
    checked_out.git("init", "--quiet", "--separate-git-dir", str(tmp_path / "elsewhere.git"))
    found = find_layout(str(checked_out.path / "sub"))
    assert found == Layout(tmp_path / "elsewhere.git", tmp_path / "elsewhere.git", checked_out.path)


def test_a_git_file_may_be_relative(checked_out: RepositoryBuilder) -> None:
    checked_out.git_dir.rename(checked_out.path.parent / "moved.git")
    (checked_out.path / ".git").write_text("gitdir: ../moved.git\n")
    assert find_layout(str(checked_out.path)).git_dir == checked_out.path.parent / "moved.git"


def test_a_bare_repository_stands_for_itself(make_repository: Make) -> None:
    bare = make_repository("bare.git", bare=True)
    found = find_layout(str(bare.path / "refs"))
    assert found == Layout(bare.path, bare.path, None)
    assert found.repo == str(bare.path)
    assert found.config_root == bare.path


def test_links_on_the_way_are_followed(checked_out: RepositoryBuilder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(checked_out.path / "sub")
    assert find_layout(str(tmp_path / "link" / "dir")).repo == str(checked_out.path)


def test_an_empty_git_directory_above_hides_nothing(checked_out: RepositoryBuilder) -> None:
    (checked_out.path / "sub/.git").mkdir()
    assert find_layout(str(checked_out.path / "sub/dir")).repo == str(checked_out.path)


def test_the_innermost_of_nested_repositories_counts(checked_out: RepositoryBuilder, make_repository: Make) -> None:
    nested = make_repository("repo/sub/nested")
    assert find_layout(str(nested.path)).repo == str(nested.path)


def test_a_repository_before_its_first_commit_is_one(repo: RepositoryBuilder) -> None:
    assert find_layout(str(repo.path)).repo == str(repo.path)


def test_a_head_that_is_a_link_is_a_head(repo: RepositoryBuilder) -> None:
    (repo.git_dir / "HEAD").unlink()
    (repo.git_dir / "HEAD").symlink_to("refs/heads/main")
    assert find_layout(str(repo.path)).repo == str(repo.path)


def test_a_relative_path_is_refused(repo: RepositoryBuilder) -> None:
    assert _kind(os.path.relpath(repo.path)) == "RelativePath"
    assert _kind("") == "RelativePath"


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    assert _kind(str(tmp_path)) == "NotARepository"


def test_a_path_that_does_not_exist_is_refused(repo: RepositoryBuilder) -> None:
    assert _kind(str(repo.path / "missing")) == "NotARepository"


@pytest.mark.parametrize("content", ["nonsense", "gitdir: /nowhere/at/all", ""])
def test_a_git_file_that_leads_nowhere_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content)
    assert _kind(str(tmp_path)) == "NotARepository"


@pytest.mark.parametrize("path", ["/with\0null", "/" + "x" * 300])
def test_a_path_that_no_file_system_takes_is_refused(path: str) -> None:
    assert _kind(path) == "UnreadableRepository"


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert _kind(str(tmp_path / "a")) == "UnreadableRepository"
