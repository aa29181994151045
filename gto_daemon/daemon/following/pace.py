"""When each of many followers compares its repository: a few as often as they should, a thousand no more in all.

Followers that compare at the same moments cost few wake-ups. Of many, so many at once would hold up the event loop, so
they are spread over their interval.
"""

from collections.abc import Callable
from itertools import count
from math import ceil
from typing import Final

from gto_daemon.heartbeat import next_beat

#: Seconds between two moments over which many are spread.
_GRID: Final = 0.1


class Pace:
    """Shared by the followers of a process.

    Args:
        max_rate: comparisons in a second, of all followers together.

    """

    def __init__(self, max_rate: float) -> None:
        self._max_rate = max_rate
        self._slots = count()
        self._followers = 0

    def join(self) -> tuple[int, Callable[[], None]]:
        """Return the slot of one more follower, and what takes it out again."""
        self._followers += 1
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._followers -= 1

        return next(self._slots), leave

    def next(self, now: float, interval: float, slot: int) -> float:
        """Return when the follower with a slot compares next, if it should do so once in an interval."""
        stretch = ceil(self._followers / (interval * self._max_rate))
        if stretch <= 1:
            return next_beat(now, interval)
        interval *= stretch
        phase = slot * _GRID % interval
        return next_beat(now - phase, interval) + phase
