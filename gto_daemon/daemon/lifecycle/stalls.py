"""Find out what blocks the event loop, and thus every client.

A thread pings the loop once a second, and if there is no reply in time logs where the loop's thread is. A stall longer
than interval and limit together is always noticed, a shorter one perhaps.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from types import FrameType

logger = logging.getLogger(__name__)

#: Seconds between two questions, and without an answer after which the loop counts as stalled.
INTERVAL = 1.0
LIMIT = 0.2
#: Seconds by which the thread itself may be late. Later, it was the whole process that stood still (suspended, say).
_LATENESS = 1.0


class StallWatch:
    """Watches the loop in which it is created, from `start` to `stop`. `count` is the number of stalls so far."""

    def __init__(self, *, interval: float = INTERVAL, limit: float = LIMIT) -> None:
        self.count = 0
        self._interval = interval
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="gtod-stalls", daemon=True)

    def start(self) -> None:
        """Start to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer. Called in the loop, so the thread is not waited for: it may be waiting for the loop."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(self._interval):
            alive = threading.Event()
            asked = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(alive.set)
            except RuntimeError:
                return  # the loop is closed
            if alive.wait(self._limit):
                continue
            if time.monotonic() - asked > self._limit + _LATENESS:
                continue
            where = _summary(sys._current_frames().get(self._loop_thread))
            while not alive.wait(self._interval):
                if self._ended.is_set():
                    return
            self.count += 1
            logger.warning("the event loop stood still for %.1f s in:\n%s", time.monotonic() - asked, where)


def _summary(frame: FrameType | None) -> str:
    return "".join(traceback.format_stack(frame, limit=6)) if frame else "(its thread is gone)"
