"""The token of a server on TCP, where the file system protects nothing."""

import hmac

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.envelope import Message, Request

_HANDSHAKE = "gto/handshake"


def shows_token(message: Message, token: str) -> bool:
    """Whether the first message of a connection is a handshake with the server's token."""
    if not isinstance(message, Request) or message.method != _HANDSHAKE or not isinstance(message.params, dict):
        return False
    given = message.params.get("token")
    return isinstance(given, str) and hmac.compare_digest(given.encode(), token.encode())


def unauthorized() -> RegistryError:
    """What any other first message is told."""
    return RegistryError(
        "Unauthorized",
        "The first message on this port must be gto/handshake with the server's token",
        hint="The token is in gtod.json of the runtime directory, which only its owner can read.",
    )
