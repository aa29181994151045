"""The refs of an act: created and deleted in one reference transaction, all or none.

`git update-ref --stdin` is the lock between processes: of several that create one name exactly one succeeds, always
(libgit2's own creation lets two win in one case of a hundred). It runs the repository's `reference-transaction` hooks,
in the client's environment. What came of it is read from the refs: Git may fail, or be killed, after it has done all of
it, and its files backend may do a part.
"""

import errno
import logging
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gto_daemon.git.kept import Begun, KeptGits, Standing
from gto_daemon.git.layout import Layout
from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import TRANSACTION_TIMEOUT, CancelledError, Finished, Git
from gto_daemon.git.readable_by_git import require_loggable
from gto_daemon.registry.errors import RegistryError

logger = logging.getLogger(__name__)

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
_TAGS = "refs/tags/"
_HOOK = "reference-transaction"
_TOO_LONG = os.strerror(errno.ENAMETOOLONG)
_ADVICE = "Another git process seems to be running"
#: Refs that one program is asked about: a command line has an end.
_CHUNK = 100


class RefsMovedError(Exception):
    """Somebody else changed a ref in between: nothing was done, and looking again will tell what is to be done now."""


class RefsLockedError(Exception):
    """Somebody else is changing a ref, or died while doing it; nothing was done. `path` is the lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path

    @classmethod
    def of(cls, words: str) -> Self | None:
        """Return the error where git complains of a lock that is there."""
        lock = _LOCK.search(words)
        return None if lock is None else cls(Path(lock["path"] or lock["new"]))

    def refusal(self, what: str = "that ref") -> RegistryError:
        """Return what is told when it stays locked."""
        try:
            age = max(0, round(time.time() - self.path.stat().st_mtime))
        except OSError:
            age = 0
        return RegistryError(
            "RefLocked",
            f"'{self.path}' has been there for {age} s: a git is changing {what}, or was killed while it did",
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

    Unless one is kept from an earlier act. A context manager; left without `commit`, nothing is done. `reason` goes
    into reflogs, where there are any.
    """

    def __init__(self, git: Git, kept: KeptGits, reason: str) -> None:
        self._git = git
        self._kept = kept
        self._arguments = ("update-ref", "-m", reason, "--stdin")
        #: By which a program was begun.
        self._standing = kept.standing(git)
        is_kept = self._standing is not None and self._standing.has_writer and not self._needs_own(self._standing, ())
        self._begun = None if is_kept else Begun(git, *self._arguments)

    def commit(self, updates: Sequence[RefUpdate]) -> None:
        """Carry it out. It may be tried again after it failed.

        Raises:
            RefsMovedError, RefsLockedError: another process was faster; nothing was done.
            RegistryError: `HookRefused`, `TagConflict`, `UnreadableRepository`, `GitFailed`; nothing was done, or the
                message says what.
            CancelledError: it was cancelled in time; nothing was done.

        """
        if self._git.layout is not None:
            require_loggable(self._git.layout, [update.ref for update in updates])
        finished = self._finished(updates)
        if finished.succeeded:
            return
        failure = _failure(finished)
        changes = [update for update in updates if update.before != update.after]
        done = self._done(changes)
        if changes and len(done) == len(changes):
            logger.info("git update-ref did all that it was to do, and then failed: %s", failure)
            return
        if done:
            self._take_back(done, failure)
        if self._git.cancellation.is_cancelled:
            raise CancelledError
        raise failure

    def _finished(self, updates: Sequence[RefUpdate]) -> Finished:
        lines = _lines(updates)
        standing = self._kept.standing(self._git)
        if standing is not self._standing:
            # What the program read of the configuration may be no longer so.
            self._abandon()
        if standing is not None and Begun.takes(lines) and not self._needs_own(standing, updates):
            for begun in (standing.take(), self._take()):
                if begun is None:
                    continue
                begun.git = self._git
                finished = begun.transact(lines)
                if finished is not None and finished.succeeded:
                    standing.keep(begun)
                if finished is not None:
                    return finished
                self._git.cancellation.check()
        return (self._take() or Begun(self._git, *self._arguments)).end(lines)

    def _take(self) -> Begun | None:
        begun, self._begun = self._begun, None
        return begun

    def _needs_own(self, standing: Standing, updates: Sequence[RefUpdate]) -> bool:
        """Return whether git does something that it has to be new for: run a hook, write a log, look for an object."""
        layout = self._git.layout
        if layout is None:
            return True
        variables = self._kept.configuration(self._git, {}, standing).variables
        return (
            variables.get("extensions.refstorage", "files") != "files"
            or variables.get("core.logallrefupdates", "").lower() == "always"
            or any(os.path.lexists(f"{layout.common}/logs/{update.ref}") for update in updates)
            # For a program an object that it saw is there, whatever was pruned since. What an act writes is a file.
            or not all(_is_loose(layout, each.after) for each in updates if each.after not in {None, each.before})
            or _may_run_hook(layout, variables, self._git.environment)
        )

    def _done(self, updates: Sequence[RefUpdate]) -> list[RefUpdate]:
        """Return the updates that the refs show."""
        there: dict[str, str] = {}
        for first in range(0, len(updates), _CHUNK):
            names = [update.ref for update in updates[first : first + _CHUNK]]
            listed = self._git.run("for-each-ref", "--format=%(objectname) %(refname)", *names, cancellable=False)
            if not listed.succeeded:
                raise RegistryError(
                    "GitFailed",
                    f"git update-ref failed, and what it did cannot be told: {listed.complaint}",
                    hint=f"See which of these are there: {', '.join(names)}.",
                    words=listed.complaint,
                )
            for line in lines_of(listed.stdout):
                oid, _, name = line.partition(" ")
                there[name] = oid
        return [update for update in updates if there.get(update.ref) == update.after]

    def _take_back(self, done: Sequence[RefUpdate], failure: Exception) -> None:
        """Undo the part that was done, where nobody has changed it since.

        Raises:
            RegistryError: `GitFailed`: some of it stays.

        """
        backwards = [RefUpdate(update.ref, update.after, update.before) for update in done]
        said = Begun(self._git, *self._arguments).end(_lines(backwards))
        stays = self._done(done)
        if not stays:
            return
        created = [update.ref.removeprefix(_TAGS) for update in stays if update.after is not None]
        deleted = [update.ref.removeprefix(_TAGS) for update in stays if update.after is None]
        parts = [
            *([f"{', '.join(created)} {'was' if len(created) == 1 else 'were'} created"] if created else []),
            *([f"{', '.join(deleted)} {'was' if len(deleted) == 1 else 'were'} deleted"] if deleted else []),
        ]
        raise RegistryError(
            "GitFailed",
            f"git update-ref did only a part: {' and '.join(parts)}, and that cannot be taken back: "
            f"{said.complaint or failure}",
            hint="See what is there now, then act again, or take it back.",
            words=said.complaint,
            created=created,
            deleted=deleted,
        )

    def __enter__(self) -> Self:
        return self

    def _abandon(self) -> None:
        begun = self._take()
        if begun is not None:
            begun.abandon()

    def __exit__(self, *_reason: object) -> None:
        self._abandon()


def _lines(updates: Sequence[RefUpdate]) -> bytes:
    return b"".join(update.line() for update in updates)


def _failure(finished: Finished) -> Exception:
    words = finished.complaint.removeprefix("commit: ")
    if finished.timed_out:
        return RegistryError(
            "HookRefused",
            f"The transaction was ended, because it had not finished within {TRANSACTION_TIMEOUT:.0f} s",
            hint="Nothing was created or deleted. See whether the repository's reference-transaction hook waits.",
            hook="reference-transaction",
            words=words,
        )
    locked = RefsLockedError.of(words)
    if locked is not None:
        return locked
    if _VETO.search(words):
        said = "\n".join(line for line in words.splitlines() if not _VETO.search(line))
        return RegistryError(
            "HookRefused",
            f"The repository's reference-transaction hook refused: {said or 'it said nothing'}",
            hint="Nothing was created or deleted. "
            "Where the hook is: `git rev-parse --git-path hooks/reference-transaction`",
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
    shorter = "Choose a shorter name: the file system has none as long. " if _TOO_LONG in words else ""
    return RegistryError(
        "GitFailed",
        f"git update-ref failed: {words.partition(_ADVICE)[0].strip() or f'exit code {finished.code}'}",
        hint=f"{shorter}Nothing was created or deleted.",
        words=words,
    )


def _is_loose(layout: Layout, oid: str | None) -> bool:
    return oid is not None and os.path.exists(f"{layout.common}/objects/{oid[:2]}/{oid[2:]}")  # noqa: PTH110 - for every act


def _may_run_hook(layout: Layout, variables: Mapping[str, str], environment: Mapping[str, str]) -> bool:
    """Return whether there may be a hook: rather yes than no, by a client's configuration and environment."""
    # Newer ones know hooks that the configuration names (`hook.NAME.command`).
    if any(name.startswith("hook.") for name in variables):
        return True
    place = variables.get("core.hookspath")
    if place is None:
        place = f"{layout.common}/hooks"
    elif place.startswith("~/") and "HOME" in environment:
        place = environment["HOME"] + place[1:]
    elif not place or place.startswith(("~", "%")):
        return True
    # Git runs hooks from there, and so a relative path is relative to it.
    path = os.path.join(layout.repo, place, _HOOK)  # noqa: PTH118 - for every act
    return any(map(os.path.lexists, (path, f"{path}.exe")))
