"""What happens to a repository that somebody listens to: collected, packed, converted, moved, deleted, cloned over."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError
from tests.daemon.reading import codes, latest
from tests.differential.subject import Subject
from tests.processes import processes
from tests.repository_formats.formats import REPOSITORY_FORMATS, Repository, RepositoryFormat, git
from tests.repository_formats.git_comparison import assert_as_git_sees_it
from tests.waiting import eventually, soon

_FORMATS = pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
Template = Callable[..., Path]


async def listening(hub: Hub, repo: Path) -> tuple[Worktree, list[Change]]:
    worktree = hub.worktree(str(repo))
    await worktree.fresh()
    heard: list[Change] = []
    worktree.listen(heard.append)
    await soon(lambda: worktree.current(None))
    return worktree, heard


async def assert_hears(hub: Hub, repo: Path, heard: list[Change], name: str) -> None:
    await asyncio.to_thread(git, repo, "tag", "-a", "-m", "m", f"{name}@v1.0.0")
    await soon(lambda: any(name in change.artifacts for change in heard))
    assert name in latest(await hub.worktree(str(repo)).fresh())


_UPKEEP = {
    "gc": [("gc", "--quiet", "--aggressive", "--prune=now")],
    "repack": [("repack", "-a", "-d", "-q"), ("prune-packed",)],
    "pack-refs": [("pack-refs", "--all", "--prune")],
    "unpacked": [("repack", "-a", "-d", "-q"), ("unpack",)],
    "geometric": [("repack", "-d", "-q", "--geometric=2", "--write-midx"), ("commit-graph", "write", "--reachable")],
    "maintenance": [("maintenance", "run", "--task=gc", "--task=commit-graph")],
    "reflog": [("reflog", "expire", "--expire=now", "--all"), ("prune", "--expire=now")],
}


@_FORMATS
@pytest.mark.parametrize("upkeep", _UPKEEP)
async def test_upkeep_changes_nothing_and_what_follows_is_heard(
    live_hub: Hub, template: Template, tmp_path: Path, options: tuple[str, ...], upkeep: str
) -> None:
    repo = shutil.copytree(template(*options), tmp_path / "repo")
    worktree, heard = await listening(live_hub, repo)
    before = await worktree.fresh()
    for command in _UPKEEP[upkeep]:
        await asyncio.to_thread(_unpack if command == ("unpack",) else git, repo, *command)
    after = await worktree.fresh()
    assert (after.clock, heard) == (before.clock, [])
    await assert_hears(live_hub, repo, heard, "late")
    await asyncio.to_thread(assert_as_git_sees_it, Repository(repo, repo))


def _unpack(repo: Path, _command: str) -> None:
    """Every pack turned into single objects."""
    for pack in (repo / ".git/objects/pack").glob("*.pack"):
        aside = pack.rename(repo / "aside.pack")
        pack.with_suffix(".idx").unlink()
        for other in (repo / ".git/objects/pack").glob(f"{pack.stem}.*"):
            other.unlink()
        with aside.open("rb") as file:
            subprocess.run(["git", "-C", str(repo), "unpack-objects", "-q"], stdin=file, check=True)
        aside.unlink()


@_FORMATS
async def test_a_deleted_repository_is_told_and_takes_no_other_along(
    live_hub: Hub, template: Template, tmp_path: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), tmp_path / "repo")
    other = shutil.copytree(template(*options), tmp_path / "other")
    worktree, _ = await listening(live_hub, repo)
    _, heard = await listening(live_hub, other)
    await asyncio.to_thread(shutil.rmtree, repo)
    # Half of it gone, it may be told as one that cannot be read first.
    await soon(lambda: "was moved, deleted or replaced" in live_hub.status(worktree)["watcher"]["message"])
    assert live_hub.status(worktree)["health"] == "error"
    with pytest.raises(RegistryError) as caught:
        live_hub.worktree(str(repo))
    assert caught.value.kind == "NotARepository"
    await assert_hears(live_hub, other, heard, "still")


@_FORMATS
async def test_a_moved_repository_answers_at_its_new_place(
    live_hub: Hub, template: Template, tmp_path: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), tmp_path / "above" / "repo")
    worktree, heard = await listening(live_hub, repo)
    before = latest(await worktree.fresh())
    # Its parent: of that no event is sent at all.
    moved = (tmp_path / "above").rename(tmp_path / "moved") / "repo"
    await soon(lambda: live_hub.status(worktree)["health"] == "error")
    assert latest(await live_hub.worktree(str(moved)).fresh()) == before
    (tmp_path / "moved").rename(tmp_path / "above")
    await assert_hears(live_hub, repo, heard, "returned")


@_FORMATS
async def test_a_clone_in_its_place_is_heard_of_as_what_differs(
    live_hub: Hub, template: Template, tmp_path: Path, options: tuple[str, ...]
) -> None:
    repo = shutil.copytree(template(*options), tmp_path / "repo")
    upstream = shutil.copytree(template(*options), tmp_path / "upstream")
    git(upstream, "tag", "-d", "churn@v1.1.0")
    git(upstream, "tag", "-a", "-m", "m", "cloned@v1.0.0")
    _, heard = await listening(live_hub, repo)
    await asyncio.to_thread(shutil.rmtree, repo)
    await asyncio.to_thread(git, tmp_path, "clone", "--quiet", str(upstream), str(repo))
    await soon(lambda: {"cloned", "churn"} <= {name for change in heard for name in change.artifacts})
    assert {event.ref for change in heard for event in change.removed} >= {"churn@v1.1.0"}
    await assert_hears(live_hub, repo, heard, "late")
    await asyncio.to_thread(assert_as_git_sees_it, Repository(repo, repo))


@pytest.mark.parametrize("name", ["partial-without-files", "partial-without-folders", "partial-by-extension"])
async def test_what_a_partial_clone_lacks_is_named_and_read_when_it_came(
    live_hub: Hub, template: Template, tmp_path: Path, name: str
) -> None:
    each: RepositoryFormat = next(each for each in REPOSITORY_FORMATS if each.name == name)
    repo = each.make(template(), tmp_path).git
    worktree, heard = await listening(live_hub, repo)
    before = await worktree.fresh()
    assert "noted" not in before.index.artifacts
    assert "missing-object" in codes(before)
    missing = next(problem for problem in before.problems if problem.code == "missing-object")
    assert "git cat-file -p" in missing.hint
    # Git fetches what a checkout needs.
    await asyncio.to_thread(git, repo, "checkout", "--quiet", "main")
    await soon(lambda: any("noted" in change.artifacts for change in heard))
    whole = await worktree.fresh()
    assert whole.index.artifacts["noted"].versions
    await asyncio.to_thread(assert_as_git_sees_it, Repository(repo, repo))


def test_nothing_is_left_running_for_a_repository_that_was_let_go_of(
    template: Template, tmp_path: Path, hub: Hub
) -> None:
    repo = shutil.copytree(template("--object-format=sha256"), tmp_path / "repo")
    git(repo, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    for place in (repo, tmp_path / "side"):
        assert "churn" in latest(hub.worktree(str(place)).fresh_blocking())
    assert len(_readers(tmp_path)) == 2
    hub.sweep(-1)
    assert hub.repositories() == []
    for place in (repo, tmp_path / "side"):
        assert "churn" in latest(hub.worktree(str(place)).fresh_blocking())
    eventually(lambda: len(_readers(tmp_path)) == 2)
    asyncio.run(hub.close())
    assert _readers(tmp_path) == []


def _readers(place: Path) -> list[str]:
    return [line for line in processes().splitlines() if "cat-file --batch" in line and str(place) in line]


def test_a_reader_that_was_killed_is_started_anew(template: Template, tmp_path: Path) -> None:
    repo = shutil.copytree(template("--object-format=sha256"), tmp_path / "repo")
    subject = Subject(repo)
    subject.look()
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        words = place.read_bytes() if place.exists() else b""
        if b"cat-file" in words and os.fsencode(repo) in words:
            os.kill(int(place.parent.name), signal.SIGKILL)
    git(repo, "tag", "-a", "-m", "m", "late@v1.0.0")
    assert_as_git_sees_it(Repository(repo, repo), subject)
