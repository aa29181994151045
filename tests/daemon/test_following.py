"""Whoever listens hears of every change once, after the index holds it, whatever made it and whatever watches."""

import asyncio
import itertools
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pygit2
import pytest

from gto_daemon.daemon.following import follower, watchfiles_watcher
from gto_daemon.daemon.following.inotify_watcher import InotifyWatcher, InotifyWatching
from gto_daemon.daemon.following.places import Places
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watcher import Watching
from gto_daemon.daemon.following.watchfiles_watcher import WatchfilesWatcher, WatchfilesWatching
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.journal import Change
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import ChangeRecorder
from tests.waiting import eventually, soon

Make = Callable[..., RepositoryBuilder]
BY_INOTIFY = pytest.mark.parametrize("watching", [InotifyWatching], indirect=True, ids=["inotify"])
BY_WATCHFILES = pytest.mark.parametrize("watching", [WatchfilesWatching], indirect=True, ids=["watchfiles"])


@pytest.fixture(params=[InotifyWatching, WatchfilesWatching], ids=["inotify", "watchfiles"])
def watching(request: pytest.FixtureRequest) -> Watching:
    """Each in turn."""
    made: Watching = request.param()
    return made


def _tag(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "churn@v3.0.0")


def _move(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-f", "-m", "moved", "churn@v1.0.0", "HEAD")


def _delete(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-d", "churn@v1.1.0")


def _delete_packed(repo: RepositoryBuilder) -> None:
    repo.pack()
    repo.git("tag", "-d", "churn@v1.1.0")


def _nested(repo: RepositoryBuilder) -> None:
    repo.git("tag", "-a", "-m", "m", "new/folder=model@v1.0.0")


def _transaction(repo: RepositoryBuilder) -> None:
    oids = [repo.tag_object(f"churn@v4.0.{number}", repo.git("rev-parse", "HEAD")) for number in range(20)]
    lines = [f"create refs/tags/churn@v4.0.{number} {oid}" for number, oid in enumerate(oids)]
    lines.append("delete refs/tags/segment@v0.1.0")
    subprocess.run(
        ["git", "update-ref", "--stdin"], cwd=repo.path, input="\n".join(lines) + "\n", text=True, check=True
    )


def _libgit2(repo: RepositoryBuilder) -> None:
    repository = pygit2.Repository(str(repo.git_dir))
    who = pygit2.Signature("Lib Git", "lib@example.com", 1_700_009_000, 0)
    repository.create_tag("churn@v5.0.0", repository.head.target, pygit2.enums.ObjectType.COMMIT, who, "m")
    repository.references.delete("refs/tags/segment@v0.1.0")


def _in_place(repo: RepositoryBuilder) -> None:
    oid = repo.tag_object("churn@v6.0.0", repo.git("rev-parse", "HEAD"))
    (repo.git_dir / "refs/tags/churn@v6.0.0").write_text(f"{oid}\n")


def _moved_in_place(repo: RepositoryBuilder) -> None:
    oid = repo.tag_object("churn@v1.0.0", repo.git("rev-parse", "HEAD"), message="in place")
    with (repo.git_dir / "refs/tags/churn@v1.0.0").open("r+") as file:
        file.write(f"{oid}\n")


def _and_back(repo: RepositoryBuilder) -> None:
    oid = repo.git("rev-parse", "refs/tags/churn@v1.1.0")
    repo.git("tag", "-d", "churn@v1.1.0")
    repo.git("update-ref", "refs/tags/churn@v1.1.0", oid)


@pytest.mark.parametrize(
    "act",
    [
        _tag,
        _move,
        _delete,
        _delete_packed,
        _nested,
        _transaction,
        _libgit2,
        _in_place,
        _moved_in_place,
        _and_back,
        RepositoryBuilder.pack,
    ],
    ids=lambda act: act.__name__.strip("_"),
)
async def test_what_is_done_to_tags_is_heard_once(
    live_hub: Hub, registry: RepositoryBuilder, act: Callable[[RepositoryBuilder], None]
) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    await asyncio.to_thread(act, registry)
    expected = _tags_by_git(registry)
    await soon(lambda: {row[-1] for row in recorder.rows} == expected)
    await recorder.ends(registry)


def _tags_by_git(repo: RepositoryBuilder) -> set[str]:
    return set(repo.git("tag", "--list").split())


async def test_a_moved_tag_is_heard_with_its_new_message(live_hub: Hub, registry: RepositoryBuilder) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    await asyncio.to_thread(_moved_in_place, registry)
    await recorder.until_row("churn@v1.0.0")
    assert any(event.message == "in place" for change in recorder.changes for event in change.added)
    await recorder.ends(registry)


async def test_fetched_and_pruned_tags_are_heard(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    clone = make_repository("clone")
    clone.commit()
    clone.git("remote", "add", "origin", str(registry.path))
    recorder = await ChangeRecorder.of(live_hub.worktree(str(clone.path)))
    fetch = ("fetch", "--quiet", "--prune", "origin", "+refs/tags/*:refs/tags/*")
    await asyncio.to_thread(clone.git, *fetch)
    await soon(lambda: len(recorder.rows) == 4)
    registry.git("tag", "-d", "segment@v0.1.0")
    await asyncio.to_thread(clone.git, *fetch)
    await soon(lambda: len(recorder.rows) == 3)
    await recorder.ends(clone)


async def test_five_thousand_tags_of_one_fetch_are_heard(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    _many_tags(registry, "bulk", 5000)
    clone = make_repository("clone")
    clone.commit()
    clone.git("remote", "add", "origin", str(registry.path))
    recorder = await ChangeRecorder.of(live_hub.worktree(str(clone.path)))
    await asyncio.to_thread(clone.git, "fetch", "--quiet", "--tags", "origin")
    await soon(lambda: len(recorder.rows) == 5004)
    await recorder.ends(clone)


def _many_tags(repo: RepositoryBuilder, name: str, count: int) -> None:
    head = repo.git("rev-parse", "HEAD")
    oids = [repo.tag_object(f"{name}@v0.0.{number}", head) for number in range(count)]
    lines = [f"create refs/tags/{name}@v0.0.{number} {oid}\n" for number, oid in enumerate(oids)]
    subprocess.run(["git", "update-ref", "--stdin"], cwd=repo.path, input="".join(lines), text=True, check=True)


def _commit_annotation(repo: RepositoryBuilder) -> None:
    repo.commit({"artifacts.yaml": "noted:\n  type: model\n"})


def _checkout(repo: RepositoryBuilder) -> None:
    repo.git("checkout", "--quiet", "--force", "--detach", "annotated")


def _switch(repo: RepositoryBuilder) -> None:
    repo.git("switch", "--quiet", "--force", "annotated")


def _edit_artifacts(repo: RepositoryBuilder) -> None:
    repo.write("artifacts.yaml", "noted:\n  type: model\n")


def _edit_by_rename(repo: RepositoryBuilder) -> None:
    repo.write("artifacts.yaml~", "noted:\n  type: model\n").rename(repo.path / "artifacts.yaml")


def _edit_dvc(repo: RepositoryBuilder) -> None:
    repo.write("dvc.yaml", "artifacts:\n  noted:\n    path: model.pkl\n")


@pytest.mark.parametrize(
    "act",
    [_commit_annotation, _checkout, _switch, _edit_artifacts, _edit_by_rename, _edit_dvc],
    ids=lambda act: act.__name__.strip("_"),
)
async def test_what_annotations_say_is_heard_by_the_artifacts_name(
    live_hub: Hub, registry: RepositoryBuilder, act: Callable[[RepositoryBuilder], None]
) -> None:
    registry.commit({"artifacts.yaml": "noted:\n  type: model\n"}, branch="annotated", parents=(registry.head,))
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    await asyncio.to_thread(act, registry)
    await soon(lambda: recorder.artifacts == {"noted"})
    await recorder.ends(registry)


async def test_an_edit_of_a_nested_dvc_yaml_names_only_what_was_edited(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    registry.commit({"deep/down/dvc.yaml": "artifacts:\n  one:\n    path: a\n  two:\n    path: b\n"})
    registry.checkout()
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    registry.write("deep/down/dvc.yaml", "artifacts:\n  one:\n    path: a\n  two:\n    path: c\n")
    await soon(lambda: recorder.artifacts == {"deep/down:two"})
    await recorder.ends(registry)


async def test_a_change_of_the_configuration_names_every_artifact(live_hub: Hub, registry: RepositoryBuilder) -> None:
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    registry.write(".gto", "stages: [dev]\n")
    await soon(lambda: recorder.artifacts == {"churn", "segment"})
    assert not any(change.added or change.removed for change in recorder.changes)
    await recorder.ends(registry)


async def test_a_quiet_move_of_another_branch_is_not_told(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    clock = worktree.status()["clock"]
    registry.commit({"a": "1"}, branch="side", parents=(registry.head,))
    await soon(lambda: worktree.status()["clock"] != clock)
    assert recorder.changes == []
    await recorder.ends(registry)


async def test_every_listener_hears_and_a_failing_one_spoils_no_other(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))

    def fail(_: object) -> None:
        raise ValueError("this listener fails on purpose")

    worktree.listen(fail)
    recorders = [await ChangeRecorder.of(worktree) for _ in range(3)]
    for recorder in recorders[:1]:
        await recorder.ends(registry)
    assert len({len(recorder.changes) for recorder in recorders}) == 1


async def test_a_listener_taken_away_by_another_one_hears_no_more(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    heard: list[str] = []
    first = worktree.listen(lambda _: undo_second())
    undo_second = worktree.listen(lambda _: heard.append("second"))
    recorder = await ChangeRecorder.of(worktree)
    await recorder.ends(registry)
    assert heard == []
    first()


async def test_the_last_listener_ends_the_following_and_the_next_begins_it(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    assert live_hub.status(worktree)["watcher"]["mode"] == "on demand"
    recorder = await ChangeRecorder.of(worktree)
    assert live_hub.status(worktree)["watcher"]["mode"] == "events"
    recorder.undo()
    recorder.undo()
    assert live_hub.status(worktree)["watcher"]["mode"] == "on demand"
    again = await ChangeRecorder.of(worktree)
    await again.ends(registry)
    assert recorder.changes == []


@BY_INOTIFY
async def test_a_name_that_is_not_utf_8_is_a_name_like_any_other(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    registry.lightweight(b"caf\xe9")
    registry.tag("churn@v2.0.0")
    await recorder.until_row("churn@v2.0.0")
    assert live_hub.status(worktree)["watcher"] == {
        "mode": "events",
        "source": "inotify",
        "health": "ok",
        "message": "",
    }
    await recorder.ends(registry)


@BY_WATCHFILES
async def test_a_name_that_is_not_utf_8_ends_the_watching_but_not_the_following(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    # Armed for sure, because an event came through.
    registry.tag("churn@v2.0.0")
    await recorder.until_row("churn@v2.0.0")
    await soon(lambda: _break_watch(registry, live_hub.status(worktree)["watcher"]["mode"]))
    status = live_hub.status(worktree)
    assert status["health"] == "warning"
    assert (status["watcher"]["mode"], status["watcher"]["source"]) == ("polling", None)
    assert "fs.inotify.max_user_watches" in status["watcher"]["message"]
    await recorder.ends(registry)


def _break_watch(repo: RepositoryBuilder, mode: str) -> bool:
    repo.lightweight(b"caf\xe9")
    return mode == "polling"


@BY_WATCHFILES
@pytest.mark.parametrize("following", [FollowerTimings(deep=0.5)])
async def test_watching_begins_again_once_what_broke_it_is_gone(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    registry.tag("churn@v2.0.0")
    await recorder.until_row("churn@v2.0.0")
    await soon(lambda: _break_watch(registry, live_hub.status(worktree)["watcher"]["mode"]))
    registry.delete_tag("caf\udce9")
    await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "events")
    await recorder.ends(registry)


@BY_WATCHFILES
async def test_a_watch_that_fails_after_it_was_replaced_does_not_stop_the_one_in_its_place(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail, watch = threading.Event(), watchfiles_watcher.watch
    calls: list[tuple[Path, ...]] = []

    def first_ones_fail(*paths: Path, **options: Any) -> Iterator[Any]:
        calls.append(paths)
        if len(calls) > 2:
            return watch(*paths, **options)
        assert fail.wait(60)
        raise KeyError("the folder is gone")

    monkeypatch.setattr(watchfiles_watcher, "watch", first_ones_fail)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: len(calls) == 2)
    threads = [thread for thread in threading.enumerate() if thread.name == "watch"]
    registry.commit({"sub/dvc.yaml": "artifacts:\n  inner:\n    path: a\n"})
    registry.checkout()
    await soon(lambda: len(calls) > 3)
    fail.set()
    await soon(lambda: sum(thread.is_alive() for thread in threads) == 0)
    await recorder.ends(registry)
    assert live_hub.status(worktree)["watcher"]["mode"] == "events"


# Every heartbeat is late.
@pytest.mark.parametrize("following", [FollowerTimings(heartbeat=0.01, max_lateness=-1.0)])
@pytest.mark.parametrize("working", [True, False])
async def test_all_refs_are_read_again_after_the_process_stood_still_and_not_after_it_was_at_work(
    live_hub: Hub,
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    working: bool,
) -> None:
    clock = itertools.count(0, 100 if working else 0)
    asked: list[int] = []

    def process_time() -> int:
        asked.append(next(clock))
        return asked[-1]

    monkeypatch.setattr(follower, "process_time", process_time)
    with caplog.at_level(logging.INFO):
        undo = live_hub.worktree(str(registry.path)).listen(lambda _: None)
        await soon(lambda: len(asked) > 6)
    undo()
    assert ("stood still" in caplog.text) is not working


@pytest.mark.parametrize("following", [FollowerTimings(heartbeat=3600.0)])
async def test_a_change_before_the_watch_is_armed_is_told_once_it_is(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm, armed_by = threading.Event(), asyncio.Event()
    watch, follow = watchfiles_watcher.watch, InotifyWatcher.follow

    def armed_late(*paths: Path, **options: Any) -> Iterator[Any]:
        assert arm.wait(60)
        return watch(*paths, **options)

    async def follow_late(self: InotifyWatcher, places: Places) -> None:
        await armed_by.wait()
        await follow(self, places)

    monkeypatch.setattr(watchfiles_watcher, "watch", armed_late)
    monkeypatch.setattr(InotifyWatcher, "follow", follow_late)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    # What was written a moment ago is looked at again, and nothing does that here but who asks.
    await recorder.settled()
    registry.tag("churn@v2.0.0")
    arm.set()
    armed_by.set()
    await recorder.until_row("churn@v2.0.0")
    await recorder.ends(registry)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event is lost, from the first moment on."""

    async def follow(_: object, __: Places) -> None:
        pass

    monkeypatch.setattr(InotifyWatcher, "follow", follow)
    monkeypatch.setattr(WatchfilesWatcher, "follow", follow)


#: For those who hear nothing.
SOON = pytest.mark.parametrize("following", [FollowerTimings(heartbeat=0.05)])


@SOON
@pytest.mark.usefixtures("deaf")
async def test_what_no_event_tells_is_found_by_the_heartbeat(live_hub: Hub, registry: RepositoryBuilder) -> None:
    registry.commit({"sub/dvc.yaml": "artifacts:\n  inner:\n    path: a\n"})
    registry.checkout()
    recorder = await ChangeRecorder.of(live_hub.worktree(str(registry.path)))
    for number in range(3):
        registry.tag(f"churn@v2.0.{number}")
        await recorder.until_row(f"churn@v2.0.{number}")
    registry.write("sub/dvc.yaml", "artifacts:\n  inner:\n    path: b\n")
    await soon(lambda: "sub:inner" in recorder.artifacts)
    registry.write(".gto", "stages: [x]\n")
    await soon(lambda: "segment" in recorder.artifacts)
    await recorder.ends(registry)


@SOON
@pytest.mark.usefixtures("deaf")
async def test_a_ref_written_in_place_unheard_is_found_by_the_heartbeat(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: worktree.current(None))
    _moved_in_place(registry)
    await recorder.until_row("churn@v1.0.0")
    await recorder.ends(registry)


async def test_a_repository_that_goes_away_is_said_and_followed_again_when_it_is_back(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    away = registry.path.with_name("away")
    registry.path.rename(away)
    await soon(lambda: live_hub.status(worktree)["health"] == "error")
    assert "moved, deleted or replaced" in live_hub.status(worktree)["watcher"]["message"]
    away.rename(registry.path)
    await soon(lambda: live_hub.status(worktree)["health"] == "ok")
    await recorder.ends(registry)


async def test_listeners_hear_what_a_replaced_repository_holds(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    other = make_repository("other")
    other.commit()
    other.tag("other@v1.0.0")
    heard = []
    worktree = live_hub.worktree(str(registry.path))
    undo = worktree.listen(heard.append)
    await worktree.fresh()
    registry.path.rename(registry.path.with_name("old"))
    other.path.rename(registry.path)
    await soon(lambda: any(event.ref == "other@v1.0.0" for change in heard for event in change.added))
    assert {event.artifact for change in heard for event in change.removed} == {"churn", "segment"}
    now = live_hub.worktree(str(registry.path))
    assert now is not worktree
    registry.git("tag", "-a", "-m", "m", "other@v2.0.0")
    await soon(lambda: any(event.ref == "other@v2.0.0" for change in heard for event in change.added))
    undo()
    assert not now.has_listeners
    assert live_hub.status(now)["watcher"]["mode"] == "on demand"


async def test_listeners_of_a_linked_worktree_hear_again_after_its_repository_was_replaced(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    linked = registry.path.with_name("linked")
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    worktree = live_hub.worktree(str(linked))
    heard: list[Change] = []
    undo = worktree.listen(heard.append)
    await worktree.fresh()
    registry.tag("churn@v2.0.0")
    await soon(lambda: any(event.ref == "churn@v2.0.0" for change in heard for event in change.added))
    other = make_repository("other")
    other.commit()
    shutil.rmtree(registry.path)
    other.path.rename(registry.path)
    # Somebody asks about the new one, so the old one is let go of under the listener.
    await live_hub.worktree(str(registry.path)).fresh()
    assert worktree.repository.is_closed
    worktree.distrust()
    await soon(lambda: live_hub.status(worktree)["health"] == "error")
    shutil.rmtree(linked)
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    registry.git("tag", "-a", "-m", "m", "heard@v1.0.0")
    await soon(lambda: any(event.ref == "heard@v1.0.0" for change in heard for event in change.added))
    undo()


@BY_WATCHFILES
async def test_a_watch_that_no_thread_can_be_started_for_is_said_and_the_following_goes_on(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    worktree = live_hub.worktree(str(registry.path))
    await worktree.fresh()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        undo = worktree.listen(lambda _: None)
        await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "polling")
    status = live_hub.status(worktree)
    assert status["health"] == "warning"
    assert "can't start new thread" in status["watcher"]["message"]
    recorder = await ChangeRecorder.of(worktree)
    await recorder.ends(registry)
    undo()


async def test_an_exception_while_following_is_said_and_the_following_goes_on(
    live_hub: Hub, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)

    def fail(_: object) -> None:
        raise MemoryError("on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(worktree.repository, "take_delta", fail)
        registry.tag("churn@v2.0.0")
        await soon(lambda: live_hub.status(worktree)["health"] == "error")
        assert "on purpose" in live_hub.status(worktree)["watcher"]["message"]
    await soon(lambda: live_hub.status(worktree)["health"] == "ok")
    await recorder.until_row("churn@v2.0.0")
    await recorder.ends(registry)


async def test_a_hub_that_is_closed_while_it_follows_leaves_no_watch_behind(
    registry: RepositoryBuilder, watching: Watching
) -> None:
    hub = Hub(watching=watching)
    await ChangeRecorder.of(hub.worktree(str(registry.path)))
    registry.tag("churn@v2.0.0")
    await hub.close()
    await soon(lambda: not _watches_of(registry.path))


def _watches_of(place: Path) -> list[str]:
    """The inotify watches that this process still has on a folder."""
    inode = f"ino:{(place / '.git').stat().st_ino:x} "
    found = []
    for entry in Path("/proc/self/fdinfo").iterdir():
        try:
            text = entry.read_text()
        except OSError:
            continue
        found += [line for line in text.splitlines() if line.startswith("inotify") and inode in line]
    return found


_CHILD = """
import asyncio, sys
from gto_daemon.daemon.hub import Hub

async def main() -> None:
    hub = Hub()
    worktree = hub.worktree(sys.argv[1])
    heard = {}
    def listener(change):
        for event in change.removed: heard[event.ref] = heard.get(event.ref, 0) - 1
        for event in change.added: heard[event.ref] = heard.get(event.ref, 0) + 1
        if "sentinel@v0.0.1" in heard:
            print(sum(heard.values()), max(heard.values()), len(heard), flush=True)
            done.set()
    done = asyncio.Event()
    worktree.listen(listener)
    await worktree.fresh()
    print("ready", flush=True)
    await done.wait()
    await hub.close()

asyncio.run(main())
"""


def test_tags_made_while_the_process_was_stopped_are_heard_when_it_goes_on(registry: RepositoryBuilder) -> None:
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(registry.path)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGSTOP)
        eventually(lambda: _state_of(child.pid) == "T")
        _many_tags(registry, "bulk", 3000)
        registry.pack()
        _many_tags(registry, "more", 100)
        os.kill(child.pid, signal.SIGCONT)
        registry.git("tag", "-a", "-m", "the end", "sentinel@v0.0.1")
        assert child.stdout.readline() == "3101 1 3101\n"
        assert child.wait(timeout=30) == 0
    finally:
        child.kill()
        child.wait()


def _state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
