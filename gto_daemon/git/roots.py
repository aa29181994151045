"""The first commits of a repository, by which it is recognized whatever its path."""

import os

from gto_daemon.git.git_store import READ_TIMEOUT, READING
from gto_daemon.git.layout import Layout
from gto_daemon.git.process import Git
from gto_daemon.registry.errors import RegistryError


def has_commit(layout: Layout, oid: str) -> bool:
    """Return whether the repository has this commit.

    Raises:
        RegistryError: `GitNotFound`.

    """
    return Git(layout, {}).run("cat-file", "-e", f"{oid}^{{commit}}", env=READING, timeout=READ_TIMEOUT).succeeded


def oldest_root(layout: Layout) -> str | None:
    """Return the oldest commit without parents, None before the first commit. It walks the history of all branches.

    Tags are left out: in a partial clone what they point at may be missing, which git then takes for a failure.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.

    """
    asked = Git(layout, {}).run(
        "rev-list",
        "--max-parents=0",
        "--date-order",
        "--ignore-missing",
        "--branches",
        "--remotes",
        "HEAD",
        env=READING,
        timeout=READ_TIMEOUT,
    )
    if not asked.succeeded:
        raise RegistryError(
            "GitFailed",
            f"git does not tell the first commit of the repository: {asked.complaint or f'exit code {asked.code}'}",
            hint="See what git says in a terminal.",
            words=asked.complaint,
        )
    return next(reversed(os.fsdecode(asked.stdout).split()), None)
