"""Changes of resources, told to clients of both eras: `resources/subscribe` and `subscriptions/listen`."""

import asyncio
import logging
from collections import Counter
from typing import Final

from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourceUpdated

from gto_daemon.client import CallError, DaemonUnavailable
from gto_daemon.client.aclient import Subscription
from gto_daemon.mcp.registry import Registry
from gto_daemon.mcp.resources import parse

#: Seconds between two attempts to hear from a daemon again that has ended.
_RETRY: Final = 1.0
logger = logging.getLogger(__name__)


class Changes:
    """Follows the repositories whose resources somebody listens to.

    Attributes:
        bus: carries the events to clients that listen in the way of 2026.

    """

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._sessions: dict[str, ServerSession] = {}
        self._watched: dict[Registry, Counter[str]] = {}
        self._tasks: dict[Registry, asyncio.Task[None]] = {}

    async def watch(self, registry: Registry, uris: list[str]) -> None:
        """Tell of changes of these resources from now on.

        Raises:
            CallError: the daemon refuses.
            DaemonUnavailable: there is none, and none can be started.

        """
        if registry not in self._tasks:
            subscription = await _subscribed(registry)
            if registry in self._tasks:
                await subscription.close()
            else:
                self._watched[registry] = Counter()
                self._tasks[registry] = asyncio.create_task(self._follow(registry, subscription))
                self._tasks[registry].add_done_callback(_log_failure)
        self._watched[registry].update(uris)

    def unwatch(self, registry: Registry, uris: list[str]) -> None:
        """Take back what `watch` was asked for."""
        self._watched[registry].subtract(uris)
        self._watched[registry] += Counter()  # drops what nobody listens to

    async def subscribe(self, registry: Registry, uri: str, session: ServerSession) -> None:
        """Tell a client of 2025 of changes of a resource.

        Raises:
            CallError, DaemonUnavailable: as `watch`.

        """
        await self.watch(registry, [uri])
        self._sessions[uri] = session

    def unsubscribe(self, uri: str) -> None:
        """Take back `subscribe`."""
        if self._sessions.pop(uri, None) is not None:
            for registry, uris in self._watched.items():
                if uri in uris:
                    self.unwatch(registry, [uri])
                    return

    async def close(self) -> None:
        """Follow nothing more."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(self, registry: Registry, subscription: Subscription) -> None:
        clock = subscription.clock
        while True:
            async for change in subscription:
                clock = change["clock"]
                # Nothing is named where only HEAD moved: annotations are read from there.
                await self._tell(registry, change["artifacts"])
            subscription = await self._subscribed_again(registry)
            if subscription.clock != clock:
                clock = subscription.clock
                await self._tell(registry, [])

    async def _subscribed_again(self, registry: Registry) -> Subscription:
        level = logging.WARNING
        while True:
            try:
                return await _subscribed(registry)
            except (CallError, DaemonUnavailable) as error:
                logger.log(level, "changes of '%s' are not heard of for now: %s", registry.path, error)
                level = logging.DEBUG
                await asyncio.sleep(_RETRY)

    async def _tell(self, registry: Registry, artifacts: list[str]) -> None:
        """Tell of the resources of these artifacts, or of all if none is named."""
        for uri in [*self._watched[registry]]:
            place = parse(uri)
            if place is None or (artifacts and place.artifact not in artifacts):
                continue
            await self.bus.publish(ResourceUpdated(uri=uri))
            session = self._sessions.get(uri)
            if session is not None:
                await session.send_resource_updated(uri)


async def _subscribed(registry: Registry) -> Subscription:
    return await (await registry.connection()).subscribe(registry.path)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("changes are not heard of any longer", exc_info=error)
