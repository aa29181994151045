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
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gto_daemon.git.counters import Counters
from gto_daemon.git.listing_state import ListingState, StoredDirectory
from gto_daemon.git.loose_refs import UNTRUSTED, LooseDirectory, LooseScan, identity, is_racy
from gto_daemon.git.odd_refs import MAX_ENTRIES, MAX_LINKED
from gto_daemon.git.packed_refs import (
    MAX_PACKED_REFS,
    Identity,
    PackedRefLines,
    PackedRefs,
    common_lines,
    is_ascending,
    parse_lines,
)
from gto_daemon.git.regular_files import read_regular_file

TAGS = "refs/tags/"
HEADS = "refs/heads/"


_Held = Callable[[str], str | None]


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

    def __init__(
        self, common: Path, counters: Counters, *, max_files: int = MAX_ENTRIES, max_linked: int = MAX_LINKED
    ) -> None:
        self._limits = max_files, max_linked
        self._common = os.fspath(common)
        self._counters = counters
        self._directories: dict[str, LooseDirectory] = {}
        self._packed = PackedRefs()
        #: Which of `TAGS` and `HEADS` have loose refs.
        self._with_loose: frozenset[str] = frozenset()
        self.seen: dict[str, Identity | None] = {}
        self.racy = False
        self.unparsed: frozenset[str] = frozenset()
        self.odd: Mapping[str, str] = {}

    def forget(self) -> None:
        """Make the next refresh read every file again."""
        for directory in self._directories.values():
            directory.racy = True
            directory.files = {file: (UNTRUSTED, value) for file, (_, value) in directory.files.items()}
        self._packed.racy = True

    @property
    def folders(self) -> Collection[str]:
        """The folders of loose refs as of the last refresh."""
        return self._directories.keys()

    @property
    def has_links(self) -> bool:
        """Whether a loose ref is a link to a file as of the last refresh."""
        return any(directory.has_links for directory in self._directories.values())

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was read or restored yet."""
        return not self._directories and not self.seen

    def refresh(self) -> RefChanges:
        """Return what changed since the last call.

        Raises:
            OSError: something cannot be read; nothing is taken over then.

        """
        self._counters.listings += 1
        taken = time.time_ns()
        limit, linked_limit = self._limits
        scan = LooseScan(self._common, self._directories, self._counters, taken, limit=limit, linked_limit=linked_limit)
        for root in ("refs/tags", "refs/heads"):
            scan.walk(root)
        packed, gone, come = self._read_packed(scan.seen, taken)
        changed = PackedRefLines({**gone.tags, **come.tags}, {**gone.heads, **come.heads})
        for name in scan.names:
            (changed.tags if name.startswith(TAGS) else changed.heads)[name.partition("/")[2].partition("/")[2]] = ""
        before = self._values(changed, gone, come)
        self._directories, self._packed, self.seen = scan.directories, packed, scan.seen
        self._with_loose = _with_loose(scan.directories)
        self.unparsed, self.odd = frozenset(scan.unparsed), scan.odd
        self.racy = packed.racy or any(directory.racy for directory in scan.directories.values())
        after = self._values(changed, come, gone)
        return RefChanges(
            {name: value for name, value in after.tags.items() if value != before.tags[name]},
            {name: value for name, value in after.heads.items() if value != before.heads[name]},
        )

    def state(self) -> ListingState:
        """Return what the last refresh found, for `restore` in another process."""
        directories = {
            name: StoredDirectory(each.identity, each.files, each.directories)
            for name, each in self._directories.items()
        }
        return ListingState(directories, self._packed.identity, self._packed.racy, lambda: self._packed.text)

    def restore(self, state: ListingState) -> None:
        """Go on from what another process found: the next refresh tells what differs."""
        # Nobody watched meanwhile, so each file is compared, and not only its directory's mtime.
        self._directories = {
            name: LooseDirectory(each.identity, racy=True, files=dict(each.files), directories=each.directories)
            for name, each in state.directories.items()
        }
        self._packed = PackedRefs()
        if state.packed is not None:
            self._packed = PackedRefs(state.packed, state.text, racy=state.racy, digest=state.digest)
        self._with_loose = _with_loose(self._directories)

    def _values(self, names: PackedRefLines, lines: PackedRefLines, others: PackedRefLines) -> RefChanges:
        """Return what these refs hold, where `lines` differ from the `others` of the reading before or after it."""

        def values(
            root: str, names: dict[str, str], lines: dict[str, str], others: dict[str, str], packed: _Held
        ) -> dict[str, str | None]:
            # A line of a long file that was just read is not looked for in it.
            read: dict[str, str | None] = {**dict.fromkeys(others), **lines}

            def line(name: str) -> str | None:
                return read[name] if name in read else packed(name)

            if root in self._with_loose:
                return {name: self._held(root, name, line) for name in names}
            # All that changed was read, unless loose refs changed too.
            return read if len(read) == len(names) else {name: line(name) for name in names}

        return RefChanges(
            values(TAGS, names.tags, lines.tags, others.tags, self._packed.tag),
            values(HEADS, names.heads, lines.heads, others.heads, self._packed.head),
        )

    def tag(self, name: str) -> str | None:
        """What `refs/tags/NAME` holds as of the last refresh: an id, `ref: NAME` of a symbolic one; not peeled."""
        return self._held(TAGS, name, self._packed.tag) if TAGS in self._with_loose else self._packed.tag(name)

    def head(self, name: str) -> str | None:
        """Return what `refs/heads/NAME` holds, likewise."""
        return self._held(HEADS, name, self._packed.head)

    def tags(self) -> list[str]:
        """Return the names of all tags, without `refs/tags/`, sorted."""
        loose = (name for name, _ in self.loose() if name.startswith(TAGS))
        return sorted({*self._packed.lines().tags, *(name.removeprefix(TAGS) for name in loose)})

    def heads(self) -> list[str]:
        """Return the names of all branches, without `refs/heads/`, sorted."""
        loose = (name for name, _ in self.loose() if name.startswith(HEADS))
        return sorted({*self._packed.heads(), *(name.removeprefix(HEADS) for name in loose)})

    def loose(self) -> Iterator[tuple[str, Identity]]:
        """Return the full names of the refs that have a file of their own, with what `stat` said of it."""
        for name, directory in self._directories.items():
            for file, (mark, _) in directory.files.items():
                yield f"{name}/{file}", mark

    def get(self, name: str) -> str | None:
        """Return what a ref of that full name holds, if it is a tag or a branch."""
        if name.startswith(TAGS):
            return self.tag(name.removeprefix(TAGS))
        return self.head(name.removeprefix(HEADS)) if name.startswith(HEADS) else None

    def _held(self, root: str, name: str, packed: "_Held") -> str | None:
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

    def _read_packed(
        self, seen: dict[str, Identity | None], taken: int
    ) -> tuple[PackedRefs, PackedRefLines, PackedRefLines]:
        """`packed-refs` now, and its lines that are gone and have come since the last reading."""
        path = f"{self._common}/packed-refs"
        known = self._packed
        same = PackedRefLines({}, {})
        found = seen["packed-refs"] = identity(path)
        if found is None:
            return PackedRefs(), known.lines(), same
        if found == known.identity and not known.racy:
            return known, same, same
        racy = is_racy(found, taken)
        self._counters.packed_refs += 1
        if known.is_in(path):
            return known.rewritten(found, racy=racy), same, same
        text = read_regular_file(path, MAX_PACKED_REFS)
        if text is None:
            # Deleted in between: the next listing is another one.
            text, racy = b"", True
        if text == known.text:
            return known.rewritten(found, racy=racy), same, same
        start, end = common_lines(known.text, text)
        gone = parse_lines(known.text[start : len(known.text) - end])
        come = parse_lines(text[start : len(text) - end])
        is_sorted = is_ascending(come) and (known.is_sorted or not start)
        return PackedRefs(found, text, is_sorted=is_sorted, racy=racy), gone, come


def _with_loose(directories: Mapping[str, LooseDirectory]) -> frozenset[str]:
    loose = [f"{name}/" for name, directory in directories.items() if directory.files or directory.broken]
    return frozenset(root for root in (TAGS, HEADS) if any(name.startswith(root) for name in loose))
