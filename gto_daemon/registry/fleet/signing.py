"""Signatures of Standard Webhooks 1.0: `webhook-signature`, made with every secret that is in use."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from gto_daemon.registry.errors import RegistryError

PREFIX: Final = "whsec_"
#: Bytes of a secret, as Standard Webhooks has it.
_MIN_SECRET: Final = 24
_MAX_SECRET: Final = 64


def read_secret(text: bytes, place: str) -> bytes:
    """Return the bytes of a secret. What is wrong with it is said without showing it.

    Args:
        text: `whsec_` and base64.
        place: where it was read.

    Raises:
        RegistryError: `SecretUnusable`.

    """
    said = text.strip()
    try:
        if not said.startswith(PREFIX.encode()):
            raise ValueError
        secret = base64.b64decode(said[len(PREFIX) :], validate=True)
    except (ValueError, binascii.Error):
        # Not as the cause: its words may have a part of the secret.
        raise _unusable(place, "is not 'whsec_' and base64") from None
    if not _MIN_SECRET <= len(secret) <= _MAX_SECRET:
        raise _unusable(place, f"has {len(secret)} bytes, and not {_MIN_SECRET} to {_MAX_SECRET}")
    return secret


def signature(secrets: Sequence[bytes], message: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: one signature for each secret, by which receivers rotate theirs."""
    signed = f"{message}.{timestamp}.".encode() + body
    made = (hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(each).decode('ascii')}" for each in made)


def _unusable(place: str, what: str) -> RegistryError:
    return RegistryError(
        "SecretUnusable",
        f"The secret of {place} {what}",
        hint='Make one: `echo "whsec_$(openssl rand -base64 32)"`. Receivers need the same.',
    )
