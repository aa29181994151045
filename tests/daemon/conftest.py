"""A hub and a repository with a small registry, watched or not, and what listeners heard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watcher import Watching
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.worktree import Worktree
from tests.builders import RepositoryBuilder


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub without watchers, for reads without an event loop."""
    hub = Hub(watch=False)
    yield hub
    asyncio.run(hub.close())


@pytest.fixture
def following() -> FollowerTimings:
    """When followers look; parametrize it for other timings than a daemon has."""
    return FollowerTimings()


@pytest.fixture
def limits() -> LiveLimits:
    """What is held of each repository; as `following`."""
    return LiveLimits()


@pytest.fixture
def watching() -> Watching | None:
    """What watches; None for what the system has."""
    return None


@pytest.fixture
async def live_hub(following: FollowerTimings, limits: LiveLimits, watching: Watching | None) -> AsyncIterator[Hub]:
    """A hub whose followers live on the event loop of the test."""
    hub = Hub(following=following, limits=limits, watching=watching)
    yield hub
    await hub.close()


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Two artifacts: `churn` with two versions and a stage, `segment` with one version."""
    first = repo.commit({"model.pkl": "1"})
    repo.tag("churn@v1.0.0")
    repo.tag("segment@v0.1.0")
    repo.commit({"model.pkl": "2"})
    repo.tag("churn@v1.1.0")
    repo.tag("churn#prod#1", first)
    return repo


@pytest.fixture
def worktree(hub: Hub, registry: RepositoryBuilder) -> Worktree:
    """The registry, opened and not read yet."""
    return hub.worktree(str(registry.path))


@pytest.fixture
def opened(hub: Hub) -> Callable[[RepositoryBuilder], Worktree]:
    """Open any repository in the hub."""
    return lambda repo: hub.worktree(str(repo.path))
