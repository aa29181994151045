"""What reads a repository: libgit2, or, where that cannot open it, the git command line.

`libgit_store.py` and `git_store.py` implement it; everything that objects mean is in `objects.py`, once for both.
"""

from typing import Final, NamedTuple, Protocol

from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError

#: Where branches are.
BRANCHES: Final = ("refs/heads/", "refs/remotes/")
#: Bytes of an object that is read. A few kilobytes of a pack may be gigabytes of an object, so its length is looked at
#: before it is inflated. Longer ones are only copied out (`gtod get`).
MAX_OBJECT: Final = 64 << 20


class StoredObject(NamedTuple):
    """An object as Git keeps it: `commit`, `tree`, `blob` or `tag`, its bytes, and how many there are.

    `data` is None for an object that is longer than what was asked for.
    """

    kind: str
    data: bytes | None
    size: int


class ObjectStore(Protocol):
    """The reads that a registry needs. For one thread.

    Attributes:
        runs_git: whether programs are run for it, which nobody may in an untrusted session.

    """

    runs_git: bool

    def read(self, oid: str, limit: int | None = MAX_OBJECT) -> StoredObject | None:
        """Return the object, without its bytes where they are more than `limit`; None when it is missing or damaged.

        Nothing is ever fetched for it.
        """

    def head(self) -> str | None:
        """HEAD's commit, None before the first."""

    def branches(self) -> list[str]:
        """Return the full names of the branches that lead to a commit, of remotes too."""

    def remotes(self) -> list[str]:
        """Return the names of the configured remotes."""

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is pushed to, or else fetched from, where none is named."""

    def remote_url(self, name: str) -> str | None:
        """Return where a configured remote is, `insteadOf` applied; None for one that is not, or has no URL."""

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """Return the commits that `new` has and `old` has not, the newest first, and whether these are all.

        They are not where there are more than `limit`, or where a commit is missing from this clone.
        """

    def resolve(self, rev: str) -> str | None:
        """Return the commit that a revision names, in Git's own syntax; None for none."""

    def ref(self, name: str) -> str | None:
        """Return the commit that the ref of exactly this full name leads to; None for none.

        A revision of that name may be another ref, where there is none: `refs/heads/x` is `refs/tags/refs/heads/x`.
        """

    def oldest_root(self) -> str | None:
        """Return the oldest commit without parents that HEAD leads to; None before the first commit."""

    def variable(self, name: str) -> str | None:
        """Return the value of a variable of Git's configuration; None if it is not set."""

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref leads to (`HEAD`: the branch that is checked out); None if it is none."""

    def close(self) -> None:
        """Let go of the repository, and end what runs for it."""


def unreadable(repo: str, reason: str, *, retryable: bool = False) -> RegistryError:
    """Return the refusal of a repository that cannot be opened, for the reason that libgit2 or git gave."""
    if "not owned by current user" in reason or "dubious ownership" in reason:
        return RegistryError(
            "UnreadableRepository",
            f"'{repo}' belongs to another user, and Git does not trust it",
            hint=f"If you do: {commands.command('git', 'config', '--global', '--add', 'safe.directory', repo)}",
            path=repo,
        )
    return RegistryError(
        "UnreadableRepository",
        f"'{repo}' cannot be opened: {reason}",
        hint=f"See what Git says: {commands.command('git', '-C', repo, 'status')}",
        retryable=retryable,
        path=repo,
    )
