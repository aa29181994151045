"""What remotes are known to have, and which tags were deleted there.

Git keeps no record of either, so gtod does: of the tags that a remote had when it was last asked, accepted since, and
no longer has. The files are in the user's cache, one for each URL, so that every process, worktree
and clone of this user knows the same.
"""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from gto_daemon.daemon.locks import LockHolder, LockRecord, file_lock
from gto_daemon.daemon.private_dirs import check_private, make_private, user_cache
from gto_daemon.daemon.stored.file import FORMAT, DamagedError, clear_unfinished, read_file, write_file
from gto_daemon.git.process import Cancellation
from gto_daemon.git.remote_failures import without_credentials
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError

logger = logging.getLogger(__name__)

#: Deleted tags that are remembered of one remote; the oldest are forgotten first.
MAX_DELETED: Final = 10_000
#: Seconds after which a remote that nobody asked or sent anything to is forgotten.
MAX_AGE: Final = 400 * 86_400.0
_LOCK_TIMEOUT: Final = 10.0
_SUFFIX: Final = ".remote"


@dataclass(frozen=True, slots=True)
class RemoteState:
    """The known state of one remote.

    Attributes:
        asked_at: when it was last asked for its tags, in seconds since the epoch; None if it never was.
        tags: GTO's tags that it had then or accepted since, with their object ids. They are complete if it was asked.
        deleted: tags that it no longer has, each with its object id, the latest last.

    """

    asked_at: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    deleted: tuple[tuple[str, str], ...] = ()

    def has_deleted(self, tag: str, oid: str) -> bool:
        """Return whether the remote had this very tag and has no tag of that name now."""
        return tag not in self.tags and (tag, oid) in self.deleted

    def after_answer(self, tags: Mapping[str, str], now: float) -> "RemoteState":
        """Return the state once the remote has said that it has these tags and no others."""
        return self._with(tags, now)

    def after_push(self, sent: Mapping[str, str], deleted: Mapping[str, str]) -> "RemoteState":
        """Return the state once the remote has taken some tags and deleted others."""
        known = {**self.tags, **deleted, **sent}
        kept = {name: oid for name, oid in known.items() if name not in deleted}
        return RemoteState(self.asked_at, known, self.deleted)._with(kept, self.asked_at)

    def _with(self, tags: Mapping[str, str], asked_at: float | None) -> "RemoteState":
        missing = (pair for pair in (*self.deleted, *self.tags.items()) if tags.get(pair[0]) != pair[1])
        return RemoteState(asked_at, dict(tags), tuple(dict.fromkeys(missing))[-MAX_DELETED:])


class RemoteStates:
    """The states of the remotes of a repository, and the tags that were created in it and not sent anywhere yet.

    Every act calls it from a thread of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[object, RemoteState]] = {}
        self._unsent: set[str] = set()

    @property
    def unsent(self) -> frozenset[str]:
        """The tags that acts of this process created, and that were neither sent nor deleted by one."""
        with self._lock:
            return frozenset(self._unsent)

    def note_act(self, created: Iterable[str], deleted: Iterable[str]) -> None:
        """Record that an act of this process deleted and created these tags."""
        made, gone = frozenset(created), frozenset(deleted)
        with self._lock:
            self._unsent -= gone
            self._unsent |= made

    def _note_sent(self, tags: Iterable[str]) -> None:
        with self._lock:
            self._unsent.difference_update(tags)

    def last_known(self, url: str, environment: Mapping[str, str]) -> RemoteState:
        """Return the known state of a remote.

        Args:
            url: the URL of the remote.
            environment: the client's, which says where its cache is.

        """
        name = _name(url)
        path = _path(url, environment)
        before, state = self._known.get(name, (None, RemoteState()))
        mark = _mark(path) if path is not None else None
        if path is not None and mark is not None and mark != before:
            state = _read(path)
            self._known[name] = mark, state
        return state

    def record_answer(self, url: str, environment: Mapping[str, str], tags: Mapping[str, str]) -> RemoteState:
        """Remember that a remote has these tags of GTO's, now, and no others."""
        self._note_sent(tags)
        return self._update(url, environment, lambda state: state.after_answer(tags, time.time()))

    def record_push(
        self, url: str, environment: Mapping[str, str], sent: Mapping[str, str], deleted: Mapping[str, str]
    ) -> None:
        """Record that a remote accepted and deleted these tags."""
        self._note_sent(sent.keys() | deleted.keys())
        self._update(url, environment, lambda state: state.after_push(sent, deleted))

    def _update(
        self, url: str, environment: Mapping[str, str], change: Callable[[RemoteState], RemoteState]
    ) -> RemoteState:
        path = _path(url, environment)
        name = _name(url)
        if path is None:
            with self._lock:
                state = change(self.last_known(url, environment))
                self._known[name] = None, state
            return state
        try:
            make_private(path.parent)
            lock = path.with_suffix(".lock")
            with file_lock(lock, LockHolder.of({}), Cancellation(), partial(_give_up, lock), patience=_LOCK_TIMEOUT):
                state = change(self.last_known(url, environment))
                write_file(path, (), lambda: _as_head(url, state))
                self._known[name] = _mark(path), state
            _clear_outdated(path.parent)
        except (OSError, RegistryError) as error:
            # What was done at the remote stands. This process goes by what it knows itself.
            logger.warning("what '%s' has is not written down: %s", without_credentials(url), error)
            with self._lock:
                state = change(self.last_known(url, environment))
                self._known[name] = _mark(path), state
        return state


def _path(url: str, environment: Mapping[str, str]) -> Path | None:
    cache = user_cache(environment)
    return cache / "remotes" / _name(url) if cache is not None else None


def _name(url: str) -> str:
    # A token in the URL may change; the remote stays the same.
    return hashlib.sha256(os.fsencode(without_credentials(url))).hexdigest()[:40] + _SUFFIX


def _mark(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> RemoteState:
    try:
        check_private(path.parent)
        file = read_file(path)
        if file is None:
            return RemoteState()
        head = file.head
        deleted = tuple((str(name), str(oid)) for name, oid in head["deleted"])
        asked_at = head["asked_at"]
        return RemoteState(None if asked_at is None else float(asked_at), dict(head["tags"]), deleted)
    except (DamagedError, OSError, KeyError, TypeError, ValueError) as error:
        logger.warning("'%s' is not used: %s", path, error)
        return RemoteState()


def _as_head(url: str, state: RemoteState) -> JsonObject:
    return {
        "format": FORMAT,
        "url": without_credentials(url),
        "asked_at": state.asked_at,
        "tags": dict(state.tags),
        "deleted": state.deleted,
    }


def _give_up(lock: Path, waited: float, _waited_for_holder: float, _holder: LockRecord | None) -> RegistryError | None:
    if waited < _LOCK_TIMEOUT:
        return None
    return RegistryError("CacheUnusable", f"'{lock}' has been held for {_LOCK_TIMEOUT:.0f} s", path=str(lock))


def _clear_outdated(directory: Path) -> None:
    clear_unfinished(directory)
    oldest = time.time() - MAX_AGE
    for file in directory.glob(f"*{_SUFFIX}*"):
        try:
            if file.stat().st_mtime < oldest:
                file.unlink()
        except OSError as error:
            logger.debug("'%s' stays: %s", file, error)
