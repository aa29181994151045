"""Loose refs: each in a file of its own, found by one walk next to what the last one found."""

import os
import re
from dataclasses import dataclass, field
from itertools import islice

from gto_daemon.git.counters import Counters
from gto_daemon.git.odd_refs import (
    FOLDER,
    LINK,
    MAX_ENTRIES,
    MAX_LINKED,
    MAX_NAMED,
    NOWHERE,
    TOO_LARGE,
    TooManyRefsError,
    kind_of_folder,
)
from gto_daemon.git.packed_refs import Identity
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, read_regular_file

#: A change this close before a listing may share its times with a later one.
RACY_NS = 20_000_000
#: The same where times are in whole seconds (ext4 with small inodes, HFS+) or in every second one (FAT).
_COARSE_RACY_NS = 2_100_000_000
_SECOND_NS = 1_000_000_000
#: Bytes of a loose ref: an id, or the name of another ref.
MAX_REF = 8192
_HEX = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def identity(path: str) -> Identity | None:
    """Return what `stat` says of a file: device, inode, size, mtime and ctime in nanoseconds; None when there is none.

    The ctime cannot be set back, and tells of permissions given or taken.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every read; Path costs three times as much
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_racy(mark: Identity, taken: int) -> bool:
    """Return whether a later change could leave the same mark.

    `taken` (nanoseconds since the epoch) is from before the `stat`: a process that is stopped between the two would
    else take a young mark for an old one.
    """
    return mark[4] > taken - (RACY_NS if mark[4] % _SECOND_NS else _COARSE_RACY_NS)


#: The mark of a file that was too young to be known again by it.
UNTRUSTED: Identity = (0, 0, 0, 0, 0)


@dataclass(slots=True)
class LooseDirectory:
    """A directory of loose refs as it was read: its files with what they hold, and what is no ref.

    `has_links`: whether a file in it is a link.
    """

    identity: Identity
    racy: bool
    files: dict[str, tuple[Identity, str]] = field(default_factory=dict)
    directories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    broken: dict[str, Identity] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    has_links: bool = False

    def __len__(self) -> int:
        return len(self.directories) + len(self.links) + len(self.files) + len(self.broken) + len(self.odd)


class LooseScan:
    """One walk over the loose refs, next to what the last one found."""

    def __init__(
        self,
        common: str,
        before: dict[str, LooseDirectory],
        counters: Counters,
        taken: int,
        *,
        linked: bool = False,
        limit: int = MAX_ENTRIES,
        linked_limit: int = MAX_LINKED,
    ) -> None:
        self._linked = linked
        self._left = limit
        self._left_of_links = min(limit, linked_limit)
        self._common = common
        self._before = before
        self._counters = counters
        self._taken = taken
        self.directories: dict[str, LooseDirectory] = {}
        self.seen: dict[str, Identity | None] = {}
        self.names: set[str] = set()
        self.unparsed: set[str] = set()
        self.odd: dict[str, str] = {}

    def walk(self, root: str) -> None:
        """Everything below `root`; `names` then holds each ref whose file appeared, changed or went."""
        self._descend(root)
        for name, before in self._before.items():
            if name not in self.directories and (name == root or name.startswith(f"{root}/")):
                self.names.update(f"{name}/{file}" for file in (*before.files, *before.broken))

    def _descend(self, root: str) -> None:
        todo = [root]
        while todo:
            todo += self._enter(todo.pop())

    def _follow(self, link: str) -> None:
        """Walk a folder that is a link, unless there is more in it than can be meant."""
        below = LooseScan(
            self._common,
            self._before,
            self._counters,
            self._taken,
            linked=True,
            limit=self._left_of_links,
            linked_limit=self._left_of_links,
        )
        try:
            below._descend(link)
        except TooManyRefsError:
            self._name_odd(link, TOO_LARGE)
            return
        self._left_of_links = below._left
        self.directories.update(below.directories)
        self.seen.update(below.seen)
        self.names |= below.names
        self.unparsed |= below.unparsed
        for name, kind in below.odd.items():
            self._name_odd(name, kind)

    def _name_odd(self, name: str, kind: str) -> None:
        if len(self.odd) < MAX_NAMED:
            self.odd[name] = kind

    def _enter(self, name: str) -> list[str]:
        """Read one directory, and return those in it."""
        path = f"{self._common}/{name}"
        found = self.seen[name] = identity(path)
        if found is None:
            return []
        before = self._before.get(name)
        if before is not None and before.identity == found and not before.racy and self._is_unchanged(path, before):
            after = before
        else:
            after = self._read_directory(name, path, found, before)
        self.directories[name] = after
        self._left -= len(after)
        if self._left < 0:
            raise TooManyRefsError(path)
        for file, mark in after.broken.items():
            self.seen[f"{name}/{file}"] = mark
            self.unparsed.add(f"{name}/{file}")
        for file, kind in after.odd.items():
            self._name_odd(f"{name}/{file}", kind)
        for link in after.links:
            self._follow(f"{name}/{link}")
        return [f"{name}/{directory}" for directory in after.directories]

    @staticmethod
    def _is_unchanged(path: str, before: LooseDirectory) -> bool:
        return all(
            identity(f"{path}/{file}") == mark
            for file, mark in (*((file, mark) for file, (mark, _) in before.files.items()), *before.broken.items())
        )

    def _read_directory(self, name: str, path: str, found: Identity, before: LooseDirectory | None) -> LooseDirectory:
        after = LooseDirectory(found, is_racy(found, self._taken))
        known = before.files if before else {}
        directories, links = [], []
        for entry in _entries(path, self._left):
            old = known.get(entry.name)
            after.has_links |= entry.is_symlink()
            if old is not None and _is_still(entry.path, old[0]):
                after.files[entry.name] = old
                continue
            kind = kind_of_folder(entry, name, linked=self._linked)
            if kind == FOLDER:
                directories.append(entry.name)
            elif kind == LINK:
                links.append(entry.name)
            elif kind is not None:
                after.odd[entry.name] = kind
            elif not entry.name.endswith(".lock"):
                self._read_entry(f"{name}/{entry.name}", entry, old, after)
        self.names.update(f"{name}/{file}" for file in known if file not in after.files)
        self.names.update(f"{name}/{file}" for file in (*after.broken, *(before.broken if before else ())))
        after.directories, after.links = tuple(directories), tuple(links)
        return after

    def _read_entry(
        self, ref: str, entry: os.DirEntry[str], old: tuple[Identity, str] | None, after: LooseDirectory
    ) -> None:
        mark = identity(entry.path)
        if mark is None:
            if entry.is_symlink():
                after.odd[entry.name] = NOWHERE
            return
        young = is_racy(mark, self._taken)
        after.racy |= young
        self._counters.ref_files += 1
        try:
            content = read_regular_file(entry.path, MAX_REF)
            if content is None:
                return
            value = _value(content)
        except NotRegularFileError as error:
            after.odd[entry.name], value = error.kind, None
        except (PermissionError, FileTooLongError):
            value = None
        if value is None:
            after.broken[entry.name] = mark
            return
        after.files[entry.name] = (UNTRUSTED if young else mark, value)
        if old is None or value != old[1]:
            self.names.add(ref)


def _value(content: bytes) -> str | None:
    """Return what a loose ref holds; None when that is no ref."""
    text = content.strip()
    if _HEX.fullmatch(text):
        return text.decode("ascii")
    return os.fsdecode(text) if text.startswith(b"ref: ") else None


def _is_still(path: str, mark: Identity) -> bool:
    try:
        return identity(path) == mark
    except OSError:
        # What it is instead, a link in a circle say, is for those to find out who look at each kind.
        return False


def _entries(path: str, limit: int) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            # One more, so that it is seen that there are too many.
            return list(islice(entries, limit + 1))
    except (FileNotFoundError, NotADirectoryError):
        return []
