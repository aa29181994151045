"""A path leads where it leads now, whatever it led to when it was asked about before."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.git.layout import find_layout
from gto_daemon.git.resolved_path import ResolvedPath
from tests.builders import RepositoryBuilder
from tests.waiting import eventually

Make = Callable[..., RepositoryBuilder]
#: Make what is asked about, and answer the path and what is done to it then.
Way = Callable[[Path, Make], tuple[Path, Callable[[], object]]]


def _turn(link: Path, target: Path | str) -> None:
    """`ln -sfn`."""
    fresh = link.with_name("link.new")
    fresh.symlink_to(target)
    fresh.rename(link)


def link_turned(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    one, other = make("one").path, make("other").path
    link = place / "link"
    link.symlink_to(one)
    return link, lambda: _turn(link, other)


def link_made_anew(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    one, other = make("one").path, make("other").path
    link = place / "link"
    link.symlink_to(one)
    return link, lambda: (link.unlink(), link.symlink_to(other))


def link_within_a_path_turned(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("a/repo")
    make("b/repo")
    (place / "first").symlink_to("second")
    (place / "second").symlink_to("a/../a")
    return place / "first/repo", lambda: _turn(place / "second", "b")


def folder_replaced_by_a_link(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("a/repo")
    make("b/repo")
    return place / "a/repo", lambda: (shutil.rmtree(place / "a"), (place / "a").symlink_to("b"))


def moved_with_a_link_left_behind(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("a/repo")
    return place / "a/repo", lambda: ((place / "a").rename(place / "b"), (place / "a").symlink_to("b"))


def repository_made_inside(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    inner = make("outer").path / "inner/deep"
    inner.mkdir(parents=True)
    return inner, lambda: _git(inner.parent, "init", "--quiet")


def repository_made_inside_step_by_step(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    inner = make("outer").path / "inner"
    (inner / ".git").mkdir(parents=True)
    return inner, lambda: _git(inner, "init", "--quiet")


def bare_repository_made_inside(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    inner = make("outer").path / "inner"
    inner.mkdir()
    return inner, lambda: _git(inner, "init", "--quiet", "--bare")


def repository_inside_removed(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("outer")
    inner = make("outer/inner").path
    return inner, lambda: shutil.rmtree(inner / ".git")


def worktree_linked_elsewhere(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    one, other = make("one"), make("other")
    for repo, name in ((one, "linked"), (other, "elsewhere")):
        repo.commit()
        repo.git("worktree", "add", "--quiet", "--detach", str(place / name))
    dot_git = place / "linked/.git"
    return place / "linked", lambda: dot_git.write_text((place / "elsewhere/.git").read_text())


def git_file_through_a_link(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("a/store")
    make("b/store")
    (place / "link").symlink_to("a")
    (place / "work").mkdir()
    (place / "work/.git").write_text("gitdir: ../link/store/.git\n")
    return place / "work", lambda: _turn(place / "link", "b")


def git_link_turned(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    make("a")
    make("b")
    (place / "work").mkdir()
    (place / "work/.git").symlink_to("../a/.git")
    return place / "work", lambda: _turn(place / "work/.git", "../b/.git")


def git_folder_replaced_by_a_file(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    one, other = make("one").path, make("other").path
    dot_git = one / ".git"
    return one, lambda: (dot_git.rename(place / "away"), dot_git.write_text(f"gitdir: {other}/.git\n"))


def common_directory_rewritten(place: Path, make: Make) -> tuple[Path, Callable[[], object]]:
    one, other = make("one"), make("other")
    one.commit()
    other.commit()
    one.git("worktree", "add", "--quiet", "--detach", str(place / "linked"))
    commondir = one.git_dir / "worktrees/linked/commondir"
    return place / "linked", lambda: commondir.write_text(f"{other.git_dir}\n")


WAYS = [
    link_turned,
    link_made_anew,
    link_within_a_path_turned,
    folder_replaced_by_a_link,
    moved_with_a_link_left_behind,
    repository_made_inside,
    repository_made_inside_step_by_step,
    bare_repository_made_inside,
    repository_inside_removed,
    worktree_linked_elsewhere,
    git_file_through_a_link,
    git_link_turned,
    git_folder_replaced_by_a_file,
    common_directory_rewritten,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_is_seen_at_once_that_a_path_leads_elsewhere(way: Way, tmp_path: Path, make_repository: Make) -> None:
    path, change = way(tmp_path.resolve(), make_repository)
    before = ResolvedPath(str(path))
    assert _as_git_says(path) == (before.layout.common, before.layout.worktree)
    if "step_by_step" not in way.__name__:
        before = eventually(lambda: _held(str(path)))
    change()
    assert not before.holds()
    after = ResolvedPath(str(path))
    assert after.layout != before.layout
    assert _as_git_says(path) == (after.layout.common, after.layout.worktree)


def test_a_git_directory_that_is_about_other_files_is_seen(tmp_path: Path, make_repository: Make) -> None:
    store = make_repository("store")
    (tmp_path / "moved").mkdir()
    bare = store.git_dir.rename(tmp_path / "store.git")
    before = eventually(lambda: _held(str(bare)))
    _git(bare, "config", "core.worktree", str(tmp_path / "moved"))
    assert not before.holds()
    assert find_layout(str(bare)).worktree == tmp_path / "moved"


@pytest.mark.parametrize("inside", ["", "a/b", ".git", ".git/refs", "model.pkl"])
def test_what_git_does_in_a_repository_leaves_its_paths_as_they_were(repo: RepositoryBuilder, inside: str) -> None:
    (repo.path / "a/b").mkdir(parents=True)
    repo.write("model.pkl", "1")
    resolved = eventually(lambda: _held(str(repo.path / inside)))
    repo.commit()
    repo.tag("churn@v1.0.0")
    repo.git("pack-refs", "--all")
    repo.git("gc", "--quiet")
    assert resolved.holds()


def test_a_link_that_was_turned_just_now_is_not_trusted(tmp_path: Path, make_repository: Make) -> None:
    one, link = make_repository("one").path, tmp_path / "link"
    link.symlink_to(one)

    def is_young() -> bool:
        # What comes in its place within the same tick of the clock may have its inode and its time.
        _turn(link, one)
        return not ResolvedPath(str(link)).holds()

    assert eventually(is_young)


def _held(path: str) -> ResolvedPath | None:
    resolved = ResolvedPath(path)
    return resolved if resolved.holds() else None


def _as_git_says(path: Path) -> tuple[Path, Path | None]:
    common = (path / _git(path, "rev-parse", "--git-common-dir")).resolve()
    if _git(path, "rev-parse", "--is-inside-work-tree") != "true":
        return common, None
    return common, Path(_git(path, "rev-parse", "--show-toplevel"))


def _git(place: Path, *arguments: str) -> str:
    command = ["git", "-C", str(place), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
