"""The identity of a directory, and the refusals where it has changed or cannot be read."""

import os
from pathlib import Path

from gto_daemon.registry.errors import RegistryError


def gone(repo: str) -> RegistryError:
    """Return the refusal for a checkout that no longer exists at its path."""
    return RegistryError(
        "NotARepository",
        f"No Git repo found in '{repo}': it was moved, deleted or replaced",
        hint="Ask again with the path where it is now.",
        retryable=True,
        path=repo,
    )


def unreadable(repo: str, error: OSError) -> RegistryError:
    """Return the refusal for a checkout that the system refuses to read: unreadable must not count as missing."""
    return RegistryError(
        "UnreadableRepository",
        f"'{repo}' cannot be read: {error}",
        hint="Try again; where that does not help, the reason is in the message.",
        retryable=True,
        path=repo,
    )


def directory_identity(place: Path) -> tuple[int, int] | None:
    """Return the identity of the directory at a path; None if there is none."""
    try:
        found = os.stat(place)  # noqa: PTH116 - for every request
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
