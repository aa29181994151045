"""Random operations on a repository with two checkouts: what is held always equals what a newcomer reads."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import ChangeRecorder
from tests.daemon.random_operations import RandomOperations
from tests.daemon.reading import applied, content, rows
from tests.waiting import soon


class Observer:
    """One checkout as the daemon holds it."""

    def __init__(self, worktree: Worktree) -> None:
        self.worktree = worktree
        self.last = worktree.fresh_blocking()
        self.seen: dict[str, dict[str, Any]] = {}

    def check(self) -> None:
        snapshot = self.worktree.current(None) or self.worktree.fresh_blocking()
        held = content(snapshot)
        assert held == content(_newcomer(self.worktree.repo, None))
        assert self.seen.setdefault(snapshot.clock, held) == held, "equal clock, other content"
        told = self.worktree.changes(self.last.clock)
        if told["fresh"]:
            assert self.worktree.rebuilds > 1
        else:
            assert applied(rows(self.last), [told]) == rows(snapshot)
        if snapshot.clock != self.last.clock:
            self.last = snapshot


def _newcomer(repo: str, wanted: View | None) -> Snapshot:
    """What somebody reads who was never here before."""
    worktree = Hub(watch=False).worktree(repo)
    snapshot = worktree.fresh_blocking()
    return snapshot if wanted is None else view(worktree, snapshot, wanted)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_held_equals_what_a_newcomer_reads(
    hub: Hub, make_repository: Callable[..., RepositoryBuilder], seed: int
) -> None:
    operations = RandomOperations(make_repository(), seed)
    observers = [Observer(hub.worktree(str(place))) for place in (operations.repo.path, operations.linked)]
    wanted = View(all_branches=True, annotations="all")
    for number in range(60):
        for _ in range(operations.random.choice([1, 1, 2, 5])):
            operations.step()
        # The second checkout looks every third time only, so that its deltas hold several steps.
        for observer in observers[: 1 if number % 3 else 2]:
            observer.check()
    main = observers[0]
    seen = view(main.worktree, main.worktree.fresh_blocking(), wanted)
    assert content(seen) == content(_newcomer(str(operations.repo.path), wanted))


@pytest.mark.parametrize("seed", range(3))
async def test_what_listeners_of_two_checkouts_heard_adds_up(
    live_hub: Hub, make_repository: Callable[..., RepositoryBuilder], seed: int
) -> None:
    operations = RandomOperations(make_repository(), seed)
    recorders = [
        await ChangeRecorder.of(live_hub.worktree(str(place))) for place in (operations.repo.path, operations.linked)
    ]

    def live() -> None:
        for _ in range(150):
            operations.step()
        operations.repo.detach(operations.commits[0])

    await asyncio.to_thread(live)
    for recorder in recorders:
        worktree = recorder.worktree
        await soon(lambda worktree=worktree: worktree.current(None) or worktree.repository.awaits_objects)  # type: ignore[misc]
        assert content(await worktree.fresh()) == content(_newcomer(worktree.repo, None))
    # Broken refs make `git tag` fail; what listeners heard must lead to what is there all the same.
    operations.repo.tag("sentinel@v0.0.1", operations.commits[0])
    for recorder in recorders:
        await recorder.until_row("sentinel@v0.0.1")
        assert recorder.rows == rows(await recorder.worktree.fresh())
