"""The clock of a fleet, one over all its repositories, and what changed since a moment that a client remembers."""

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gto_daemon.daemon.live.journal import Change

#: The size of the journal; a client that is further behind gets everything again.
_MAX_ROWS: Final = 10_000
_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class FleetStep:
    """One step of the clock: a change in one repository, or that it came, went, or can no longer be read.

    Attributes:
        clock: the clock after it.
        repository: the name of the repository; None if only the problems of the file changed.
        change: its artifacts and events.

    """

    clock: str
    repository: str | None
    change: Change


class FleetJournal:
    """Counts the steps of a clock, `<instance>:fleet:<n>`, and remembers the last of them."""

    def __init__(self) -> None:
        self._prefix = f"{os.urandom(4).hex()}:fleet:"
        self._number = 0
        self._steps: deque[FleetStep] = deque()
        self._remembered = 0

    @property
    def clock(self) -> str:
        """The current clock."""
        return f"{self._prefix}{self._number}"

    def step(self, repository: str | None, change: Change) -> FleetStep:
        """Advance the clock by one step."""
        self._number += 1
        step = FleetStep(self.clock, repository, change)
        self._steps.append(step)
        self._remembered += _weight(step)
        while self._remembered > _MAX_ROWS and self._steps:
            self._remembered -= _weight(self._steps.popleft())
        return step

    def since(self, clock: str) -> dict[str | None, Change] | None:
        """Return the net change of each repository since `clock`; None if it is another journal's or too old."""
        number = clock.removeprefix(self._prefix)
        # The length first: int() raises for thousands of digits.
        if number == clock or len(number) > _DIGITS or not (number.isascii() and number.isdigit()):
            return None
        behind = self._number - int(number)
        if not 0 <= behind <= len(self._steps):
            return None
        return _net(list(self._steps)[len(self._steps) - behind :])


def _net(steps: Iterable[FleetStep]) -> dict[str | None, Change]:
    net: dict[str | None, Change] = {}
    for step in steps:
        before = net.get(step.repository)
        net[step.repository] = step.change if before is None else before.then(step.change)
    return net


def _weight(step: FleetStep) -> int:
    return 1 + len(step.change.artifacts) + len(step.change.added) + len(step.change.removed)
