"""The refs of an act: created and deleted in one reference transaction, all or none.

`git update-ref --stdin` is the lock between processes: of several that create one name exactly one succeeds, always
(libgit2's own creation lets two win in one case of a hundred). It runs the repository's `reference-transaction` hooks,
in the client's environment.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gto_daemon.git.process import Begun, Finished, Git
from gto_daemon.registry.errors import RegistryError

#: A lock; or the new `packed-refs` that a git left behind which was killed while it wrote it.
_LOCK = re.compile(r"Unable to create '(?P<path>.+)': File exists|unable to create file (?P<new>.+): File exists")
_FOLDER = re.compile(r"'(?P<there>refs/[^']+)' exists; cannot create '(?P<ref>refs/[^']+)'")
_MOVED = (
    "reference already exists",
    "but expected",
    "unable to resolve reference",
    "reference is missing",
)
_VETO = re.compile(r"ref updates aborted by hook|update aborted by the reference-transaction hook")
_ADVICE = "Another git process seems to be running"


class RefsMovedError(Exception):
    """Somebody else changed a ref in between: nothing was done, and looking again will tell what is to be done now."""


class RefsLockedError(Exception):
    """Somebody else is changing a ref, or died while doing it; nothing was done. `path` is the lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path

    def refusal(self) -> RegistryError:
        """What is told when it stays locked."""
        try:
            age = max(0, round(time.time() - self.path.stat().st_mtime))
        except OSError:
            age = 0
        return RegistryError(
            "RefLocked",
            f"'{self.path}' has been there for {age} s: a git is changing that ref, or was killed while it did",
            hint="If no git runs in this repository, delete that file and try again.",
            retryable=True,
            path=str(self.path),
            age_s=age,
        )


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One line of a transaction: the full name, and the object ids before and after; None for no ref."""

    ref: str
    before: str | None
    after: str | None

    def line(self) -> bytes:
        """As git-update-ref(1) reads it. A ref that stays as it is is locked, compared, and not written."""
        if self.before is None:
            return f"create {self.ref} {self.after}\n".encode()
        if self.after is None:
            return f"delete {self.ref} {self.before}\n".encode()
        return f"update {self.ref} {self.after} {self.before}\n".encode()


class RefTransaction:
    """A transaction that is begun before it is known what it will do: git starts while the act is planned.

    A context manager; left without `commit`, nothing is done. `reason` goes into reflogs, where there are any.
    """

    def __init__(self, git: Git, reason: str) -> None:
        self._git = git
        self._arguments = ("update-ref", "-m", reason, "--stdin")
        self._begun: Begun | None = git.begin(*self._arguments)

    def commit(self, updates: Sequence[RefUpdate]) -> None:
        """Carry it out. It may be tried again after it failed.

        Raises:
            RefsMovedError, RefsLockedError: somebody else was there; nothing was done.
            RegistryError: `HookRefused`, `TagConflict`, `GitFailed`; nothing was done.

        """
        begun = self._begun or self._git.begin(*self._arguments)
        self._begun = None
        # Not to be cancelled: a transaction that is killed half way leaves its locks behind.
        finished = begun.end(b"".join(update.line() for update in updates))
        if not finished.succeeded:
            raise _failure(finished)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        if self._begun is not None:
            self._begun.abandon()


def _failure(finished: Finished) -> Exception:
    words = finished.complaint
    lock = _LOCK.search(words)
    if lock is not None:
        return RefsLockedError(Path(lock["path"] or lock["new"]))
    if _VETO.search(words):
        said = "\n".join(line for line in words.splitlines() if not _VETO.search(line))
        return RegistryError(
            "HookRefused",
            f"The repository's reference-transaction hook refused: {said or 'it said nothing'}",
            hint="Nothing was created or deleted. The hook is in the hooks directory of the repository.",
            hook="reference-transaction",
            words=said,
        )
    folder = _FOLDER.search(words)
    if folder is not None:
        return RegistryError(
            "TagConflict",
            f"Git cannot hold '{folder['ref']}' beside '{folder['there']}': one name is a folder of the other",
            hint="Choose another stage or name, or delete the tag that is there.",
            ref=folder["ref"],
            there=folder["there"],
        )
    if any(sign in words for sign in _MOVED):
        return RefsMovedError(words)
    return RegistryError(
        "GitFailed",
        f"git update-ref failed: {words.partition(_ADVICE)[0].strip() or f'exit code {finished.code}'}",
        hint="Nothing was created or deleted.",
        words=words,
    )
