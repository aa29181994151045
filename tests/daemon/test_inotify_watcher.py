"""What wakes a watcher by inotify, what does not, and that it needs no heartbeat."""

import errno
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.daemon.following.inotify_watcher import InotifyWatching
from gto_daemon.daemon.following.places import Places
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.hub import Hub
from gto_daemon.platform.inotify import FolderEvent, Inotify
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import ChangeRecorder
from tests.waiting import soon

#: No heartbeat comes to help.
ALONE = pytest.mark.parametrize("following", [FollowerTimings(heartbeat=3600.0)])


class Listener:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def armed(self) -> None:
        self.told.append("armed")

    def hinted(self) -> None:
        self.told.append("hinted")

    def overflowed(self) -> None:
        self.told.append("overflowed")

    def failed(self, reason: str) -> None:
        self.told.append(reason)


def _nested(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "new/folder/deep=down@v1.0.0")


def _folder_moved(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "team/churn@v1.0.0")
    tags = repo.git_dir / "refs/tags"
    (tags / "team").rename(tags / "crew")


def _folder_made_again(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "team/churn@v1.0.0")
    repo.git("tag", "-d", "team/churn@v1.0.0")
    repo.git("tag", "-a", "-m", "again", "team/churn@v1.0.0")


def _refs_replaced(repo: RepositoryBuilder) -> None:
    refs = repo.git_dir / "refs"
    refs.rename(repo.git_dir / "refs.old")
    shutil.copytree(repo.git_dir / "refs.old", refs)
    repo.git("tag", "-a", "-m", "m", "churn@v4.0.0")


def _branch(repo: RepositoryBuilder) -> None:
    repo.git("switch", "--quiet", "--force", "-c", "team/other")
    repo.commit({"artifacts.yaml": "noted:\n  type: model\n"}, branch="team/other", parents=(repo.head,))


def _configuration(repo: RepositoryBuilder) -> None:
    repo.write(".gto", "stages: [x]\n")


@ALONE
@pytest.mark.parametrize(
    "act",
    [_nested, _folder_moved, _folder_made_again, _refs_replaced, _branch, _configuration, RepositoryBuilder.pack],
    ids=lambda act: act.__name__.strip("_"),
)
async def test_events_alone_tell_of_it(
    live_hub: Hub, registry: RepositoryBuilder, act: Callable[[RepositoryBuilder], None]
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await recorder.settled()
    for _ in range(2):
        # What it did is watched too, and so is what comes after.
        act(registry)
        expected = set(registry.git("tag", "--list").split())
        await soon(lambda: {row[-1] for row in recorder.rows} == expected)  # noqa: B023
        act = _nested_again
    await recorder.ends(registry)


@ALONE
async def test_a_link_to_a_folder_of_refs_is_followed_where_it_leads(
    live_hub: Hub, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    link, turned = registry.git_dir / "refs/tags/team", registry.git_dir / "refs/turned"
    link.symlink_to(tmp_path / "one")
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    registry.git("tag", "-a", "-m", "m", "team/one@v1.0.0")
    await recorder.until_row("team/one@v1.0.0")
    turned.symlink_to(tmp_path / "other")
    turned.rename(link)
    await soon(lambda: "team/one@v1.0.0" not in {row[-1] for row in recorder.rows})
    registry.git("tag", "-a", "-m", "m", "team/other@v1.0.0")
    await recorder.until_row("team/other@v1.0.0")
    await recorder.ends(registry)


@ALONE
async def test_a_folder_above_annotations_that_moves_takes_them_along(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    registry.commit({"far/deep/down/dvc.yaml": "artifacts:\n  one:\n    path: a\n"})
    registry.checkout()
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    await recorder.settled()
    await soon(lambda: "far/deep/down/dvc.yaml" in recorder.worktree.disk())
    for folder, other in (("deep", "away"), ("away", "deep")):
        (registry.path / "far" / folder).rename(registry.path / "far" / other)
        await soon(lambda: ("far/deep/down/dvc.yaml" in recorder.worktree.disk()) == (other == "deep"))  # noqa: B023
    registry.write("far/deep/down/dvc.yaml", "artifacts:\n  two:\n    path: a\n")
    await soon(lambda: "far/deep/down:two" in recorder.artifacts)
    await recorder.ends(registry)


async def test_what_is_below_a_link_is_not_all_seen(tmp_path: Path) -> None:
    watching = InotifyWatching(lambda _: True)
    watcher = watching.watcher(Listener())
    refs, elsewhere = tmp_path / "refs", tmp_path / "elsewhere"
    refs.mkdir()
    (elsewhere / "deep").mkdir(parents=True)
    places = Places(str(refs), {str(refs): None})
    await watcher.follow(places)
    assert watcher.sees_all(places)
    (refs / "link").symlink_to(elsewhere)
    linked = Places(str(refs), {str(refs): None, str(refs / "link"): None, str(refs / "link/deep"): None})
    await watcher.follow(linked)
    assert not watcher.sees_all(linked)
    await watcher.follow(places)
    assert watcher.sees_all(places)
    watching.close()


def _nested_again(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "new/folder/deep=down/under@v1.0.0")
    repo.git("tag", "-a", "-m", "m", "crew/churn@v2.0.0")


@ALONE
async def test_two_checkouts_of_one_repository_share_its_watches(live_hub: Hub, registry: RepositoryBuilder) -> None:
    linked = registry.path.with_name("linked")
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    one = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    other = await ChangeRecorder.of(live_hub.worktree(str(linked)))
    await one.settled()
    await other.settled()
    registry.git("tag", "-a", "-m", "m", "churn@v2.0.0")
    await one.until_row("churn@v2.0.0")
    await other.until_row("churn@v2.0.0")
    other.undo()
    registry.git("tag", "-a", "-m", "m", "churn@v3.0.0")
    await one.until_row("churn@v3.0.0")
    await one.ends(registry)


async def test_a_name_that_does_not_count_is_no_hint(tmp_path: Path) -> None:
    listener, watching = Listener(), InotifyWatching()
    watcher = watching.watcher(listener)
    refs, root = tmp_path / "refs", tmp_path / "root"
    refs.mkdir()
    root.mkdir()
    await watcher.follow(Places(str(refs), {str(refs): None, str(root): frozenset({b".gto"})}))
    assert listener.told == ["armed"]
    log = (root / "train.log").open("w")
    for name in ("index", "index.lock", "other"):
        (root / name).write_text("x")
    (refs / "v1.lock").write_text("id")
    log.write("epoch 1\n")
    log.flush()
    (refs / "v1.lock").rename(refs / "v1")
    await soon(lambda: "hinted" in listener.told)
    assert listener.told == ["armed", "hinted"]
    (root / ".gto").write_text("stages: [x]\n")
    await soon(lambda: len(listener.told) > 2)
    watcher.stop()
    (root / ".gto").unlink()
    log.close()
    watching.close()
    assert set(listener.told) == {"armed", "hinted"}


async def test_a_folder_under_two_paths_is_watched_until_both_are_let_go(tmp_path: Path) -> None:
    listener, watching = Listener(), InotifyWatching()
    watcher = watching.watcher(listener)
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    await watcher.follow(Places(str(folder), {str(folder): None, str(link): None}))
    await watcher.follow(Places(str(folder), {str(folder): None}))
    listener.told.clear()
    (folder / "v1").write_text("id")
    await soon(lambda: listener.told)
    assert set(listener.told) == {"hinted"}
    watching.close()


@pytest.mark.parametrize("following", [FollowerTimings(deep=0.5)])
@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("add", errno.ENOSPC, "the limit of inotify's watches is reached"),
        ("__init__", errno.EMFILE, "the limit of inotify's instances"),
        ("add", errno.ENOMEM, os.strerror(errno.ENOMEM)),
    ],
)
async def test_a_refusal_is_said_and_once_there_is_room_it_watches_again(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch, name: str, number: int, said: str
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    worktree = live_hub.worktree(str(registry.path))
    with monkeypatch.context() as patched:
        patched.setattr(Inotify, name, refuse)
        recorder = await ChangeRecorder.of(worktree)
        await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "polling")
        watcher = live_hub.status(worktree)["watcher"]
        assert watcher["source"] is None
        assert said in watcher["message"]
        assert "fs.inotify.max_user_watches" in watcher["message"]
        registry.tag("churn@v2.0.0")
        await recorder.until_row("churn@v2.0.0")
    await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "events")
    await recorder.ends(registry)


@ALONE
async def test_after_an_overflow_every_ref_is_read_again(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    await recorder.settled()
    read = Inotify.read

    def overflowed(self: Inotify) -> list[FolderEvent]:
        read(self)
        return [FolderEvent(-1, 0x4000, b"")]

    monkeypatch.setattr(Inotify, "read", overflowed)
    before = recorder.worktree.status()["counters"]["ref_files"]
    # The first may be found by the look that follows on arming the watch.
    for number in count(2):
        registry.tag(f"churn@v{number}.0.0")
        await recorder.until_row(f"churn@v{number}.0.0")
        if recorder.worktree.status()["counters"]["ref_files"] > before + number:
            break
    await recorder.ends(registry)
