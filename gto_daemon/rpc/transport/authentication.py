"""The token of a server on TCP, where the file system protects nothing: what comes first, and nothing before it."""

import asyncio
import hmac
from collections.abc import Callable
from typing import Any, Final

from gto_daemon.registry.errors import RegistryError

#: Bytes that a client's first message may have; it carries its environment.
MAX_FIRST_FRAME: Final = 1024 * 1024
#: Seconds for a client to show the token, and for each while `CROWD` of them have not.
PATIENCE: Final = 10.0
CROWD: Final = 64
CROWDED_PATIENCE: Final = 2.0
_HANDSHAKE = "gto/handshake"


def shows_token(value: Any, token: str) -> bool:
    """Whether the first JSON value of a connection is a handshake with the server's token."""
    if type(value) is not dict or value.get("method") != _HANDSHAKE or type(value.get("params")) is not dict:
        return False
    given = value["params"].get("token")
    return type(given) is str and hmac.compare_digest(given.encode(), token.encode())


def unauthorized() -> RegistryError:
    """What any other first message is told."""
    return RegistryError(
        "Unauthorized",
        "The first message on this port must be gto/handshake with the server's token",
        hint="The token is in gtod.json of the runtime directory, which only its owner can read.",
    )


class Doorstep:
    """Who has connected and not shown the token. Any program of any user can: they have to be few, and soon gone."""

    def __init__(self) -> None:
        self._waiting: dict[object, asyncio.TimerHandle] = {}

    def come(self, who: object, turn_away: Callable[[], None]) -> None:
        """Somebody connected. `turn_away` is called unless `leave` is, in time."""
        patience = PATIENCE if len(self._waiting) < CROWD else CROWDED_PATIENCE
        # asyncio reads what has come before it looks at its timers: who has sent the token is never too late.
        self._waiting[who] = asyncio.get_running_loop().call_later(patience, turn_away)

    def leave(self, who: object) -> None:
        """Somebody showed the token, or left. Said again, it means nothing."""
        timer = self._waiting.pop(who, None)
        if timer is not None:
            timer.cancel()
