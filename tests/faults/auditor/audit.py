"""The auditor: compares what the daemon holds with what Git lists, and with what somebody reads who was never here."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from gto_daemon.client import CallError, Client
from tests.daemon.reading import Row, applied
from tests.faults.auditor.walk import Walk
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_rows, from_zero, without_clock
from tests.waiting import eventually

_ASKED = ("gto/show", "gto/history", "gto/printState", "gto/doctor")


class Auditor:
    """A client that listens to one repository while it lives, and checks it when it is told to.

    Attributes:
        checks: how many comparisons were made.

    """

    def __init__(self, place: Path, coverage: FaultCoverage | None = None) -> None:
        self._client = Client.connect(start=False, timeout=120)
        self.walk = Walk(place, self._act)
        self.checks = 0
        self._hits = coverage
        self._repo = str(self.walk.repo.path)
        subscribed = self._client.call("gto/subscribe", {"repo": self._repo})
        self._clock: str = subscribed["clock"]
        self._rows = _rows(self._history())
        self._seen: dict[str, Any] = {}

    def step(self, name: str, first: int, second: int) -> None:
        """One step of the repository's life, unchecked."""
        self.walk.step(name, first, second)
        if self._hits is not None:
            self._hits.saw("steps")

    def check(self) -> None:
        """Compare everything.

        What no directory shows is promised as soon as its event came, so that is waited for.
        """
        self.checks += 1
        if self.walk.silent:
            eventually(self._is_heard)
        repo = self.walk.repo.path
        answers = {method: self._client.call(method, {"repo": self._repo}) for method in _ASKED}
        held = {method: without_clock(answer) for method, answer in answers.items()}
        check_rows(held["gto/history"]["events"], repo)
        expected = from_zero(repo)
        for method in _ASKED:
            assert held[method] == expected[method], f"{method} is not what is on disk"
        clocks = {answer["clock"] for answer in answers.values()}
        assert len(clocks) == 1, "nothing changed, and the clock moved"
        self._check_changes(clocks.pop(), held)
        if self._hits is not None:
            self._hits.saw("checks")

    def check_linked(self) -> None:
        """The other checkouts too."""
        for checkout in self.walk.checkouts[1:]:
            answer = without_clock(self._client.call("gto/show", {"repo": str(checkout)}))
            assert answer == from_zero(checkout)["gto/show"]

    def close(self) -> None:
        """End, and remove the repository."""
        self._client.close()
        self.walk.remove()

    def _check_changes(self, clock: str, held: dict[str, Any]) -> None:
        """What changed since the last check adds up, and one clock is one content."""
        told = self._client.call("gto/changes", {"repo": self._repo, "since": self._clock})
        rows = _rows(held["gto/history"]["events"])
        if not told["fresh"]:
            assert applied(self._rows, [told]) == rows, "the changes since the last clock do not add up"
        said = json.dumps(held, sort_keys=True)
        if clock == self._clock:
            assert self._seen.setdefault(clock, said) == said, "equal clock, other content"
        self._clock, self._rows, self._seen = clock, rows, {clock: said}

    def _is_heard(self) -> bool:
        try:
            check_rows(self._history(), self.walk.repo.path)
        except AssertionError:
            return False
        return True

    def _history(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._client.call("gto/history", {"repo": self._repo})["events"]
        return events

    def _act(self, method: str, params: dict[str, Any]) -> Any:
        try:
            done = self._client.call(method, params)
        except CallError as error:
            # A refusal has a name, whatever state the repository is in.
            assert error.kind, error
            if self._hits is not None:
                self._hits.saw(f"refused {error.kind}")
            return None
        if self._hits is not None:
            self._hits.saw("acts done")
        return done


def _rows(events: list[dict[str, Any]]) -> Counter[Row]:
    return applied(Counter(), [{"events": {"added": events, "removed": []}}])


def closing_auditor(place: Path, coverage: FaultCoverage | None = None) -> "closing[Auditor]":
    """An auditor that is closed at the end."""
    return closing(Auditor(place, coverage))
