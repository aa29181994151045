"""Hints that a repository may have changed. A hint starts a listing; it is never the change itself.

Two things give them: inotify, which costs nothing while nothing happens, and watchfiles on systems without it. What
either loses is found by the heartbeat of the follower, so nothing here has to be complete.
"""

from typing import Literal, Protocol

from gto_daemon.daemon.following.places import Places


class Hinted(Protocol):
    """Who gets the hints of a watcher, on the event loop, until the watcher is stopped."""

    def armed(self) -> None:
        """Look now: what changed before was not watched yet."""

    def hinted(self) -> None:
        """Look now: something happened."""

    def overflowed(self) -> None:
        """Read everything again: so much happened that it is not known what."""

    def failed(self, reason: str) -> None:
        """Expect no more hints."""


class Watcher(Protocol):
    """Watches the places of one worktree from the first `follow` until it is stopped."""

    async def follow(self, places: Places) -> None:
        """Watch these places from now on, and no others."""

    def sees_all(self, places: Places) -> bool:
        """Return whether nothing can happen in these places without an event that is there as soon as it has happened.

        True only if everything in them is watched, and nothing writes there but through this kernel.
        """

    def stop(self) -> None:
        """Stop it, without waiting."""


class Watching(Protocol):
    """Makes watchers. One for a process: what they share belongs to it.

    Attributes:
        source: what reports events.

    """

    source: Literal["inotify", "watchfiles"]

    def watcher(self, listener: Hinted) -> Watcher:
        """Return a watcher that tells `listener`."""

    def is_quiet(self) -> bool:
        """Return whether the watchers were told of everything that has happened."""

    def close(self) -> None:
        """Let go of what the watchers share."""
