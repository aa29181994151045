"""The output that waits for all clients. Each client is bounded elsewhere, but hundreds of slow readers add up.

A response is never refused because of it: clients that do not read are disconnected to make room.
"""

from collections.abc import Collection
from typing import Final, Protocol

#: Bytes that may wait for, and come in pieces from, all clients together.
MAX_HELD: Final = 128 * 1024 * 1024
#: A client counts from here on; what is less is on its way.
MIN_COUNTED: Final = 16 * 1024


class Holder(Protocol):
    """A client."""

    @property
    def held(self) -> int:
        """The bytes that are held for this client alone."""

    @property
    def unsent(self) -> Collection[bytes]:
        """The pieces that wait for this client, and perhaps for others too."""

    @property
    def is_stalled(self) -> bool:
        """Whether it has read nothing since it was written to, or has sent half a message."""

    def cut(self, reason: str) -> None:
        """Close its connection at once; the reason is logged."""


class Backlog:
    """The clients for which something is held, and `limit` bytes at the most."""

    def __init__(self, limit: int = MAX_HELD) -> None:
        self._limit = limit
        self._holders: set[Holder] = set()

    @property
    def held(self) -> int:
        """The bytes that are held for all clients. Shared pieces exist, and count, once."""
        shared = {id(piece): len(piece) for holder in self._holders for piece in holder.unsent}
        return sum(holder.held for holder in self._holders) + sum(shared.values())

    def note(self, holder: Holder) -> None:
        """Count a client for which more is held now. Where that is too much, others are cut off, but never this one.

        Clients that do not read go first, and among them the ones for which most is held.
        """
        if not _counts(holder):
            return
        self._holders = {other for other in self._holders if _counts(other)} | {holder}
        while self.held > self._limit and len(self._holders) > 1:
            other = max(self._holders - {holder}, key=lambda other: (other.is_stalled, _waiting(other)))
            self._holders.discard(other)
            other.cut(f"{self._limit} bytes wait for all clients together, and {_waiting(other)} of them for this one")

    def discard(self, holder: Holder) -> None:
        """Forget the client, which is gone."""
        self._holders.discard(holder)


def _counts(holder: Holder) -> bool:
    return holder.held >= MIN_COUNTED or bool(holder.unsent)


def _waiting(holder: Holder) -> int:
    return holder.held + sum(map(len, holder.unsent))
