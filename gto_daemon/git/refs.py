"""Refs as they are on disk: the one listing that everything else is derived from.

Git's files backend keeps a ref in a file of its own (loose) or in a line of `packed-refs`; the file wins. `git
pack-refs` writes the line before it deletes the file, so loose refs must be read before packed ones: in the other
order a ref that is packed in between is in neither (measured: 16 of 311 listings lost tags).

Reading is incremental. A directory whose identity and times did not change still has the same entries; a file is read
again when its inode, size, mtime or ctime changed. Git, libgit2 and dulwich rename a lock file into place, which the
directory shows; isomorphic-git and go-git write refs in place, which it does not, so each file is looked at. Times that
are young are not believed (Git's own rule for its index), neither a directory's nor a file's: the next change may come
within the same tick of the clock, and a third writer may get the inode of the first one back.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from gto_daemon.git.counters import Counters
from gto_daemon.git.listing_state import ListingState, StoredDirectory
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
from gto_daemon.git.packed_refs import MAX_PACKED_REFS, Identity, Lines, PackedRefs, common_lines, parse_lines, replaced
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, read_regular_file

#: A change this close before a listing may share its times with a later one.
RACY_NS = 20_000_000
#: The same where times are in whole seconds (ext4 with small inodes, HFS+) or in every second one (FAT).
_COARSE_RACY_NS = 2_100_000_000
_SECOND_NS = 1_000_000_000
#: Bytes of a loose ref: an id, or the name of another ref.
MAX_REF = 8192
_HEX = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
TAGS = "refs/tags/"
HEADS = "refs/heads/"


def identity(path: str) -> Identity | None:
    """What `stat` says of a file: device, inode, size, mtime and ctime in nanoseconds; None when there is none.

    The ctime cannot be set back, and tells of permissions given or taken.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every read; Path costs three times as much
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_racy(mark: Identity, taken: int) -> bool:
    """Whether a later change could leave the same mark.

    `taken` (nanoseconds since the epoch) is from before the `stat`: a process that is stopped between the two would
    else take a young mark for an old one.
    """
    return mark[4] > taken - (RACY_NS if mark[4] % _SECOND_NS else _COARSE_RACY_NS)


#: The mark of a file that was too young to be known again by it.
_UNTRUSTED: Identity = (0, 0, 0, 0, 0)


@dataclass(slots=True)
class _Directory:
    identity: Identity
    racy: bool
    files: dict[str, tuple[Identity, str]] = field(default_factory=dict)
    directories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    broken: dict[str, Identity] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.directories) + len(self.links) + len(self.files) + len(self.broken) + len(self.odd)


class RefChanges(NamedTuple):
    """What changed between two listings: name to value now, None for a ref that is gone. Names are short."""

    tags: dict[str, str | None]
    heads: dict[str, str | None]


class RefListing:
    """The refs below `refs/tags` and `refs/heads` of one common directory. Not for use from two threads at once.

    Attributes:
        seen: what the last refresh rests on; equal identities mean equal refs. Paths are relative to the directory.
        racy: whether something was so young that its mtime may not tell of the next change.
        unparsed: loose refs that hold neither an id nor a ref: a writer in place, or damage.
        odd: what is no ref at all, by its name, and what it is (`a pipe`); the first of many.

    """

    def __init__(self, common: Path, counters: Counters) -> None:
        self._common = os.fspath(common)
        self._counters = counters
        self._directories: dict[str, _Directory] = {}
        self._packed = PackedRefs()
        self._has_loose = False
        self.seen: dict[str, Identity | None] = {}
        self.racy = False
        self.unparsed: frozenset[str] = frozenset()
        self.odd: Mapping[str, str] = {}

    def forget(self) -> None:
        """Make the next refresh read every file again."""
        for directory in self._directories.values():
            directory.racy = True
            directory.files = {file: (_UNTRUSTED, value) for file, (_, value) in directory.files.items()}
        self._packed.racy = True

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was read or restored yet."""
        return not self._directories and not self.seen

    def refresh(self) -> RefChanges:
        """What changed since the last call.

        Raises:
            OSError: something cannot be read; nothing is taken over then.

        """
        self._counters.listings += 1
        taken = time.time_ns()
        scan = _Scan(self._common, self._directories, self._counters, taken)
        for root in ("refs/tags", "refs/heads"):
            scan.walk(root)
        packed, lines = self._read_packed(scan.seen, taken)
        for name in scan.names:
            (lines.tags if name.startswith(TAGS) else lines.heads)[name.partition("/")[2].partition("/")[2]] = ""
        before = self._values(lines)
        self._directories, self._packed, self.seen = scan.directories, packed, scan.seen
        self._has_loose = any(directory.files or directory.broken for directory in scan.directories.values())
        self.unparsed, self.odd = frozenset(scan.unparsed), scan.odd
        self.racy = packed.racy or any(directory.racy for directory in scan.directories.values())
        after = self._values(lines)
        return RefChanges(
            {name: value for name, value in after.tags.items() if value != before.tags[name]},
            {name: value for name, value in after.heads.items() if value != before.heads[name]},
        )

    def state(self) -> ListingState:
        """What the last refresh found, for `restore` in another process."""
        directories = {
            name: StoredDirectory(each.identity, each.files, each.directories)
            for name, each in self._directories.items()
        }
        return ListingState(directories, self._packed.identity, self._packed.racy, lambda: self._packed.text)

    def restore(self, state: ListingState) -> None:
        """Go on from what another process found: the next refresh tells what differs."""
        # Nobody watched meanwhile, so each file is compared, and not only its directory's mtime.
        self._directories = {
            name: _Directory(each.identity, racy=True, files=dict(each.files), directories=each.directories)
            for name, each in state.directories.items()
        }
        self._packed = PackedRefs()
        if state.packed is not None:
            self._packed = PackedRefs(state.packed, state.text, racy=state.racy, digest=state.digest)
        self._has_loose = any(directory.files for directory in self._directories.values())

    def _values(self, names: Lines) -> RefChanges:
        if not names.tags and not names.heads:
            return RefChanges({}, {})
        if not self._has_loose:
            # As after a clone. Looking in `packed-refs` only saves 0.2 s of 100,000 tags.
            tags, heads = self._packed.refs
            return RefChanges(
                {name: tags.get(name) for name in names.tags}, {name: heads.get(name) for name in names.heads}
            )
        return RefChanges(
            {name: self.tag(name) for name in names.tags}, {name: self.head(name) for name in names.heads}
        )

    def tag(self, name: str) -> str | None:
        """What `refs/tags/NAME` holds as of the last refresh: an id, `ref: NAME` of a symbolic one; not peeled."""
        return self._held(TAGS, name, self._packed.tag)

    def head(self, name: str) -> str | None:
        """What `refs/heads/NAME` holds, likewise."""
        return self._held(HEADS, name, self._packed.head)

    def heads(self) -> list[str]:
        """Return the names of all branches, without `refs/heads/`, sorted."""
        loose = (name for name, _ in self.loose() if name.startswith(HEADS))
        return sorted({*self._packed.refs.heads, *(name.removeprefix(HEADS) for name in loose)})

    def loose(self) -> Iterator[tuple[str, Identity]]:
        """Return the full names of the refs that have a file of their own, with what `stat` said of it."""
        for name, directory in self._directories.items():
            for file, (mark, _) in directory.files.items():
                yield f"{name}/{file}", mark

    def get(self, name: str) -> str | None:
        """What a ref of that full name holds, if it is a tag or a branch."""
        if name.startswith(TAGS):
            return self.tag(name.removeprefix(TAGS))
        return self.head(name.removeprefix(HEADS)) if name.startswith(HEADS) else None

    def _held(self, root: str, name: str, packed: Callable[[str], str | None]) -> str | None:
        directory, _, file = (root + name).rpartition("/")
        loose = self._directories.get(directory)
        if loose is not None:
            entry = loose.files.get(file)
            if entry is not None:
                return entry[1]
            if file in loose.broken:
                # As for Git, a broken file hides the line in `packed-refs`.
                return None
        return packed(name)

    def _read_packed(self, seen: dict[str, Identity | None], taken: int) -> tuple[PackedRefs, Lines]:
        """`packed-refs` now, and the refs whose lines differ from the last reading."""
        path = f"{self._common}/packed-refs"
        known = self._packed
        found = seen["packed-refs"] = identity(path)
        if found is None:
            return PackedRefs(), Lines(dict(known.refs.tags), dict(known.refs.heads))
        if found == known.identity and not known.racy:
            return known, Lines({}, {})
        racy = is_racy(found, taken)
        self._counters.packed_refs += 1
        if known.is_in(path):
            return known.rewritten(found, racy=racy), Lines({}, {})
        text = read_regular_file(path, MAX_PACKED_REFS)
        if text is None:
            # Deleted in between: the next listing is another one.
            text, racy = b"", True
        if text == known.text:
            return known.rewritten(found, racy=racy), Lines({}, {})
        start, end = common_lines(known.text, text)
        before = parse_lines(known.text[start : len(known.text) - end])
        after = parse_lines(text[start : len(text) - end])
        refs = Lines(
            replaced(known.refs.tags, before.tags, after.tags), replaced(known.refs.heads, before.heads, after.heads)
        )
        return PackedRefs(found, text, refs, racy=racy), Lines(
            {**before.tags, **after.tags}, {**before.heads, **after.heads}
        )


class _Scan:
    """One walk over the loose refs, next to what the last one found."""

    def __init__(
        self,
        common: str,
        before: dict[str, _Directory],
        counters: Counters,
        taken: int,
        *,
        linked: bool = False,
        limit: int = MAX_ENTRIES,
    ) -> None:
        self._linked = linked
        self._left = limit
        self._left_of_links = min(limit, MAX_LINKED)
        self._common = common
        self._before = before
        self._counters = counters
        self._taken = taken
        self.directories: dict[str, _Directory] = {}
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
        below = _Scan(self._common, self._before, self._counters, self._taken, linked=True, limit=self._left_of_links)
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
    def _is_unchanged(path: str, before: _Directory) -> bool:
        return all(
            identity(f"{path}/{file}") == mark
            for file, mark in (*((file, mark) for file, (mark, _) in before.files.items()), *before.broken.items())
        )

    def _read_directory(self, name: str, path: str, found: Identity, before: _Directory | None) -> _Directory:
        after = _Directory(found, is_racy(found, self._taken))
        known = before.files if before else {}
        directories, links = [], []
        for entry in _entries(path, self._left):
            kind = kind_of_folder(entry, name, linked=self._linked)
            if kind == FOLDER:
                directories.append(entry.name)
            elif kind == LINK:
                links.append(entry.name)
            elif kind is not None:
                after.odd[entry.name] = kind
            elif not entry.name.endswith(".lock"):
                self._read_entry(f"{name}/{entry.name}", entry, known.get(entry.name), after)
        self.names.update(f"{name}/{file}" for file in known if file not in after.files)
        self.names.update(f"{name}/{file}" for file in (*after.broken, *(before.broken if before else ())))
        after.directories, after.links = tuple(directories), tuple(links)
        return after

    def _read_entry(
        self, ref: str, entry: os.DirEntry[str], old: tuple[Identity, str] | None, after: _Directory
    ) -> None:
        mark = identity(entry.path)
        if mark is None:
            if entry.is_symlink():
                after.odd[entry.name] = NOWHERE
            return
        if old is not None and old[0] == mark:
            after.files[entry.name] = old
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
        after.files[entry.name] = (_UNTRUSTED if young else mark, value)
        if old is None or value != old[1]:
            self.names.add(ref)


def _value(content: bytes) -> str | None:
    """What a loose ref holds; None when that is no ref."""
    text = content.strip()
    if _HEX.fullmatch(text):
        return text.decode("ascii")
    return os.fsdecode(text) if text.startswith(b"ref: ") else None


def _entries(path: str, limit: int) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            # One more, so that it is seen that there are too many.
            return list(islice(entries, limit + 1))
    except (FileNotFoundError, NotADirectoryError):
        return []
