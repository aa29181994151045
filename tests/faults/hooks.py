"""A hook that stops Git in the middle of a transaction, where its locks are taken and nothing is done yet."""

import os
from pathlib import Path

from tests.builders import RepositoryBuilder
from tests.waiting import eventually

_HOOK = """#!/bin/sh
test "$1" = prepared || exit 0
echo $PPID > '{place}/reached'
read go < '{place}/go'
"""


class Barrier:
    """Every transaction of a repository waits in its middle until it is let go of.

    Not a signal to a process that may or may not be there already: whoever reached the barrier holds its locks.
    """

    def __init__(self, repo: RepositoryBuilder) -> None:
        self._place = repo.path.with_name("barrier")
        self._place.mkdir()
        os.mkfifo(self._place / "go")
        hooks = repo.git_dir / "hooks"
        hooks.mkdir(exist_ok=True)
        self._hook = hooks / "reference-transaction"
        self._hook.write_text(_HOOK.format(place=self._place))
        self._hook.chmod(0o755)

    def reached(self) -> int:
        """Wait until a Git is there: its process id."""
        return int(eventually(self._process))

    def _process(self) -> str:
        path = self._place / "reached"
        return path.read_text().strip() if path.exists() else ""

    def release(self) -> None:
        """It goes on."""
        (self._place / "reached").unlink()
        (self._place / "go").write_text("go\n")

    def remove(self) -> None:
        """No transaction waits any more."""
        self._hook.unlink()
        (self._place / "reached").unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
