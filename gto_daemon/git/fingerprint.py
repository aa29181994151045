"""Whether a repository still is what was read of it, for the price of a few `stat` calls.

The cheapest fresh read: comparing this before answering removes staleness without a file of our own in `.git`,
whatever events were lost. It covers what an answer rests on and nothing more.
"""

import os
from collections.abc import Iterable

from gto_daemon.git.refs import Identity, identity, is_racy


class Fingerprint:
    """Paths and what `stat` said of them."""

    __slots__ = ("_marks",)

    def __init__(self, marks: Iterable[tuple[str, Identity | None]]) -> None:
        self._marks = tuple(marks)

    @classmethod
    def of(cls, paths: Iterable[str]) -> "Fingerprint":
        """What the paths are now."""
        return cls((path, identity(path)) for path in paths)

    def holds(self) -> bool:
        """Whether each path still is what it was."""
        stat = os.stat
        for path, mark in self._marks:
            try:
                found = stat(path)
            except (FileNotFoundError, NotADirectoryError):
                if mark is not None:
                    return False
                continue
            except OSError:
                # No answer is not the same answer: the listing will say what is wrong.
                return False
            if mark != (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns):
                return False
        return True

    def is_racy(self) -> bool:
        """Whether a change right now could go unnoticed."""
        return any(mark is not None and is_racy(mark) for _, mark in self._marks)

    def __add__(self, other: "Fingerprint") -> "Fingerprint":
        return Fingerprint(self._marks + other._marks)
