"""Reject connections of other users.

They cannot access the directory anyway; this is for systems and mistakes that give them access.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import cast

from gto_daemon import platform

logger = logging.getLogger(__name__)


class Gate(asyncio.Protocol):
    """Checks a connection once, then replaces itself with the protocol that serves it, and costs nothing more."""

    def __init__(self, protocol_factory: Callable[[], asyncio.BaseProtocol], user: int) -> None:
        self._protocol_factory = protocol_factory
        self._user = user

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve the connection, or end it when its peer is another user."""
        pid, user = platform.peer(transport.get_extra_info("socket"))
        if user != self._user:
            logger.warning("turned away process %d of user %d", pid, user)
            cast("asyncio.Transport", transport).abort()
            return
        protocol = self._protocol_factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)


def guarded(
    protocol_factory: Callable[[], asyncio.BaseProtocol], user: int | None = None
) -> Callable[[], asyncio.BaseProtocol]:
    """Wrap `protocol_factory` to accept only connections of `user` (default: the user of this process)."""
    expected = platform.user() if user is None else user
    return lambda: Gate(protocol_factory, expected)
