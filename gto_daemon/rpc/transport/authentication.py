"""Clients of a server on TCP that have not shown its token yet."""

import asyncio
from collections.abc import Callable
from typing import Final

#: Bytes that a client's first message may have; it carries its environment.
MAX_FIRST_FRAME: Final = 1024 * 1024
#: Seconds for a client to show the token, and for each while `MAX_UNAUTHENTICATED` of them have not.
AUTH_TIMEOUT: Final = 10.0
MAX_UNAUTHENTICATED: Final = 64
CROWDED_AUTH_TIMEOUT: Final = 2.0


class PendingAuthentication:
    """Clients that have not shown the token. Any program of any user can connect: they must be few, and gone soon."""

    def __init__(self) -> None:
        self._waiting: dict[object, asyncio.TimerHandle] = {}

    def add(self, client: object, reject: Callable[[], None]) -> None:
        """Call `reject` unless the client is discarded in time."""
        timeout = AUTH_TIMEOUT if len(self._waiting) < MAX_UNAUTHENTICATED else CROWDED_AUTH_TIMEOUT
        # asyncio reads what has come before it looks at its timers: who has sent the token is never too late.
        self._waiting[client] = asyncio.get_running_loop().call_later(timeout, reject)

    def discard(self, client: object) -> None:
        """Forget a client that showed the token or left. Calling it again does nothing."""
        timer = self._waiting.pop(client, None)
        if timer is not None:
            timer.cancel()
