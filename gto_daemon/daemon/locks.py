"""A lock among all processes of this user's gtod: a file that is held while something is done.

The file says who holds it. A program that the holder runs (a hook, say) may request the same lock through its own
gtod: waiting for the holder, which waits for the program, would never end. Such a request is recognized by the token
that the program inherited, and is nested in the holder's turn, one at a time as well.
"""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from gto_daemon import platform
from gto_daemon.environment import ACT
from gto_daemon.git.process import Cancellation
from gto_daemon.registry.errors import RegistryError

_MIN_PAUSE, _MAX_PAUSE = 0.001, 0.05
#: Bytes of what a file says of its holder.
_MAX_RECORD = 1024
#: Seconds for which a holder that has finished waits for those who entered within its turn.
_NESTED_TIMEOUT = 5.0
_TOKEN_DIGITS = 16


@dataclass(frozen=True, slots=True)
class LockHolder:
    """A process or act that takes such locks.

    Attributes:
        token: the holder's own token.
        outer: the tokens of the holders that run the asking program, outermost first.

    """

    token: str
    outer: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return a new one for a client with these variables."""
        outer = tuple(each for each in environment.get(ACT, "").split(",") if _is_token(each))
        return cls(secrets.token_hex(_TOKEN_DIGITS // 2), outer)

    @property
    def variable(self) -> str:
        """The value that its programs inherit as `GTOD_ACT`."""
        return ",".join((*self.outer, self.token))


@dataclass(frozen=True, slots=True)
class LockRecord:
    """The record in a file about its holder.

    Attributes:
        pid: the process id of the holder.
        since: seconds since the epoch.
        token: the holder's.
        patience: seconds that it may take, in its own opinion.

    """

    pid: int
    since: float
    token: str
    patience: float


#: The refusal to raise, or None to go on waiting: told the seconds waited in all, the seconds for the holder that there
#: is now, and who that is, where it is known.
GiveUp = Callable[[float, float, LockRecord | None], RegistryError | None]


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock that is held.

    Attributes:
        is_nested: whether an outer holder has it, and this is within its turn.
        ask_patience: says how many seconds others may have to wait, if more than was said.

    """

    is_nested: bool
    ask_patience: Callable[[float], None]


@contextmanager
def file_lock(
    path: Path, holder: LockHolder, cancellation: Cancellation, give_up: GiveUp, *, patience: float
) -> Iterator[HeldLock]:
    """Hold the exclusive lock of the file `path` within the context. The kernel releases it when a process dies.

    Args:
        path: made if need be, and gone afterwards. Its directory is ours alone.
        holder: the asking holder.
        cancellation: ends the waiting.
        give_up: when to wait no longer.
        patience: seconds that others may have to wait for us, for them to know.

    Yields:
        The lock.

    Raises:
        RegistryError: the refusal of `give_up`.
        CancelledError: it was cancelled.
        OSError: the file cannot be made.

    """
    with _entered(path, holder, _Waiting(cancellation, give_up), patience) as held:
        yield held


def remove_abandoned(path: Path) -> bool:
    """Remove such a file if nobody holds it: its process was killed. Answers whether it did.

    Raises:
        OSError: it cannot be opened or removed.

    """
    try:
        descriptor = os.open(path, os.O_RDWR | platform.NOFOLLOW)
    except FileNotFoundError:
        return False
    if platform.try_lock(descriptor) and _is_at(descriptor, path):
        platform.release_lock(path, descriptor)
        return True
    os.close(descriptor)
    return False


class _Waiting:
    """A wait, possibly for several holders in turn."""

    def __init__(self, cancellation: Cancellation, give_up: GiveUp) -> None:
        self._cancellation = cancellation
        self._give_up = give_up
        self._began = monotonic()
        self._holder: str | None = None
        self._holder_seen = self._began
        self._pause = _MIN_PAUSE

    def once(self, by: LockRecord | None) -> None:
        """Wait a moment for the holder.

        Raises:
            RegistryError: it is enough.
            CancelledError: it was cancelled.

        """
        now = monotonic()
        if by is not None and by.token != self._holder:
            self._holder, self._holder_seen = by.token, now
        refusal = self._give_up(now - self._began, now - self._holder_seen, by)
        if refusal is not None:
            raise refusal
        self._cancellation.wait(self._pause)
        self._pause = min(self._pause * 2, _MAX_PAUSE)


@contextmanager
def _entered(path: Path, holder: LockHolder, waiting: _Waiting, patience: float) -> Iterator[HeldLock]:
    while (descriptor := _try(path)) is None:
        by = _read(path)
        if by is None or by.token not in holder.outer:
            waiting.once(by)
            continue
        with _entered(_within(path, by.token), holder, waiting, patience) as inner:
            # The outer holder releases the lock only while nobody holds the inner file.
            now = _read(path)
            if now is not None and now.token == by.token:
                yield HeldLock(True, inner.ask_patience)
                return
    since = time.time()

    def describe(patience: float) -> None:
        _describe(descriptor, {"pid": os.getpid(), "since": since, "token": holder.token, "patience": patience})

    try:
        describe(patience)
        yield HeldLock(False, describe)
    finally:
        _release(path, descriptor, holder.token)


def _describe(descriptor: int, record: dict[str, object]) -> None:
    # On a full disk the lock holds all the same; it only does not say who holds it.
    with suppress(OSError):
        text = json.dumps(record).encode()
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text)
        # What a killed process left. Not before: ext4 writes to the disk what is closed after it was empty again.
        if os.fstat(descriptor).st_size > len(text):
            os.ftruncate(descriptor, len(text))


def _release(path: Path, descriptor: int, token: str) -> None:
    """Release the file once nobody else is within our turn: a hook may have left a process behind."""
    inner = _within(path, token)
    deadline = monotonic() + _NESTED_TIMEOUT
    try:
        while (held := _try(inner)) is None and monotonic() < deadline:
            time.sleep(_MAX_PAUSE)
    except OSError:
        held = None  # if no file can be created, no other process got in either
    # Processes that wait for this file find out that it is no longer at its path.
    platform.release_lock(path, descriptor)
    if held is not None:
        platform.release_lock(inner, held)


def _within(path: Path, token: str) -> Path:
    return path.with_name(f"{path.stem}-{token}{path.suffix}")


def _try(path: Path) -> int | None:
    """Return the descriptor of the locked file; None while another process has it locked."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | platform.NOFOLLOW, 0o600)
        try:
            locked = platform.try_lock(descriptor)
            if locked and _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if not locked:
            return None


def _read(path: Path) -> LockRecord | None:
    """Return the record of the process that holds the file; None if it has none (yet)."""
    try:
        descriptor = os.open(path, platform.READ_FLAGS | platform.NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        text = os.read(descriptor, _MAX_RECORD)
    finally:
        os.close(descriptor)
    try:
        said = json.loads(text)
        return LockRecord(int(said["pid"]), float(said["since"]), str(said["token"]), float(said["patience"]))
    except (ValueError, KeyError, TypeError):
        return None


def _is_token(text: str) -> bool:
    return len(text) == _TOKEN_DIGITS and all(digit in "0123456789abcdef" for digit in text)


def _is_at(descriptor: int, path: Path) -> bool:
    """Return whether the locked file is the one that others find."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino)
