"""Subscriptions to changes, and what happens to clients that read too slowly.

For a slow reader, changes are merged into one, up to the newest clock; if even that becomes too large, the connection
is closed, because a client that silently missed changes would show wrong data.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.rules.globs import matches
from gto_daemon.rpc.jsonrpc.limits import MAX_WAITING
from gto_daemon.rpc.jsonrpc.messages import encode, notification

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.journal import FleetStep
    from gto_daemon.daemon.live.journal import Change
    from gto_daemon.registry.events import Event


class Clocked(Protocol):
    """A value of some moment, or a change up to one."""

    @property
    def clock(self) -> str:
        """The clock then."""


C = TypeVar("C", bound=Clocked)
S = TypeVar("S", bound=Clocked)
Change_contra = TypeVar("Change_contra", contravariant=True)
Heard_co = TypeVar("Heard_co", covariant=True)
State_co = TypeVar("State_co", covariant=True)


class Changing(Protocol[Heard_co, State_co]):
    """What can be subscribed to: a worktree or a fleet."""

    def listen(self, listener: Callable[[Heard_co], None]) -> Callable[[], None]:
        """Call `listener` after each change. Return how to undo it."""

    async def fresh(self) -> State_co:
        """Return the present state."""


class ChangeFilter(Protocol[Change_contra]):
    """What a subscriber is notified of."""

    def filter(self, change: Change_contra, subscriber: object) -> "ChangeNotice | None":
        """Return what the subscriber is to know of a change, None for nothing."""


class ClientWriter(Protocol):
    """Sends the messages of a session."""

    @property
    def is_slow(self) -> bool:
        """Whether the client reads more slowly than we write."""

    def send(self, *pieces: bytes) -> None:
        """Send a message, which may be in pieces."""

    def resume(self) -> None:
        """Read on: what the session waited for has come."""

    def note_held(self) -> None:
        """Record that more data waits for the client than before."""

    def cut(self, reason: str) -> None:
        """Close the connection at once; the reason is logged."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The changes that a subscriber is notified of; None restricts nothing."""

    artifacts: frozenset[str] | None = None
    stages: frozenset[str] | None = None
    events: frozenset[str] | None = None

    @classmethod
    def of(
        cls, artifacts: Iterable[str] | None, stages: Iterable[str] | None, events: Iterable[str] | None
    ) -> "Filter":
        """Return the filter for the params of `gto/subscribe`."""
        return cls(*(None if names is None else frozenset(names) for names in (artifacts, stages, events)))

    def filter(self, change: "Change", subscriber: object) -> "ChangeNotice | None":
        """Return what the subscriber is to know of the change, None for nothing."""
        artifacts = change.artifacts
        if self.stages is not None or self.events is not None:
            artifacts = frozenset(event.artifact for event in (*change.added, *change.removed) if self.wants(event))
        elif self.artifacts is not None:
            artifacts &= self.artifacts
        if not artifacts and self != _EVERYTHING:
            return None
        return ChangeNotice(change.repo, change.clock, artifacts, is_own=change.origin is subscriber)

    def wants(self, event: "Event") -> bool:
        """Return whether the subscriber is to know of an event."""
        return (
            (self.artifacts is None or event.artifact in self.artifacts)
            and (self.stages is None or event.stage in self.stages)
            and (self.events is None or event.kind in self.events)
        )


_EVERYTHING: Final = Filter()


@dataclass(frozen=True, slots=True)
class FleetFilter:
    """The changes of a fleet that a subscriber is notified of; None restricts nothing.

    Attributes:
        artifacts: globs of `artifact` or `repository/artifact`.
        stages: stages.
        events: kinds of events.

    """

    artifacts: tuple[str, ...] | None = None
    stages: frozenset[str] | None = None
    events: frozenset[str] | None = None

    def filter(self, step: "FleetStep", subscriber: object) -> "ChangeNotice | None":
        """Return what the subscriber is to know of the step, None for nothing."""
        change, repository = step.change, step.repository
        names: Iterable[str] = change.artifacts
        if self.stages is not None or self.events is not None:
            wanted = Filter(None, self.stages, self.events)
            names = {event.artifact for event in (*change.added, *change.removed) if wanted.wants(event)}
        if self.artifacts is not None:
            names = [name for name in names if self._is_meant(f"{repository}", name)]
        if not names and self != _WHOLE_FLEET:
            return None
        artifacts = frozenset(f"{repository}/{name}" for name in names)
        repositories = frozenset[str]() if repository is None else frozenset((repository,))
        return ChangeNotice("", step.clock, artifacts, change.origin is subscriber, repositories)

    def _is_meant(self, repository: str, artifact: str) -> bool:
        return any(
            matches(glob, artifact) or matches(glob, f"{repository}/{artifact}") for glob in self.artifacts or ()
        )


_WHOLE_FLEET: Final = FleetFilter()


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """The content of a `gto/didChange`, or of a `gto/fleet/didChange` if it is about `repositories`."""

    repo: str
    clock: str
    artifacts: frozenset[str]
    is_own: bool
    repositories: frozenset[str] | None = None

    def squash(self, later: "ChangeNotice") -> "ChangeNotice":
        """Return both as one; they are of the same origin."""
        artifacts = self.artifacts | later.artifacts
        both = None if later.repositories is None else later.repositories | (self.repositories or frozenset())
        return ChangeNotice(later.repo, later.clock, artifacts, self.is_own, both)

    @property
    def size(self) -> int:
        """The approximate size in bytes."""
        return sum(map(len, self.artifacts)) + sum(map(len, self.repositories or ()))

    def encoded(self, subscription: int) -> bytes:
        """Return the encoded notification."""
        method = "gto/didChange" if self.repositories is None else "gto/fleet/didChange"
        return notification(method, b'{"subscription":%d,%b' % (subscription, _encoded_rest(self)))


# Each subscriber gets the same, but for the one whose act it was.
@lru_cache(maxsize=2)
def _encoded_rest(notice: ChangeNotice) -> bytes:
    """Return the encoded params after the number of the subscription."""
    params: JsonObject = {"clock": notice.clock}
    if notice.repositories is None:
        params = {"repo": notice.repo, **params}
    else:
        params["repositories"] = sorted(notice.repositories)
    params["artifacts"] = sorted(notice.artifacts)
    params["origin"] = "self" if notice.is_own else "other"
    return encode(params)[1:]


@dataclass(slots=True)
class _Subscription:
    number: int
    since: int | None = None
    is_answered: bool = False
    before_snapshot: list[ChangeNotice] = field(default_factory=list)
    #: No two neighbours are of the same origin. What is one's own comes of requests, which are not read from a slow
    #: reader, so these are few.
    waiting: list[ChangeNotice] = field(default_factory=list)
    undo: Callable[[], None] = field(default=lambda: None)


class Subscriptions:
    """The subscriptions of one connection.

    Args:
        writer: the client.
        max_waiting: bytes of notices that may wait for it.

    """

    def __init__(self, writer: ClientWriter, *, max_waiting: int = MAX_WAITING) -> None:
        self._writer = writer
        self._max_waiting = max_waiting
        self._numbers = 0
        self._acts = 0
        self._open: dict[int, _Subscription] = {}

    def __len__(self) -> int:
        """Return the number of open subscriptions."""
        return len(self._open)

    async def add(self, source: "Changing[C, S]", wanted: "ChangeFilter[C]") -> "tuple[int, S]":
        """Subscribe. Every change after the snapshot's clock is notified, none before the answer."""
        self._numbers += 1
        subscription = _Subscription(self._numbers)
        self._open[subscription.number] = subscription
        # Listening comes first, so that no change falls between the snapshot and the first notification; those that
        # the snapshot holds already are told apart by its clock.
        subscription.undo = source.listen(lambda change: self._changed(subscription, change, wanted))
        try:
            snapshot = await source.fresh()
        except BaseException:
            self._end(subscription)
            raise
        subscription.since = since = _number(snapshot.clock)
        for notice in subscription.before_snapshot:
            if _number(notice.clock) > since:
                self._wait(subscription, notice)
        subscription.before_snapshot.clear()
        asyncio.get_running_loop().call_soon(self._answered, subscription)
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
        """The approximate size of the waiting notices in bytes."""
        return sum(notice.size for subscription in self._open.values() for notice in subscription.waiting)

    def close(self) -> None:
        """End all subscriptions."""
        for subscription in list(self._open.values()):
            self._end(subscription)

    def catch_up(self) -> None:
        """Send what waited, now that the client reads again."""
        for subscription in self._open.values():
            if not self._waits(subscription):
                self._send_waiting(subscription)

    def defer(self) -> None:
        """Defer notices during an act until after its response, which tells the client the clock of its own change."""
        self._acts += 1

    def flush(self) -> None:
        """Send deferred notices after the response of an act."""
        self._acts -= 1
        self.catch_up()

    def _end(self, subscription: _Subscription) -> None:
        self._open.pop(subscription.number, None)
        subscription.undo()

    def _answered(self, subscription: _Subscription) -> None:
        subscription.is_answered = True
        if subscription.number in self._open and not self._waits(subscription):
            self._send_waiting(subscription)

    def _waits(self, subscription: _Subscription) -> bool:
        return not subscription.is_answered or self._acts > 0 or self._writer.is_slow

    def _changed(self, subscription: _Subscription, change: C, wanted: "ChangeFilter[C]") -> None:
        since = subscription.since
        if since is not None and _number(change.clock) <= since:
            return
        notice = wanted.filter(change, self)
        if notice is None:
            return
        if since is None:
            # Whether the snapshot that is being read holds it is not known yet; squashed with a later one, which the
            # snapshot does not hold, it would be sent although it is in the answer.
            subscription.before_snapshot.append(notice)
        elif self._waits(subscription) or subscription.waiting:
            self._wait(subscription, notice)
        else:
            self._writer.send(notice.encoded(subscription.number))

    def _wait(self, subscription: _Subscription, notice: ChangeNotice) -> None:
        waiting = subscription.waiting
        if waiting and waiting[-1].is_own == notice.is_own:
            waiting[-1] = waiting[-1].squash(notice)
        else:
            waiting.append(notice)
        if self.waiting_size > self._max_waiting:
            self._writer.cut(f"the client reads no notifications; {self.waiting_size} bytes of them wait")
        else:
            self._writer.note_held()

    def _send_waiting(self, subscription: _Subscription) -> None:
        notices, subscription.waiting = subscription.waiting, []
        for notice in notices:
            self._writer.send(notice.encoded(subscription.number))


def _number(clock: str) -> int:
    """Return the step of a clock; the steps of a worktree increase."""
    return int(clock.rpartition(":")[2])
