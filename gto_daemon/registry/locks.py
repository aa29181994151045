"""Lock files of Git that may have been left behind, as findings."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gto_daemon.registry.problems import Problem

#: Seconds after which a lock is hardly a running git's: it holds most of them for milliseconds, hooks for longer.
STALE_AFTER = 60


@dataclass(frozen=True, slots=True)
class LockFile:
    """A lock of Git's: its path, and the seconds since it was made."""

    path: str
    age_s: int


def stale_locks(locks: Iterable[LockFile]) -> Iterator[Problem]:
    """Yield a finding for each lock: what it blocks, its age, and the remedy."""
    for lock in locks:
        yield Problem(
            code="stale-lock",
            severity="warning" if lock.age_s >= STALE_AFTER else "info",
            message=f"'{lock.path}' has been there for {_age(lock.age_s)}: a git is at work, or was killed, and "
            "what it locks cannot be changed.",
            hint=f"If no git runs in this repository, delete it: rm {shlex.quote(lock.path)}",
        )


def _age(seconds: int) -> str:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = seconds // size
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
