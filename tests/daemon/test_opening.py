"""Opening a repository takes its time in threads of its own, and nobody else waits for it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.git import objects
from gto_daemon.git.layout import Layout
from gto_daemon.git.store import ObjectStore
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder
from tests.waiting import soon

Make = Callable[..., RepositoryBuilder]


class SlowDisk:
    """Has the opening of one repository wait until `go_on`, as a network file system may."""

    def __init__(self, repo: Path, open_store: Callable[[Layout], ObjectStore]) -> None:
        self.opened = 0
        self.threads: set[str] = set()
        self._repo = str(repo)
        self._open = open_store
        self._answers = threading.Event()

    def __call__(self, layout: Layout) -> ObjectStore:
        if layout.repo == self._repo:
            self.opened += 1
            self.threads.add(threading.current_thread().name)
            self._answers.wait()
        return self._open(layout)

    def go_on(self) -> None:
        self._answers.set()


@pytest.fixture
def slow(registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    disk = SlowDisk(registry.path, objects.open_store)
    monkeypatch.setattr(objects, "open_store", disk)
    yield disk
    disk.go_on()


async def test_a_repository_that_hangs_hangs_alone(
    live_hub: Hub, registry: RepositoryBuilder, make_repository: Make, slow: SlowDisk
) -> None:
    other = make_repository("other")
    other.tag("there@v1.0.0", other.commit({"a": "1"}))
    opening = asyncio.ensure_future(live_hub.open(str(registry.path)))
    await soon(lambda: slow.opened == 1)
    snapshot = await (await live_hub.open(str(other.path))).fresh()
    assert set(snapshot.index.artifacts) == {"there"}
    assert live_hub.known(str(registry.path)) is None
    assert not opening.done()
    slow.go_on()
    assert (await (await opening).fresh()).index.artifacts


async def test_it_is_opened_once_in_its_own_thread_for_all_who_ask_at_once(
    live_hub: Hub, registry: RepositoryBuilder, slow: SlowDisk
) -> None:
    paths = (registry.path, registry.path, registry.path / ".git", registry.path / ".git/refs")
    opening = [asyncio.ensure_future(live_hub.open(str(path))) for path in paths]
    await soon(lambda: slow.opened == 1)
    slow.go_on()
    worktrees = await asyncio.gather(*opening)
    assert len({id(worktree) for worktree in worktrees}) == 1
    assert slow.opened == 1
    assert all(name.startswith("git") for name in slow.threads)


async def test_one_who_gives_up_takes_it_from_nobody(
    live_hub: Hub, registry: RepositoryBuilder, slow: SlowDisk
) -> None:
    first, second = (asyncio.ensure_future(live_hub.open(str(registry.path))) for _ in range(2))
    await soon(lambda: slow.opened == 1)
    first.cancel()
    slow.go_on()
    assert (await second).is_open


async def test_what_cannot_be_opened_is_not_kept(live_hub: Hub, registry: RepositoryBuilder) -> None:
    config = registry.git_dir / "config"
    whole = config.read_text()
    config.write_text("[core\n")
    for _ in range(3):
        with pytest.raises(RegistryError, match="cannot be opened"):
            await live_hub.open(str(registry.path))
    assert live_hub.repositories() == []
    config.write_text(whole)
    assert (await (await live_hub.open(str(registry.path))).fresh()).index.artifacts
