"""Write the changes of a fleet into the outbox.

What is written is the difference between the refs of a repository now and the refs that were last written down; when
a change is noticed does not matter, nor how often it is, nor whether a process was killed in between.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from gto_daemon.daemon.live.git_thread import in_own_thread
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.sinks.facts import facts_of
from gto_daemon.daemon.sinks.outbox import Outbox
from gto_daemon.daemon.sinks.outbox_tables import Enqueued
from gto_daemon.registry.fleet.cloud_events import (
    FleetEvent,
    changes,
    cloud_event,
    counting,
    happened_since,
    order_of,
)
from gto_daemon.registry.snapshot import Snapshot

logger = logging.getLogger(__name__)

#: Events that are written down in one transaction.
_PAGE: Final = 500
#: Changes of a repository, beyond which all of it is compared.
_MAX_ARTIFACTS: Final = 1_000

InOutbox = Callable[[Callable[[], Any]], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class FollowedRepository:
    """A repository of a fleet that can be read.

    Attributes:
        name: its name in the fleet.
        url: the remote that is followed; None if it is on this machine.
        worktree: the open repository.
        snapshot: what it has.

    """

    name: str
    url: str | None
    worktree: Worktree
    snapshot: Snapshot


class Publisher:
    """Writes down what changes in the repositories of a fleet.

    Args:
        fleet: the name of the fleet.
        outbox: the outbox.
        in_outbox: runs a job in its thread.
        look: returns the repositories that can be read, as they are now.
        on_events: called once there are new events.

    """

    def __init__(
        self,
        fleet: Callable[[], str],
        outbox: Outbox,
        in_outbox: InOutbox,
        look: Callable[[], Coroutine[Any, Any, Sequence[FollowedRepository]]],
        on_events: Callable[[], None],
    ) -> None:
        self._fleet = fleet
        self._outbox = outbox
        self._in_outbox = in_outbox
        self._look = look
        self._on_events = on_events
        #: What has to be compared: artifacts by repository, None for all of them.
        self._changed: dict[str, set[str] | None] = {}
        self._compared: set[str] = set()
        self._news = asyncio.Event()
        self._news.set()

    def changed(self, repository: str, artifacts: Collection[str]) -> None:
        """Note that artifacts of a repository changed. On the event loop."""
        known = self._changed.setdefault(repository, set())
        if known is not None:
            known.update(artifacts)
            if len(known) > _MAX_ARTIFACTS:
                self._changed[repository] = None
        self._news.set()

    async def run(self) -> None:
        """Compare everything, and then what changes."""
        while True:
            await self._news.wait()
            self._news.clear()
            changed, self._changed = self._changed, {}
            try:
                for repository in await self._look():
                    if repository.name in self._compared:
                        artifacts = changed.pop(repository.name, set())
                        if artifacts is None or artifacts:
                            await self._compare(repository, artifacts)
                    else:
                        await self._compare(repository, None)
                        changed.pop(repository.name, None)
                        self._compared.add(repository.name)
            except BaseException:
                # What was not written down is compared again.
                self._compared.clear()
                self._news.set()
                raise
            # One that cannot be read now is compared as a whole when it can.
            self._compared -= changed.keys()

    async def _compare(self, repository: FollowedRepository, artifacts: set[str] | None) -> None:
        seen = await self._in_outbox(partial(self._outbox.seen, repository.name, artifacts))
        if seen is None:
            tags = await in_own_thread(partial(_tags, repository.snapshot))
            await self._in_outbox(partial(self._outbox.begin, repository.name, tags))
            logger.info("'%s' is looked at for the first time: events begin with what happens now", repository.name)
            return
        events = await in_own_thread(partial(_changes, repository, seen, artifacts))
        for page in _pages(events):
            enqueued = await in_own_thread(partial(_enqueued, self._fleet(), repository, page))
            await self._in_outbox(partial(self._outbox.record, enqueued))
            self._on_events()

    async def replay(self, sink: str, since: int) -> int:
        """Have a sink sent all that the tags of the fleet say that were made since a time; return how many events."""
        count = 0
        for repository in await self._look():
            events = await in_own_thread(partial(_history, repository, since))
            for page in _pages(events):
                enqueued = await in_own_thread(partial(_enqueued, self._fleet(), repository, page))
                await self._in_outbox(partial(self._outbox.send_again, sink, enqueued))
                count += len(page)
        self._on_events()
        return count


def _tags(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    index = snapshot.index
    return {artifact: counting(index.refs_of(artifact).values()) for artifact in index.refs}


def _changes(
    repository: FollowedRepository, seen: dict[str, dict[str, str]], artifacts: set[str] | None
) -> list[FleetEvent]:
    index = repository.snapshot.index
    names = index.refs.keys() | seen.keys() if artifacts is None else artifacts
    return _sorted(changes(repository.name, seen.get(name, {}), index.refs_of(name)) for name in sorted(names))


def _history(repository: FollowedRepository, since: int) -> list[FleetEvent]:
    index = repository.snapshot.index
    return _sorted(happened_since(repository.name, index.refs_of(name).values(), since) for name in sorted(index.refs))


def _sorted(found: Iterable[list[FleetEvent]]) -> list[FleetEvent]:
    # Stable, and in the order of each artifact: that stays.
    return sorted((event for events in found for event in events), key=order_of)


def _pages(events: Sequence[FleetEvent]) -> Iterator[list[FleetEvent]]:
    rest = iter(events)
    while page := list(islice(rest, _PAGE)):
        yield page


def _enqueued(fleet: str, repository: FollowedRepository, events: Sequence[FleetEvent]) -> list[Enqueued]:
    facts = facts_of(repository.worktree, repository.snapshot, events, repository.url)
    return [
        Enqueued(
            event.id(fleet),
            event.kind,
            event.repository,
            event.artifact,
            event.stage,
            event.ref,
            event.new,
            cloud_event(fleet, event, each),
        )
        for event, each in zip(events, facts, strict=True)
    ]
