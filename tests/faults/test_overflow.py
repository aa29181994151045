"""The queue of events overflows: the daemon stands still while more happens than the kernel keeps for it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from gto_daemon.client import Client
from tests.builders import RepositoryBuilder
from tests.daemon.reading import applied
from tests.faults.daemon import Daemon
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.inotify_probe import InotifyProbe
from tests.faults.leak_checks import check_index, check_nothing_is_left
from tests.waiting import eventually


def _moved(repo: RepositoryBuilder, changes: int) -> None:
    """So many changes of 100 tags, each by rename as Git makes it, back and forth between two objects."""
    names = [f"bulk{number}@v1.0.0" for number in range(100)]
    targets = [[repo.tag_object(name, repo.head, message=said) for name in names] for said in ("one", "two")]
    tags = repo.git_dir / "refs/tags"
    for change in range(changes):
        number = change % len(names)
        lock = tags / f"{names[number]}.lock"
        lock.write_text(f"{targets[change // len(names) % 2][number]}\n")
        lock.rename(tags / names[number])


class _Subscriber:
    """A client that adds up what changed whenever it is notified."""

    def __init__(self, client: Client, repo: Path) -> None:
        self._client = client
        self._told: Iterator[tuple[str, dict[str, Any]]] = client.notifications()
        subscribed = client.call("gto/subscribe", {"repo": str(repo)})
        history = client.call("gto/history", {"repo": str(repo)})
        assert history["clock"] == subscribed["clock"]
        self.rows = _rows(history["events"])
        self._clock = subscribed["clock"]

    def until(self, repo: Path) -> bool:
        """Take one change more, unless what was told adds up to what is there."""
        if self.rows == _rows(self._client.call("gto/history", {"repo": str(repo)})["events"]):
            return True
        next(self._told)
        changes = self._client.call("gto/changes", {"repo": str(repo), "since": self._clock})
        self.rows, self._clock = applied(self.rows, [changes]), changes["clock"]
        return False


def _rows(events: list[dict[str, Any]]) -> Any:
    return applied({}, [{"events": {"added": events, "removed": []}}])  # type: ignore[arg-type]


@pytest.mark.parametrize("in_place", [False, True], ids=["by rename", "and one in place"])
def test_a_queue_that_overflows_while_the_daemon_stands_still(
    daemon: Daemon,
    registry: RepositoryBuilder,
    coverage: FaultCoverage,
    often: Callable[[int, int], int],
    in_place: bool,
) -> None:
    coverage.expects("changes", "overflow seen", "changes told after it")
    registry.tag("team/churn@v1.0.0")
    daemon.start()
    with closing(Client.connect(start=False, timeout=60)) as client:
        subscriber = _Subscriber(client, registry.path)
        eventually(
            lambda: daemon.ask("gto/status", repo=str(registry.path))["repository"]["watcher"]["mode"] == "events"
        )
        probe = InotifyProbe(registry.git_dir / "refs/tags")
        daemon.suspend()
        begun = monotonic()
        changes = often(12_000, 50_000)
        _moved(registry, changes)
        if in_place:
            # As go-git writes: no directory shows it, and the event that would tell of it was dropped.
            oid = registry.tag_object("team/churn@v1.0.0", registry.head, message="in place")
            with (registry.git_dir / "refs/tags/team/churn@v1.0.0").open("r+") as file:
                file.write(f"{oid}\n")
        # It notices that it stood still by a heartbeat that is late by more than a second.
        eventually(lambda: monotonic() - begun > 3)
        daemon.resume()
        coverage.saw("changes", changes)
        coverage.saw("overflow seen", probe.overflows())
        if in_place:
            eventually(lambda: "in place" in str(daemon.ask("gto/history", repo=str(registry.path))["events"]))
        eventually(lambda: subscriber.until(registry.path))
        coverage.saw("changes told after it", len(subscriber.rows))
        check_index(registry.path)
        # And whatever the queue lost, the next change is heard.
        registry.git("tag", "-a", "-m", "m", "after@v1.0.0")
        eventually(lambda: subscriber.until(registry.path))
        check_index(registry.path)
    daemon.stop()
    check_nothing_is_left(daemon.runtime, registry.path)
