"""The long run: `make soak`. What it walks through, and that it stays flat; in the suite only for a short while.

`SOAK=STEPS` and `SOAK_RAW=OPERATIONS` say how long, `SOAK_SEED` which walk.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gto_daemon.client import Client
from tests.builders import RepositoryBuilder
from tests.faults.auditor.audit import Auditor
from tests.faults.auditor.raw import RawLife
from tests.faults.auditor.walk import STEPS
from tests.faults.daemon import Daemon, connected
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_index, check_nothing_is_left
from tests.waiting import eventually

_STEPS = int(os.environ.get("SOAK", "60"))
_OPERATIONS = int(os.environ.get("SOAK_RAW", "1500"))
_SEED = int(os.environ.get("SOAK_SEED", "1"))
#: Every step is checked up to here, one of so many beyond.
_ALL = 10_000
_SAMPLE = 1_000
#: Steps after which the walk goes on in another repository.
_LIFE = 250
#: What a daemon may grow by between the first tenth of a run and its end: allocators keep pages.
_GROWTH = 8 << 20


class _Measure(NamedTuple):
    memory: int
    descriptors: int


class _Run:
    """Operations, checks, and what the daemon weighs meanwhile."""

    def __init__(
        self, name: str, daemon: Daemon, total: int, coverage: FaultCoverage, settle: Callable[[], object]
    ) -> None:
        self._name = name
        self._daemon = daemon
        self._total = total
        self._hits = coverage
        self._settle = settle
        self._begun = time.monotonic()
        self._measures: list[_Measure] = []
        coverage.expects("operations", "checks")

    def steps(self, every: int = _SAMPLE) -> Iterator[bool]:
        """One turn an operation: whether to check it. Measures after a tenth, at half, and at the end."""
        marks = {max(1, self._total // 10), self._total // 2, self._total}
        for number in range(1, self._total + 1):
            self._hits.saw("operations")
            checked = number <= _ALL or number % every == 0 or number in marks
            if checked:
                self._hits.saw("checks")
            yield checked
            if number in marks:
                self._measure()

    def _measure(self) -> None:
        self._settle()
        measure = _Measure(self._daemon.memory, self._daemon.descriptors)
        self._measures.append(measure)
        took = time.monotonic() - self._begun
        print(f"soak {self._name}: {took:.0f} s, {self._hits}, {measure.memory >> 20} MiB, {measure.descriptors} files")

    def check_flat(self) -> None:
        """Neither memory nor descriptors grew since the first tenth, beyond what allocators keep."""
        first, *_, last = self._measures
        assert last.descriptors <= first.descriptors + 2, self._measures
        assert last.memory <= first.memory * 1.1 + _GROWTH, self._measures


@pytest.fixture
def unverified(runtime: Path) -> Iterator[Daemon]:
    """As users run it: without a fold from zero of its own after each delta."""
    daemon = Daemon(runtime, GTOD_VERIFY="0")
    daemon.start()
    _load_language_server(runtime)
    yield daemon
    daemon.kill()


def _load_language_server(runtime: Path) -> None:
    """A daemon loads it some seconds after its start by itself, and what is flat should not begin before that."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
    with closing(connected(runtime)) as connection:
        connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert connection.recv(1 << 16)


def test_a_long_walk_is_right_at_every_step_and_stays_flat(
    unverified: Daemon, tmp_path: Path, coverage: FaultCoverage
) -> None:
    luck = random.Random(_SEED)
    auditor = _newborn(tmp_path / "0")

    def settle() -> None:
        auditor.check()
        # Those of earlier lives are let go of when the daemon looks for what was deleted.
        eventually(lambda: all(Path(each["repo"]).exists() for each in _repositories(unverified)))

    run = _Run("walk", unverified, _STEPS, coverage, settle)
    silent = False
    try:
        for number, checked in enumerate(run.steps(every=100), start=1):
            if number % _LIFE == 0:
                # A registry that only grows would look like a daemon that does.
                auditor.close()
                auditor, silent = _newborn(tmp_path / str(number)), False
            name, first, second = luck.choice(STEPS), luck.randrange(1001), luck.randrange(1001)
            try:
                auditor.step(name, first, second)
                silent = silent or auditor.walk.silent
                if checked:
                    auditor.walk.silent, silent = silent, False
                    auditor.check()
                    auditor.check_linked()
            except AssertionError as error:
                error.add_note(f"step {name}({first}, {second}) of the walk with seed {_SEED}")
                raise
    finally:
        auditor.close()
    run.check_flat()
    unverified.stop()
    check_nothing_is_left(unverified.runtime)


def _repositories(daemon: Daemon) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = daemon.ask("gto/repositories")["repositories"]
    return found


def _newborn(place: Path) -> Auditor:
    place.mkdir()
    return Auditor(place)


class _Follower(threading.Thread):
    """A subscriber that asks for changes when it is notified, and so knows which tags there are."""

    def __init__(self, repo: str) -> None:
        super().__init__(daemon=True)
        self._client = Client.connect(start=False)
        self._repo = repo
        self._client.call("gto/subscribe", {"repo": repo})
        history = self._client.call("gto/history", {"repo": repo})
        self._clock = history["clock"]
        self.refs: dict[str, str] = _messages(history["events"])
        self.told = 0

    def run(self) -> None:
        for _ in self._client.notifications():
            changes = self._client.call("gto/changes", {"repo": self._repo, "since": self._clock})
            self._clock = changes["clock"]
            for row in changes["events"]["removed"]:
                self.refs.pop(row["ref"], None)
            self.refs |= _messages(changes["events"]["added"])
            self.told += 1


def _messages(events: list[dict[str, Any]]) -> dict[str, str]:
    return {row["ref"]: f"{row['message']} {row['commit']}" for row in events}


def test_a_day_of_tagging_in_some_minutes_is_right_and_stays_flat(
    unverified: Daemon, repo: RepositoryBuilder, coverage: FaultCoverage
) -> None:
    coverage.expects("notifications")
    life = RawLife(repo, random.Random(_SEED))
    path = str(repo.path)
    follower = _Follower(path)
    follower.start()
    oids = {oid: repo.git("cat-file", "tag", oid) for oid in life.objects}
    values = {oid: f"{text.rpartition(chr(10))[2]} {text.split()[1]}" for oid, text in oids.items()}
    with Client.connect(start=False, timeout=120) as client:

        def expected() -> dict[str, str]:
            return {name: values[oid] for name, oid in life.expected.items()}

        def held() -> dict[str, str]:
            return _messages(client.call("gto/history", {"repo": path})["events"])

        def settle() -> None:
            eventually(lambda: held() == expected())
            eventually(lambda: follower.refs == expected())
            assert life.listed() == life.expected
            check_index(repo.path)

        run = _Run("raw", unverified, _OPERATIONS, coverage, settle)
        for checked in run.steps():
            life.step()
            if not checked:
                continue
            if life.silent:
                # No directory shows it: promised as soon as its event came.
                eventually(lambda: held() == expected())
                life.silent = False
            else:
                assert held() == expected()
        run.check_flat()
        coverage.saw("notifications", follower.told)
    unverified.stop()
    check_nothing_is_left(unverified.runtime, repo.path)
