"""A repository that is watched is not compared before each answer, and is never answered from the past for that."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.following.inotify_watcher import InotifyWatching
from gto_daemon.daemon.following.places import places_of
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watcher import Watching
from gto_daemon.daemon.following.watchfiles_watcher import WatchfilesWatching
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from tests.builders import RepositoryBuilder
from tests.waiting import soon

Make = Callable[..., RepositoryBuilder]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub that watches, whose repositories count as asked often at once."""
    made = Hub(watching=InotifyWatching(lambda _: True), following=FollowerTimings(often=1))
    yield made
    await made.close()


async def _watched(hub: Hub, path: Path) -> Worktree:
    """Ask about a repository until its watch is known to see everything, as somebody would who asks often."""
    async with asyncio.timeout(30):
        while True:
            worktree = await hub.open(str(path))
            await worktree.fresh()
            if hub.known(str(path)) is worktree and worktree.is_unchanged() and worktree.current(-1) is not None:
                return worktree
            await asyncio.sleep(0.01)


def _tag(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "churn@v3.0.0")


def _tag_in_a_new_folder(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "new/folder=model@v1.0.0")


def _delete(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-d", "churn@v1.1.0")


def _in_place(repo: RepositoryBuilder) -> None:
    oid = repo.tag_object("churn@v1.0.0", repo.git("rev-parse", "HEAD"), message="in place")
    with (repo.git_dir / "refs/tags/churn@v1.0.0").open("r+") as file:
        file.write(f"{oid}\n")


def _commit(repo: RepositoryBuilder) -> None:
    repo.git("commit", "--quiet", "--allow-empty", "-m", "next")


def _switch(repo: RepositoryBuilder) -> None:
    repo.git("switch", "--quiet", "--force", "-c", "other")


def _configure_gto(repo: RepositoryBuilder) -> None:
    repo.write(".gto", "stages: [dev]\n")


def _configure_git(repo: RepositoryBuilder) -> None:
    repo.git("config", "core.abbrev", "9")


def _move_away(repo: RepositoryBuilder) -> None:
    repo.path.rename(repo.path.with_name("elsewhere"))


def _move_parent(repo: RepositoryBuilder) -> None:
    repo.path.parent.rename(repo.path.parent.with_name("elsewhere"))


def _replace(repo: RepositoryBuilder) -> None:
    _move_away(repo)
    subprocess.run(["git", "init", "--quiet", str(repo.path)], check=True)


def _replace_git_directory(repo: RepositoryBuilder) -> None:
    shutil.rmtree(repo.git_dir)
    repo.git("init", "--quiet")


def _delete_all(repo: RepositoryBuilder) -> None:
    shutil.rmtree(repo.path)


@pytest.mark.parametrize(
    "act",
    [
        _tag, _tag_in_a_new_folder, _delete, _in_place, _commit, _switch, _configure_gto, _configure_git,
        _move_away, _move_parent, _replace, _replace_git_directory, _delete_all, RepositoryBuilder.pack,
    ],
    ids=lambda act: act.__name__.strip("_"),
)  # fmt: skip
async def test_no_answer_is_from_before_what_just_happened(
    hub: Hub, make_repository: Make, tmp_path: Path, act: Callable[[RepositoryBuilder], None]
) -> None:
    (tmp_path / "parent").mkdir()
    repo = make_repository("parent/repo")
    repo.commit({"artifacts.yaml": "churn:\n  type: model\n"})
    repo.checkout()
    repo.tag("churn@v1.0.0")
    repo.tag("churn@v1.1.0")
    await _watched(hub, repo.path)
    # Nothing is awaited from here on: the events wait in the kernel.
    act(repo)
    asked = hub.known(str(repo.path))
    assert asked is None or asked.current(-2) is None


async def test_what_does_not_matter_is_not_noticed(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = await _watched(hub, registry.path)
    (registry.git_dir / "FETCH_HEAD").write_text("")
    (registry.path / "train.log").write_text("epoch 1\n")
    # Both are read by the event loop, and nothing comes of them.
    await soon(worktree.is_unchanged)
    assert hub.known(str(registry.path)) is worktree


async def test_a_link_that_is_turned_leads_elsewhere(hub: Hub, make_repository: Make, tmp_path: Path) -> None:
    one, other = make_repository("one"), make_repository("other")
    for repo in (one, other):
        repo.commit()
    link = tmp_path / "link"
    link.symlink_to(one.path)
    worktree = await _watched(hub, one.path)
    assert await _watched(hub, link) is worktree
    link.unlink()
    link.symlink_to(other.path)
    assert hub.known(str(link)) is None
    assert await hub.open(str(link)) is not worktree


async def test_a_link_follows_a_checkout_that_was_moved_and_replaced(
    hub: Hub, make_repository: Make, tmp_path: Path
) -> None:
    repo = make_repository("repo")
    repo.commit()
    link = tmp_path / "link"
    link.symlink_to(repo.path)
    worktree = await _watched(hub, repo.path)
    assert await _watched(hub, link) is worktree
    _replace(repo)
    link.unlink()
    link.symlink_to(tmp_path / "elsewhere")
    replaced = await _watched(hub, repo.path)
    assert replaced is not worktree
    moved = await hub.open(str(link))
    assert moved.repo == str(tmp_path / "elsewhere")
    assert hub.known(str(link)) in {None, moved}


def _many_tags(repo: RepositoryBuilder, count: int) -> None:
    oid = repo.git("rev-parse", "refs/tags/churn@v1.0.0")
    lines = "".join(f"create refs/tags/many@v{number}.0.0 {oid}\n" for number in range(1, count + 1))
    subprocess.run(["git", "update-ref", "--stdin"], cwd=repo.path, input=lines, text=True, check=True)


async def test_a_thousand_loose_tags_are_not_compared_one_by_one(hub: Hub, registry: RepositoryBuilder) -> None:
    _many_tags(registry, 1_000)
    worktree = await _watched(hub, registry.path)
    assert worktree.current(-3) is not None
    registry.git("tag", "-d", "many@v77.0.0")
    assert worktree.current(-4) is None


async def test_a_repository_that_is_asked_often_is_watched_for_as_long(registry: RepositoryBuilder) -> None:
    hub = Hub(watching=InotifyWatching(lambda _: True), following=FollowerTimings(often=25, max_unasked=0.0))
    path = str(registry.path)
    worktree = await hub.open(path)
    # Files may be too young to be believed.
    await soon(lambda: hub.known(path) is worktree or hub.worktree(path) is not worktree)
    assert hub.status(worktree)["watcher"]["mode"] == "on demand"
    await soon(lambda: hub.known(path) is worktree and hub.status(worktree)["watcher"]["mode"] == "events")
    hub.sweep(600.0)
    assert hub.status(worktree)["watcher"]["mode"] == "on demand"
    assert not worktree.is_unchanged()
    await hub.close()


@pytest.mark.parametrize(
    "watching", [lambda: InotifyWatching(lambda _: False), WatchfilesWatching], ids=["a network", "watchfiles"]
)
async def test_who_may_not_see_everything_is_never_believed(
    make_repository: Make, watching: Callable[[], Watching]
) -> None:
    hub = Hub(watching=watching())
    repo = make_repository("repo")
    repo.commit()
    worktree = await hub.open(str(repo.path))
    heard: list[object] = []
    worktree.listen(heard.append)
    await worktree.fresh()
    repo.tag("churn@v1.0.0")
    await soon(lambda: bool(heard))
    assert not worktree.is_unchanged()
    await hub.close()


async def test_files_that_a_question_had_read_count_before_they_are_watched(hub: Hub, make_repository: Make) -> None:
    repo = make_repository("repo")
    repo.commit({"deep/down/dvc.yaml": "artifacts:\n  one:\n    path: a\n"})
    repo.checkout()
    worktree = await _watched(hub, repo.path)
    worktree.follow_files()
    # Only the question has read them; whoever watches has not looked since.
    worktree.fresh_blocking()
    repo.write("deep/down/dvc.yaml", "artifacts:\n  one:\n    path: b\n")
    assert worktree.current(-5) is None
    await soon(worktree.is_unchanged)
    repo.write("deep/down/dvc.yaml", "artifacts:\n  one:\n    path: c\n")
    assert not worktree.is_unchanged()


@pytest.mark.parametrize("bare", [False, True], ids=["checkout", "bare"])
async def test_all_that_is_compared_is_watched(hub: Hub, make_repository: Make, *, bare: bool) -> None:
    repo = make_repository("repo", bare=bare)
    repo.commit({"artifacts.yaml": "churn:\n  type: model\n"})
    if not bare:
        repo.checkout()
    repo.tag("deep/folder=model@v1.0.0")
    worktree = await _watched(hub, repo.path)
    places = places_of(worktree)
    files, folders = _compared(worktree)
    assert places.cover(files)
    assert folders <= {folder for folder, names in places.folders.items() if names is None}


@pytest.mark.parametrize(
    "name",
    [".gto", "artifacts.yaml", "deep/dvc.yaml", ".git/packed-refs", ".git/config", ".git/refs/tags/churn@v1.0.0"],
)
def test_what_a_file_elsewhere_says_is_compared(make_repository: Make, tmp_path: Path, name: str) -> None:
    repo = make_repository("repo")
    head = repo.commit({"artifacts.yaml": "{}", ".gto": "stages: [dev]\n", "deep/dvc.yaml": "{}"})
    repo.checkout()
    repo.tag("segment@v1.0.0")
    repo.pack()
    repo.tag("churn@v1.0.0", head)
    place, target = repo.path / name, tmp_path / "elsewhere"
    worktree = Hub(watch=False).worktree(str(repo.path))
    worktree.follow_files()

    def is_covered() -> bool:
        while worktree.current(None) is None:
            worktree.fresh_blocking()
        return places_of(worktree).cover(worktree.compared_paths())

    assert is_covered()
    place.rename(target)
    place.symlink_to(target)
    assert not is_covered()
    place.unlink()
    place.write_bytes(target.read_bytes())
    assert is_covered()
    if "refs/" not in name:
        target.unlink()
        target.hardlink_to(place)
        assert not is_covered()


def _compared(worktree: Worktree) -> tuple[list[str], set[str]]:
    """The files, and the folders."""
    paths = [*worktree.compared_paths(), *worktree.repository.fingerprint().paths]
    folders = {path for path in paths if Path(path).is_dir()}
    return [path for path in paths if path not in folders], folders
