"""The watcher that is watchfiles dies, in each of the ways in which it can; what listeners hear stays whole.

A name that is not UTF-8 and a watcher that never told anything are in `tests/daemon/test_following.py`, inotify in
`tests/daemon/test_inotify_watcher.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gto_daemon.daemon.following import watchfiles_watcher as watcher
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watchfiles_watcher import WatchfilesWatching
from gto_daemon.daemon.hub import Hub
from gto_daemon.registry.queries.history import history
from tests.builders import RepositoryBuilder
from tests.daemon.change_recorder import ChangeRecorder
from tests.daemon.conftest import following, limits, live_hub  # noqa: F401 - fixtures
from tests.daemon.reading import content
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_rows
from tests.waiting import soon

pytestmark = pytest.mark.usefixtures("runtime")


@pytest.fixture
def watching() -> WatchfilesWatching:
    """It, wherever the tests run."""
    return WatchfilesWatching()


class PanicError(BaseException):
    """As the Rust below panics: no Exception, so that `except Exception` lets it through."""


def _raising(error: BaseException) -> Callable[..., Any]:
    def watch(*_: Any, **__: Any) -> Iterator[Any]:
        raise error
        yield

    return watch


def _ending(*_: Any, **__: Any) -> Iterator[Any]:
    yield from ()


@pytest.mark.parametrize("following", [FollowerTimings(deep=0.5)])
@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (_ending, "ended by itself"),
        (_raising(OSError(28, "No space left on device")), "No space left on device"),
        (_raising(RuntimeError("the backend is gone")), "the backend is gone"),
        (_raising(KeyError("what nobody thought of")), "what nobody thought of"),
        (_raising(PanicError("index out of bounds")), "index out of bounds"),
    ],
    ids=["ends", "refused by the system", "raises", "raises anything", "panics"],
)
async def test_a_watch_that_cannot_be_had_is_said_and_polling_takes_over(
    live_hub: Hub,  # noqa: F811
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    coverage: FaultCoverage,
    backend: Callable[..., Any],
    reason: str,
) -> None:
    coverage.expects("dead watchers seen")
    monkeypatch.setattr(watcher, "watch", backend)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "polling")
    status = live_hub.status(worktree)
    coverage.saw("dead watchers seen")
    assert status["health"] == "warning"
    assert reason in status["watcher"]["message"]
    await _holds(recorder, registry)
    # And once it can be had again, events are back.
    monkeypatch.undo()
    await soon(lambda: live_hub.status(worktree)["watcher"]["mode"] == "events")


async def test_a_watch_that_dies_in_the_middle_of_its_work(
    live_hub: Hub,  # noqa: F811
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    coverage: FaultCoverage,
) -> None:
    coverage.expects("events before its death", "deaths")
    real = watcher.watch

    def dying(*paths: Any, **options: Any) -> Iterator[Any]:
        for changes in real(*paths, **options):
            if not changes:
                continue
            coverage.saw("events before its death")
            yield changes
            coverage.saw("deaths")
            raise PanicError("in the middle")

    monkeypatch.setattr(watcher, "watch", dying)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: _dead(registry, live_hub.status(worktree)["watcher"]["mode"]))
    await _holds(recorder, registry)


def _dead(repo: RepositoryBuilder, mode: str) -> bool:
    repo.tag("churn@v3.0.0", message=str(repo.clock))
    return mode == "polling"


@pytest.mark.parametrize("following", [FollowerTimings(heartbeat=0.05, late_event=0.05)])
async def test_a_watch_that_stops_telling_is_found_out(
    live_hub: Hub,  # noqa: F811
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    coverage: FaultCoverage,
) -> None:
    coverage.expects("events swallowed", "found out")
    real = watcher.watch

    def silent(*paths: Any, **options: Any) -> Iterator[Any]:
        for changes in real(*paths, **options):
            coverage.saw("events swallowed", len(changes))
        yield from ()

    monkeypatch.setattr(watcher, "watch", silent)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: _dead(registry, live_hub.status(worktree)["watcher"]["mode"]))
    assert "no event tells of it" in live_hub.status(worktree)["watcher"]["message"]
    coverage.saw("found out")
    await _holds(recorder, registry)


async def test_a_folder_that_may_not_be_watched_costs_the_others_nothing(
    live_hub: Hub,  # noqa: F811
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    coverage: FaultCoverage,
) -> None:
    coverage.expects("refusals", "events after them")
    real = watcher.watch

    def strict(*paths: Any, **options: Any) -> Iterator[Any]:
        if not options["ignore_permission_denied"]:
            coverage.saw("refusals")
            raise PermissionError(13, "Permission denied")
        for changes in real(*paths, **options):
            coverage.saw("events after them", len(changes))
            yield changes

    monkeypatch.setattr(watcher, "watch", strict)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    await soon(lambda: _seen(registry, coverage))
    assert live_hub.status(worktree)["watcher"]["mode"] == "events"
    await _holds(recorder, registry)


def _seen(repo: RepositoryBuilder, coverage: FaultCoverage) -> bool:
    repo.tag("churn@v3.0.0", message=str(repo.clock))
    return not coverage.missing


async def _holds(recorder: ChangeRecorder, registry: RepositoryBuilder) -> None:
    """What was heard adds up, and the index is what a newcomer reads."""
    registry.git("tag", "-a", "-f", "-m", "moved", "churn@v1.0.0", "HEAD")
    registry.git("tag", "-d", "segment@v0.1.0")
    registry.pack()
    snapshot = await recorder.ends(registry)
    newcomer = Hub(watch=False).worktree(str(registry.path)).fresh_blocking()
    assert content(snapshot) == content(newcomer)
    check_rows(history(snapshot), registry.path)


async def test_a_ref_that_is_written_in_place_without_its_event_is_found_all_the_same(
    live_hub: Hub,  # noqa: F811
    registry: RepositoryBuilder,
    monkeypatch: pytest.MonkeyPatch,
    coverage: FaultCoverage,
) -> None:
    # watchfiles clears its list of events in a second step, and what came since the first one is lost.
    coverage.expects("events swallowed")
    real = watcher.watch

    def forgetful(*paths: Any, **options: Any) -> Iterator[Any]:
        for changes in real(*paths, **options):
            kept = {(change, path) for change, path in changes if not path.endswith("lost@v1.0.0")}
            coverage.saw("events swallowed", len(changes) - len(kept))
            yield kept

    name = "deep/lost@v1.0.0"
    one, other = (registry.tag_object(name, registry.commit({"a": text}), message=text) for text in "ab")
    registry.git("update-ref", f"refs/tags/{name}", one)
    monkeypatch.setattr(watcher, "watch", forgetful)
    worktree = live_hub.worktree(str(registry.path))
    recorder = await ChangeRecorder.of(worktree)
    while worktree.current(None) is None:
        await worktree.fresh()
    (registry.git_dir / "refs/tags" / name).write_text(f"{other}\n")
    await soon(lambda: "b" in {event.message for change in recorder.changes for event in change.added})
    await _holds(recorder, registry)
