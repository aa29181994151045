"""When an unused daemon stops."""

import asyncio
import time
from typing import Protocol


class Served(Protocol):
    """What the life of the process depends on."""

    @property
    def session_count(self) -> int:
        """The number of connected clients."""

    @property
    def idle_since(self) -> float | None:
        """The time since which no client is connected (`time.monotonic()`); None if one is, or none was yet."""

    async def close(self) -> None:
        """Answer all pending requests and close every session."""


async def until_idle(served: Served, patience: float) -> None:
    """Return once there has been no client for `patience` seconds; never for a patience of 0."""
    if patience <= 0:
        await asyncio.Event().wait()
    started = time.monotonic()
    while True:
        if served.session_count:
            remaining = patience
        else:
            since = started if served.idle_since is None else served.idle_since
            remaining = since + patience - time.monotonic()
        if remaining <= 0:
            return
        # No timer per session: looked at again when the end is possible at the earliest.
        await asyncio.sleep(remaining)
