"""Whether the program is still installed as it was when this process started.

A process keeps the code that it has loaded. Code that it loads later may be gone with its installation (a deleted
environment), or belong to another release (an upgrade in place), so it must stop serving new clients.
"""

from pathlib import Path

#: Device, inode and time of the last change of a file.
_Mark = tuple[int, int, int]


class Installation:
    """The installation that `file` belongs to, one of the files that every release has."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # A program that was packed into one file has no such file, and loads nothing of its own later.
        self._mark = _mark(file)

    def change(self) -> str | None:
        """Return what has become of it, as a sentence for the log; None while nothing has."""
        if self._mark is None:
            return None
        mark = _mark(self._file)
        if mark is None:
            return f"its installation is gone, or cannot be read any more ({self._file})"
        return None if mark == self._mark else f"its installation was replaced ({self._file})"


def _mark(file: Path) -> _Mark | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns
