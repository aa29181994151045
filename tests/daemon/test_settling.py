"""All tags gone at once may be on their way back: reads tell at once, those who listen hear what became of it."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.limits import LiveLimits
from tests.builders import RepositoryBuilder
from tests.daemon.reading import refs
from tests.waiting import soon

Make = Callable[..., RepositoryBuilder]
REGISTRY = {"churn@v1.0.0", "churn@v1.1.0", "churn#prod#1", "segment@v0.1.0"}


class Heard:
    """What a listener hears of tags."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def __call__(self, change: Change) -> None:
        self.changes.append(change)

    @property
    def added(self) -> set[str]:
        return {event.ref for change in self.changes for event in change.added}

    @property
    def removed(self) -> set[str]:
        return {event.ref for change in self.changes for event in change.removed}


def _all_tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/tags").splitlines()


def _update(repo: RepositoryBuilder, lines: list[str]) -> None:
    subprocess.run(
        ["git", "update-ref", "--stdin"], cwd=repo.path, input="\n".join(lines) + "\n", text=True, check=True
    )


async def test_tags_that_a_mirror_prunes_and_fetches_again_are_no_news(
    live_hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree, heard = live_hub.worktree(str(registry.path)), Heard()
    undo = worktree.listen(heard)
    assert refs(await worktree.fresh()) == REGISTRY
    tags = _all_tags(registry)
    _update(registry, [f"delete {line.split()[0]}" for line in tags])
    assert refs(await worktree.fresh()) == set(), "a read is never wrong"
    for line in tags:
        _update(registry, [f"create {line}"])
        await worktree.fresh()
    registry.git("tag", "-a", "-m", "m", "new@v1.0.0")
    await soon(lambda: "new@v1.0.0" in heard.added)
    assert (heard.added, heard.removed) == ({"new@v1.0.0"}, set())
    undo()


@pytest.mark.parametrize("limits", [LiveLimits(settling=0.2)])
async def test_a_registry_that_is_deleted_is_heard_to_be(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree, heard = live_hub.worktree(str(registry.path)), Heard()
    undo = worktree.listen(heard)
    await worktree.fresh()
    _update(registry, [f"delete {line.split()[0]}" for line in _all_tags(registry)])
    await soon(lambda: heard.removed)
    assert heard.removed == REGISTRY
    undo()


async def test_the_only_tag_is_not_waited_for(live_hub: Hub, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    worktree, heard = live_hub.worktree(str(repo.path)), Heard()
    undo = worktree.listen(heard)
    await worktree.fresh()
    repo.git("tag", "-d", "churn@v1.0.0")
    await soon(lambda: heard.changes)
    assert [change.pause for change in heard.changes] == [0.0]
    undo()


async def test_a_repository_that_is_cloned_over_is_heard_of_once_its_tags_are_there(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make
) -> None:
    origin = make_repository("origin")
    shutil.rmtree(origin.path)
    shutil.copytree(registry.path, origin.path)
    origin.git("tag", "-a", "-m", "m", "new@v1.0.0")
    worktree, heard = live_hub.worktree(str(registry.path)), Heard()
    undo = worktree.listen(heard)
    await worktree.fresh()
    # As git clone does it: an empty repository first, then what is fetched.
    shutil.rmtree(registry.path)
    registry.path.mkdir()
    registry.git("init", "--quiet", "--initial-branch=main")
    assert refs(await live_hub.worktree(str(registry.path)).fresh()) == set()
    fetch = ("fetch", "--quiet", "--tags", "--update-head-ok")
    await asyncio.to_thread(registry.git, *fetch, str(origin.path), "main:main")
    # What HEAD says of the artifacts may be heard before.
    await soon(lambda: heard.added)
    assert (heard.added, heard.removed) == ({"new@v1.0.0"}, set())
    undo()


@pytest.mark.parametrize("limits", [LiveLimits(settling=0.5)])
async def test_what_else_changed_meanwhile_is_heard(live_hub: Hub, registry: RepositoryBuilder) -> None:
    worktree, heard = live_hub.worktree(str(registry.path)), Heard()
    undo = worktree.listen(heard)
    await worktree.fresh()
    tags = _all_tags(registry)
    _update(registry, [f"delete {line.split()[0]}" for line in tags])
    await worktree.fresh()
    registry.commit({"artifacts.yaml": "noted:\n  type: model\n"})
    await worktree.fresh()
    _update(registry, [f"create {line}" for line in tags])
    await soon(lambda: heard.changes)
    assert "noted" in heard.changes[-1].artifacts
    assert (heard.added, heard.removed) == (set(), set())
    undo()
