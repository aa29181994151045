"""Who hears of which changes, and what happens to a reader that is too slow for them.

While a reader is slow its changes are squashed into one, up to the newest clock; when even that grows beyond bounds
the connection is cut, because a client that silently missed changes would be wrong without knowing.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from gto_daemon.daemon.live.journal import net_rows
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.jsonrpc.codec import encode, notification

if TYPE_CHECKING:
    from gto_daemon.daemon.live.journal import Change
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.registry.snapshot import Snapshot

Row = dict[str, Any]

#: Bytes of changes that wait for one slow reader.
MAX_WAITING: Final = 32 * 1024 * 1024


class ClientWriter(Protocol):
    """Where the messages of a session go."""

    @property
    def is_slow(self) -> bool:
        """Whether the client reads more slowly than we write."""

    def send(self, *pieces: bytes) -> None:
        """Send a message, which may be in pieces."""

    def resume(self) -> None:
        """Go on reading: what the session waited for has come."""

    def note_held(self) -> None:
        """More waits for the client than before."""

    def cut(self, reason: str) -> None:
        """End the connection at once; the reason goes into the log."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscriber is notified of; None restricts nothing."""

    artifacts: frozenset[str] | None = None
    stages: frozenset[str] | None = None
    events: frozenset[str] | None = None

    @classmethod
    def of(
        cls, artifacts: Iterable[str] | None, stages: Iterable[str] | None, events: Iterable[str] | None
    ) -> "Filter":
        """From the params of `gto/subscribe`."""
        return cls(*(None if names is None else frozenset(names) for names in (artifacts, stages, events)))

    def told(self, change: "Change") -> "ChangeNotice | None":
        """The part of the change that the subscriber hears of, None for none of it."""
        added = [row for row in change.added if self._has(row)]
        removed = [row for row in change.removed if self._has(row)]
        names: Iterable[str] = change.artifacts
        if self.stages is not None or self.events is not None:
            names = {row["artifact"] for row in (*added, *removed)}
        elif self.artifacts is not None:
            names = self.artifacts.intersection(change.artifacts)
        elif not change.artifacts:
            return ChangeNotice(change.repo, change.clock, set(), added, removed)
        return ChangeNotice(change.repo, change.clock, set(names), added, removed) if names else None

    def _has(self, row: Row) -> bool:
        return (
            (self.artifacts is None or row["artifact"] in self.artifacts)
            and (self.stages is None or row["stage"] in self.stages)
            and (self.events is None or row["event"] in self.events)
        )


@dataclass(slots=True)
class ChangeNotice:
    """What one `gto/didChange` says."""

    repo: str
    clock: str
    artifacts: set[str]
    added: list[Row]
    removed: list[Row]

    def squash(self, later: "ChangeNotice") -> "ChangeNotice":
        """Both as one change: what came and went again is in neither list."""
        added, removed = net_rows(self.added, self.removed, later.added, later.removed)
        return ChangeNotice(later.repo, later.clock, self.artifacts | later.artifacts, added, removed)

    def encoded(self, subscription: int) -> bytes:
        """The notification."""
        params = {
            "subscription": subscription,
            "repo": self.repo,
            "clock": self.clock,
            "artifacts": sorted(self.artifacts),
            "events": {"added": self.added, "removed": self.removed},
        }
        return notification("gto/didChange", encode(params))


@dataclass(slots=True)
class _Subscription:
    number: int
    wanted: Filter
    since: int | None = None
    held: bool = True
    early: list[ChangeNotice] = field(default_factory=list)
    waiting: ChangeNotice | None = None
    waiting_size: int = 0
    undo: Callable[[], None] = field(default=lambda: None)


class Subscriptions:
    """The subscriptions of one connection."""

    def __init__(self, writer: ClientWriter) -> None:
        self._writer = writer
        self._numbers = 0
        self._acts = 0
        self._open: dict[int, _Subscription] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    async def add(self, worktree: "Worktree", wanted: Filter) -> "tuple[int, Snapshot]":
        """Subscribe. Every change after the snapshot's clock is told, none before the answer."""
        self._numbers += 1
        subscription = _Subscription(self._numbers, wanted)
        self._open[subscription.number] = subscription
        # Listening comes first, so that no change falls between the snapshot and the first notification; those that
        # the snapshot holds already are told apart by its clock.
        subscription.undo = worktree.listen(lambda change: self._changed(subscription, change))
        try:
            snapshot = await worktree.fresh()
        except BaseException:
            self._end(subscription)
            raise
        subscription.since = since = _number(snapshot.clock)
        for told in subscription.early:
            if _number(told.clock) > since:
                self._wait(subscription, told)
        subscription.early.clear()
        asyncio.get_running_loop().call_soon(self._release, subscription)
        return subscription.number, snapshot

    def remove(self, number: int) -> None:
        """End a subscription.

        Raises:
            RegistryError: `SubscriptionNotFound`.

        """
        subscription = self._open.get(number)
        if subscription is None:
            raise RegistryError(
                "SubscriptionNotFound",
                f"This connection has no subscription {number}",
                hint="gto/subscribe answers the number; it ends with its connection.",
                subscription=number,
            )
        self._end(subscription)

    @property
    def waiting_size(self) -> int:
        """Bytes of changes that wait."""
        return sum(subscription.waiting_size for subscription in self._open.values())

    def close(self) -> None:
        """End all of them."""
        for subscription in list(self._open.values()):
            self._end(subscription)

    def catch_up(self) -> None:
        """Tell what waited, now that the client reads again."""
        for subscription in self._open.values():
            if self._waits(subscription):
                continue
            self._tell(subscription)

    def hold(self) -> None:
        """The client acts: what changes is told after its answer, so that it knows its own change when it hears it."""
        self._acts += 1

    def release(self) -> None:
        """The answer of an act is sent."""
        self._acts -= 1
        self.catch_up()

    def _end(self, subscription: _Subscription) -> None:
        self._open.pop(subscription.number, None)
        subscription.undo()

    def _release(self, subscription: _Subscription) -> None:
        subscription.held = False
        if subscription.number in self._open and not self._waits(subscription):
            self._tell(subscription)

    def _waits(self, subscription: _Subscription) -> bool:
        return subscription.held or self._acts > 0 or self._writer.is_slow

    def _changed(self, subscription: _Subscription, change: "Change") -> None:
        since = subscription.since
        if since is not None and _number(change.clock) <= since:
            return
        told = subscription.wanted.told(change)
        if told is None:
            return
        if since is None:
            # Whether the snapshot that is being read holds it is not known yet; squashed with a later one, which the
            # snapshot does not hold, it would be told although it is in the answer.
            subscription.early.append(told)
        elif self._waits(subscription) or subscription.waiting is not None:
            self._wait(subscription, told)
        else:
            self._writer.send(told.encoded(subscription.number))

    def _wait(self, subscription: _Subscription, told: ChangeNotice) -> None:
        before = subscription.waiting
        subscription.waiting = told if before is None else before.squash(told)
        subscription.waiting_size += len(told.encoded(subscription.number))
        if subscription.waiting_size > MAX_WAITING:
            subscription.waiting_size = len(subscription.waiting.encoded(subscription.number))
        if subscription.waiting_size > MAX_WAITING:
            self._writer.cut(f"the client reads no notifications; {subscription.waiting_size} bytes of changes wait")
        else:
            self._writer.note_held()

    def _tell(self, subscription: _Subscription) -> None:
        told, subscription.waiting, subscription.waiting_size = subscription.waiting, None, 0
        if told is not None:
            self._writer.send(told.encoded(subscription.number))


def _number(clock: str) -> int:
    """The step of a clock; those of one worktree grow."""
    return int(clock.rpartition(":")[2])
