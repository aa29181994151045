"""The first commit of a repository, by which it is recognized whatever its path."""

from gto_daemon.git.layout import Layout
from gto_daemon.git.objects import open_store


def has_commit(layout: Layout, oid: str) -> bool:
    """Return whether the repository has this commit.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    store = open_store(layout)
    try:
        found = store.read(oid, 0)
        return found is not None and found.kind == "commit"
    finally:
        store.close()


def oldest_root(layout: Layout) -> str | None:
    """Return the oldest commit without parents, None before the first commit. It walks the history of HEAD.

    Raises:
        RegistryError: `UnreadableRepository`, `GitFailed`.

    """
    store = open_store(layout)
    try:
        return store.oldest_root()
    finally:
        store.close()
