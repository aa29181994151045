"""Deliver what the outbox has for one sink: each event until it is accepted, or given up.

Within an artifact an event is sent only once the one before it was accepted. Several artifacts are sent at once, each
over a connection of its own. One that fails waits by itself; while nothing arrives at all, one try after the other is
made, at growing distances, so that a receiver that comes back finds no crowd.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from gto_daemon.daemon.live.git_thread import in_own_thread
from gto_daemon.daemon.sinks.outbox import Outbox, isotime
from gto_daemon.daemon.sinks.outbox_tables import Lane, SinkState, Waiting
from gto_daemon.daemon.sinks.sending import Outcome, Sender
from gto_daemon.protocol.sinks import SinkRow
from gto_daemon.registry.fleet.cloud_events import wants
from gto_daemon.registry.fleet.values import Sink

logger = logging.getLogger(__name__)

#: Artifacts that are sent at once.
MAX_AT_ONCE: Final = 4
#: Seconds after which connections that nothing is sent over are closed.
_IDLE: Final = 30.0
#: Seconds that what is on its way gets when delivering ends.
_GRACE: Final = 3.0
#: Deliveries after which what arrived long ago is dropped.
_PRUNE_EVERY: Final = 1_000
_MAX_DOUBLINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds until an artifact, and until a sink of which nothing arrives, is tried again: doubled up to the most."""

    lane: float = 5.0
    max_lane: float = 900.0
    sink: float = 1.0
    max_sink: float = 60.0

    def of_lane(self, attempts: int) -> float:
        """Return the pause after so many tries of an event."""
        return _doubled(self.lane, self.max_lane, attempts)

    def of_sink(self, failures: int) -> float:
        """Return the pause after so many failures in a row."""
        return _doubled(self.sink, self.max_sink, failures)


def _doubled(first: float, most: float, times: int) -> float:
    # By a random part less, so that many do not come back together.
    return min(most, first * 2.0 ** min(times - 1, _MAX_DOUBLINGS)) * random.uniform(0.75, 1.0)  # noqa: S311


class Deliverer:
    """Delivers to one sink, on the event loop, until it is cancelled.

    Args:
        sink: the sink.
        outbox: the outbox.
        in_outbox: runs a job in its thread.
        connect: makes a sender.
        pauses: how long to wait after failures.

    """

    def __init__(
        self,
        sink: Sink,
        outbox: Outbox,
        in_outbox: "Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]",
        connect: Callable[[], Sender],
        pauses: Pauses,
    ) -> None:
        self.sink = sink
        self._outbox = outbox
        self._in_outbox = in_outbox
        self._connect = connect
        self._pauses = pauses
        self._idle: list[Sender] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        #: When a lane may be tried again, and when it was tried last (`time.monotonic()`).
        self._blocked: dict[str, float] = {}
        self._tried: dict[str, float] = {}
        self._paused_until = 0.0
        self._failures = 0
        self._trouble = ""
        self._finished = 0
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look for events: there are new ones."""
        self._wake.set()

    def retry_now(self) -> None:
        """Try again now what waits after failures."""
        self._blocked.clear()
        self._paused_until = 0.0
        self._wake.set()

    async def run(self) -> None:
        """Deliver."""
        try:
            while True:
                self._wake.clear()
                while await self._in_outbox(partial(self._outbox.distribute, self.sink.name, self._wants)):
                    pass
                await self._start()
                await self._wait()
        finally:
            if self._running:
                await asyncio.wait(self._running.values(), timeout=_GRACE)
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)
            self._running.clear()
            self._close_idle()

    def _wants(self, repository: str, artifact: str, stage: str | None, kind: str) -> bool:
        return wants(self.sink, repository, artifact, stage, kind)

    async def _start(self) -> None:
        """Start with the lanes that may be sent now."""
        now = time.monotonic()
        free = (1 if self._failures else MAX_AT_ONCE) - len(self._running)
        if free <= 0 or now < self._paused_until:
            return
        self._blocked = {lane: until for lane, until in self._blocked.items() if until > now}
        besides = {*self._blocked, *self._running}
        lanes = await self._in_outbox(partial(self._outbox.claim, self.sink.name, free, besides))
        for lane in lanes:
            task = asyncio.create_task(self._deliver(lane), name=f"deliver {lane.name} to {self.sink.name}")
            self._running[lane.name] = task
            task.add_done_callback(partial(self._done, lane.name))

    def _done(self, lane: str, task: "asyncio.Task[None]") -> None:
        if self._running.get(lane) is task:
            del self._running[lane]
        if not task.cancelled() and task.exception() is not None:
            # As if it had not been tried: the outbox could not be written, say.
            logger.error("delivering to '%s' failed", self.sink.name, exc_info=task.exception())
            self._failed_sink(str(task.exception()), None)
        self._wake.set()

    async def _wait(self) -> None:
        """Wait until something can be done."""
        now = time.monotonic()
        until = [self._paused_until] if self._paused_until > now else [*self._blocked.values()]
        is_unused = not self._running and bool(self._idle)
        if is_unused:
            until.append(now + _IDLE)
        try:
            async with asyncio.timeout(max(0.0, min(until) - now) if until else None):
                await self._wake.wait()
        except TimeoutError:
            if is_unused:
                self._close_idle()

    async def _deliver(self, lane: Lane) -> None:
        sender = self._idle.pop() if self._idle else self._connect()
        try:
            delivered, outcome = await in_own_thread(partial(_send, sender, lane.events))
        except BaseException:
            sender.close()
            raise
        self._idle.append(sender)
        if delivered:
            self._succeeded(lane.name)
            await self._in_outbox(partial(self._outbox.finish, self.sink.name, lane.name, delivered))
            self._finished += len(delivered)
            if self._finished >= _PRUNE_EVERY:
                self._finished = 0
                await self._in_outbox(self._outbox.prune)
        if outcome is not None:
            await self._failed(lane, lane.events[len(delivered)], outcome, is_first=not delivered)

    def _succeeded(self, lane: str) -> None:
        self._failures = 0
        self._trouble = ""
        self._tried.pop(lane, None)

    async def _failed(self, lane: Lane, event: Waiting, outcome: Outcome, *, is_first: bool) -> None:
        now = time.monotonic()
        attempts = lane.attempts + 1 if is_first else 1
        # By a clock that never jumps, and only while there is a process that tries.
        failing = (lane.failing if is_first else 0.0) + now - self._tried.get(lane.name, now)
        self._tried[lane.name] = now
        is_dead = failing >= self.sink.dead_after and time.time() - event.at >= self.sink.dead_after
        logger.warning("'%s' did not accept %s: %s", self.sink.name, event.id, outcome.said)
        job = partial(
            self._outbox.fail, self.sink.name, lane.name, event.seq, outcome.said, failing=failing, dead=is_dead
        )
        self._blocked[lane.name] = now + max(self._pauses.of_lane(attempts), outcome.pause or 0.0)
        if is_dead:
            del self._blocked[lane.name]
            logger.error("%s is given up for '%s' after %d s", event.id, self.sink.name, failing)
        self._failed_sink(outcome.said, outcome.pause)
        await self._in_outbox(job)

    def _failed_sink(self, said: str, pause: float | None) -> None:
        self._failures += 1
        self._trouble = said
        self._paused_until = time.monotonic() + (self._pauses.of_sink(self._failures) if pause is None else pause)

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def row(self, state: SinkState, address: str) -> SinkRow:
        """Return what is told of the sink."""
        health: Literal["ok", "failing"] = "failing" if self._failures else "ok"
        left = self._paused_until - time.monotonic()
        later = f"; it is tried again in {left:.0f} s" if left >= 1 else ""
        return {
            "name": self.sink.name,
            "type": self.sink.kind,
            "address": address,
            "health": health,
            "message": f"{self._trouble}{later}" if self._failures else "",
            "pending": state.pending,
            "delivered": state.delivered,
            "dead": state.dead,
            "oldest_pending": None if state.oldest is None else isotime(state.oldest),
            "last_delivered": None if state.delivered_at is None else isotime(state.delivered_at),
        }


def _send(sender: Sender, events: tuple[Waiting, ...]) -> tuple[list[tuple[int, str]], Outcome | None]:
    """Send events, one after the other, up to the first that is not accepted; return those that were, and why not."""
    delivered: list[tuple[int, str]] = []
    for event in events:
        outcome = sender.send(event)
        if not outcome.accepted:
            return delivered, outcome
        delivered.append((event.seq, outcome.said))
    return delivered, None
