"""The refusals where a repository has changed or cannot be read."""

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
