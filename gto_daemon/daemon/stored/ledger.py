"""The ledger: what this user's gtod has seen of a repository's tags, in a file that is only appended to.

There is one for each common directory and oldest root commit, whichever path, checkout or process asks. Each record is
a line of JSON, written at once while the file is locked. A line that cannot be read is left out, and said. Without a
place for it everything goes on, and the ledger says that it has nothing, and why.
"""

import hashlib
import json
import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from gto_daemon import platform
from gto_daemon.daemon.locks import LockHolder, LockRecord, file_lock
from gto_daemon.daemon.private_dirs import check_private, make_private
from gto_daemon.git.layout import Layout
from gto_daemon.git.process import Cancellation
from gto_daemon.git.roots import has_commit, oldest_root
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.ledger import Folding, LedgerState, rules_record

logger = logging.getLogger(__name__)

#: Bytes of a ledger that are read; one of a million tags is a fifth of it.
MAX_LEDGER: Final = 512 << 20
#: Bytes of a line, and of the tags in one.
MAX_LINE: Final = 4 << 20
_MAX_TAGS_IN_LINE: Final = 1 << 20
#: Seconds after which it is written down that everything is still as it was.
LOOK_INTERVAL: Final = 3_600
#: Seconds that others may have the file locked.
LOCK_TIMEOUT: Final = 10.0
_SUFFIX: Final = ".ledger"
_CHUNK: Final = 1 << 20


class Ledger:
    """The ledger of one repository. It may be used from any thread, but not from an event loop: it waits for disks.

    Args:
        directory: the directory of the ledgers; made when needed. None if there is no place for one.
        layout: the repository.

    """

    def __init__(self, directory: Path | None, layout: Layout) -> None:
        self._directory = directory
        self._layout = layout
        self._lock = threading.RLock()
        self._path: Path | None = None
        self._read_as = _Read()
        self._failure: str | None = None

    def state(self) -> LedgerState:
        """Return what the ledger says now. Anything that is wrong with it is its `trouble`."""
        try:
            with self._lock:
                path = self._find(make=False)
                if path is None:
                    return LedgerState(trouble=self._failure if self._directory is not None else _NO_PLACE)
                read = self._read(path)
                return read.folding.state(read.trouble(path) or self._failure)
        except (OSError, RegistryError) as error:
            return LedgerState(trouble=f"the ledger in '{self._directory}' cannot be read: {error}")

    def observe(
        self,
        tags: Mapping[str, str | None],
        *,
        complete: bool,
        counts: Callable[[str], bool],
        rules: tuple[str, str] | None = None,
        descends: Callable[[str, str], bool] | None = None,
    ) -> bool:
        """Write down what is new about these tags, if anything is, or that nothing is, once an hour.

        Args:
            tags: the tags by name, to their object ids; None for one that there is not.
            complete: whether the repository has no other tags.
            counts: return whether a tag is an annotated one. Of others, which count for nothing, nothing is written.
            rules: the full name of the branch that has the rules, and its commit.
            descends: return whether the second commit descends from the first.

        Returns:
            False if nothing was written because the ledger is new, which has to begin with all tags.

        Raises:
            RegistryError: `LedgerUnusable`.

        """
        with self._writing() as (path, read):
            if path is None:
                return True
            if not complete and read.folding.looked is None:
                return False
            now = int(time.time())
            records = list(_news(read.folding, tags, counts, complete=complete))
            if rules is not None and descends is not None:
                record = rules_record(read.folding.rules_at(rules[0]), rules, descends)
                records += [record] if record else []
            looked = read.folding.looked
            if not records and (looked is None or now - looked >= LOOK_INTERVAL):
                records = [{}]
            self._append(path, read, [{"at": now, **record} for record in records])
            return True

    def record_deleted(self, tags: Mapping[str, str], act: str) -> None:
        """Write down that gtod deleted these tags, with the objects that they pointed at. A failure is logged."""
        if not tags or self._directory is None:
            return
        try:
            with self._writing() as (path, read):
                if path is not None:
                    self._append(path, read, [{"at": int(time.time()), "deleted": dict(tags), "act": act}])
        except RegistryError as error:
            logger.warning("%s; so it is not written down that gtod deleted %s", error, ", ".join(tags))

    def accept(self, findings: Iterable[tuple[str, str, str]]) -> None:
        """Write down that the user knows of these findings: kind, ref and mark of each.

        Raises:
            RegistryError: `LedgerUnusable`.

        """
        accepted = [list(each) for each in findings]
        with self._writing() as (path, read):
            if path is None:
                raise _unusable("the repository has no commit yet")
            self._append(path, read, [{"at": int(time.time()), "accepted": accepted}])

    @contextmanager
    def _writing(self) -> "Iterator[tuple[Path | None, _Read]]":
        """Hold the lock of the file, all of which has been read. The path is None before the first commit.

        Raises:
            RegistryError: `LedgerUnusable`.

        """
        with self._lock:
            try:
                if self._directory is None:
                    raise OSError(_NO_PLACE)
                make_private(self._directory)
                path = self._find(make=True)
                if path is None:
                    yield None, _Read()
                    return
                lock = path.with_suffix(".lock")
                give_up = partial(_give_up, lock)
                with file_lock(lock, LockHolder.of({}), Cancellation(), give_up, patience=LOCK_TIMEOUT):
                    yield path, self._read(path)
                self._failure = None
            except (OSError, RegistryError) as error:
                reason = error.message if isinstance(error, RegistryError) else str(error)
                self._failure = f"the ledger in '{self._directory}' cannot be written: {reason}"
                if isinstance(error, RegistryError) and error.kind == "LedgerUnusable":
                    raise
                raise _unusable(reason, self._directory) from error

    def _find(self, *, make: bool) -> Path | None:
        """Return the path of this repository's file.

        A root commit that is in the repository makes it the same repository, so the history is walked only once.
        """
        if self._path is not None or self._directory is None:
            return self._path
        if not self._directory.is_dir():
            return None
        check_private(self._directory)
        common = hashlib.sha256(os.fsencode(self._layout.common)).hexdigest()[:40]
        for path in sorted(self._directory.glob(f"{common}-*{_SUFFIX}")):
            root = path.stem.removeprefix(f"{common}-")
            if root.isalnum() and has_commit(self._layout, root):
                self._path = path
                return path
        oldest = oldest_root(self._layout) if make else None
        if oldest is not None:
            self._path = self._directory / f"{common}-{oldest}{_SUFFIX}"
        return self._path

    def _read(self, path: Path) -> "_Read":
        """Read what was appended since the last time; everything if it is another file."""
        try:
            descriptor = os.open(path, platform.READ_FLAGS | platform.NOFOLLOW)
        except FileNotFoundError:
            self._read_as = _Read()
            return self._read_as
        try:
            found = os.fstat(descriptor)
            _check_ours(path, found)
            identity = (found.st_dev, found.st_ino)
            if self._read_as.identity != identity or found.st_size < self._read_as.end:
                self._read_as = _Read(identity)
            self._read_as.take(descriptor, min(found.st_size, MAX_LEDGER))
            self._read_as.is_cut = found.st_size > MAX_LEDGER
        finally:
            os.close(descriptor)
        return self._read_as

    def _append(self, path: Path, read: "_Read", records: Iterable[JsonObject]) -> None:
        for record in records:
            line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
            if read.is_torn:
                line = b"\n" + line
            # Not buffered: a record is one write.
            with open(path, "ab", buffering=0, opener=_open_private) as file:
                _check_ours(path, os.fstat(file.fileno()))
                if file.write(line) != len(line):
                    raise OSError(f"'{path}' could not be written whole")
            self._read(path)


class _Read:
    """What was read of a file so far.

    Attributes:
        identity: device and inode of the file.
        end: the byte after the last whole line.
        is_torn: whether something follows that is no whole line.
        is_cut: whether it is longer than what is read.

    """

    def __init__(self, identity: tuple[int, int] | None = None) -> None:
        self.identity = identity
        self.end = 0
        self.is_torn = False
        self.is_cut = False
        self.folding = Folding()
        self._unreadable = 0
        self._is_endless = False

    def take(self, descriptor: int, size: int) -> None:
        """Read up to `size` bytes of the file, from where the last line ended."""
        os.lseek(descriptor, self.end, os.SEEK_SET)
        place, rest = self.end, b""
        while place < size and (chunk := os.read(descriptor, min(_CHUNK, size - place))):
            place += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.end += len(line) + 1
                if not self._is_endless:
                    self._add(line)
                self._is_endless = False
            if len(rest) > MAX_LINE:
                self.end += len(rest)
                self._unreadable += not self._is_endless
                self._is_endless = True
                rest = b""
        self.is_torn = self._is_endless or self.end < size

    def _add(self, line: bytes) -> None:
        if not line:
            return
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError("no record")
            self.folding.add(record)
        except (ValueError, TypeError, KeyError, RecursionError):
            self._unreadable += 1

    def trouble(self, path: Path) -> str | None:
        """Return what of the file could not be read."""
        if self.is_cut:
            return f"'{path}' is longer than {MAX_LEDGER >> 20} MiB; what follows is not read"
        broken = self._unreadable + self.is_torn
        if broken:
            return f"{broken} line{'s' if broken > 1 else ''} of '{path}' cannot be read"
        return None


def _news(
    folding: Folding, tags: Mapping[str, str | None], counts: Callable[[str], bool], *, complete: bool
) -> Iterator[JsonObject]:
    """Yield what the ledger does not say of these tags, in records of a bounded length."""
    seen: dict[str, str] = {}
    missing: list[str] = []
    size = 0
    gone = [tag for tag in folding.tags if tag not in tags] if complete else []
    for tag, oid in chain(tags.items(), ((tag, None) for tag in gone)):
        if oid == folding.current(tag) or (tag not in folding.tags and not counts(tag)):
            continue
        if oid is None:
            missing.append(tag)
        else:
            seen[tag] = oid
        size += len(tag) + 48
        if size > _MAX_TAGS_IN_LINE:
            yield _record(seen, missing)
            seen, missing, size = {}, [], 0
    if seen or missing:
        yield _record(seen, missing)


def _record(seen: dict[str, str], missing: list[str]) -> JsonObject:
    return {**({"seen": seen} if seen else {}), **({"missing": missing} if missing else {})}


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | platform.NOFOLLOW, 0o600)


def _check_ours(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or not platform.is_mine(found) or platform.is_open_to_others(found):
        raise OSError(f"somebody else may have written '{path}'")


_NO_PLACE: Final = "neither XDG_STATE_HOME nor HOME is an absolute path"


def _unusable(reason: str, directory: Path | None = None) -> RegistryError:
    return RegistryError(
        "LedgerUnusable",
        f"The ledger of tags cannot be written: {reason}",
        hint="Everything else works without it. It is below XDG_STATE_HOME, or else ~/.local/state.",
        path=None if directory is None else str(directory),
    )


def _give_up(lock: Path, waited: float, _waited_for_holder: float, _holder: LockRecord | None) -> RegistryError | None:
    return None if waited < LOCK_TIMEOUT else _unusable(f"'{lock}' has been held for {LOCK_TIMEOUT:.0f} s", lock.parent)
