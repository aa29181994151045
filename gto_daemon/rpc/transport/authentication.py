"""TCP clients that have not sent the token yet."""

import asyncio
from collections.abc import Callable
from typing import Final

#: Bytes that a client's first message may have; it carries its environment.
MAX_FIRST_FRAME: Final = 1024 * 1024


class PendingAuthentication:
    """Clients that have not sent the token. Any program of any user can connect, so number and time are limited.

    Args:
        timeout: seconds for a client to show the token.
        crowd: how many clients have to be waited for until each next one has less time.
        crowded_timeout: seconds for it.

    """

    def __init__(self, *, timeout: float = 10.0, crowd: int = 64, crowded_timeout: float = 2.0) -> None:
        self._timeout = timeout
        self._crowd = crowd
        self._crowded_timeout = crowded_timeout
        self._waiting: dict[object, asyncio.TimerHandle] = {}

    def add(self, client: object, reject: Callable[[], None]) -> None:
        """Call `reject` unless the client is discarded in time."""
        timeout = self._timeout if len(self._waiting) < self._crowd else self._crowded_timeout
        # asyncio reads what has come before it looks at its timers: who has sent the token is never too late.
        self._waiting[client] = asyncio.get_running_loop().call_later(timeout, reject)

    def discard(self, client: object) -> None:
        """Forget a client that showed the token or left. Further calls do nothing."""
        timer = self._waiting.pop(client, None)
        if timer is not None:
            timer.cancel()
