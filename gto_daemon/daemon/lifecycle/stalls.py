"""Find out what blocks the event loop, and thus every client.

The loop beats every other second, and if a beat does not come in time, a thread logs where the loop's thread is. A
stall longer than interval and limit together is always noticed, a shorter one perhaps.
"""

import asyncio
import logging
import sys
import threading
import traceback
from types import FrameType

from gto_daemon.heartbeat import next_beat

logger = logging.getLogger(__name__)

#: Seconds between two beats, and by which one may be late until the loop counts as stalled.
INTERVAL = 2.0
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
        #: Released at the end. An event would do the same in ten times as many steps, each second.
        self._running = threading.Lock()
        self._running.acquire()
        self._thread = threading.Thread(target=self._watch, name="gtod-stalls", daemon=True)

    def start(self) -> None:
        """Start to watch."""
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer. Called in the loop, so the thread is not waited for: it may be waiting for the loop."""
        self._timer.cancel()
        self._running.release()

    def _beat(self) -> None:
        self._beaten = self._loop.time()
        due = next_beat(self._beaten, self._interval)
        self._timer = self._loop.call_at(due, self._beat)
        self._late_at = due + self._limit

    def _watch(self) -> None:
        until = late_at = self._late_at
        # It wakes up once for each beat, when the beat is over: the loop need not wake it.
        while not self._running.acquire(timeout=max(0.0, until - self._loop.time())):
            if self._late_at != late_at:
                until = late_at = self._late_at
                continue
            now = self._loop.time()
            if now - until > _LATENESS:
                until = now + self._limit
                continue
            where = _summary(sys._current_frames().get(self._loop_thread))
            while self._late_at == late_at:
                if self._running.acquire(timeout=self._limit):
                    return
            self.count += 1
            logger.warning(
                "the event loop stood still for %.1f s in:\n%s", self._beaten - (late_at - self._limit), where
            )


def _summary(frame: FrameType | None) -> str:
    return "".join(traceback.format_stack(frame, limit=6)) if frame else "(its thread is gone)"
