"""Refs in the reftable format, which only git itself reads: listed whole by `git for-each-ref` when they changed.

Every change of any ref, and of HEAD, replaces `reftable/tables.list`, so one `stat` tells whether there was one.
"""

import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout, configured
from gto_daemon.git.loose_refs import MAX_REF, identity, is_racy
from gto_daemon.git.migration import may_remove_refs, migrating, migration_folders
from gto_daemon.git.packed_refs import Identity
from gto_daemon.git.refs import HEADS, TAGS, RefChanges
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.git.store import unreadable

#: The key of the extension, in lower case.
REFTABLE = "refstorage"
_TABLES = "reftable/tables.list"
#: What HEAD says where the refs are in tables, so that no older Git takes it for one.
_NO_HEAD = b"ref: refs/heads/.invalid\n"


class RefFormat(NamedTuple):
    """How the refs are kept, and the `config` that says so."""

    is_reftable: bool
    config: Identity | None


def uses_reftable(layout: Layout) -> bool:
    """Return whether the refs are in the reftable format, as the repository's `config` says."""
    try:
        return configured(layout.common, "extensions", REFTABLE) == "reftable"
    except OSError:
        # What opens the repository says what is wrong with it.
        return False


def ref_format(layout: Layout, known: RefFormat | None = None) -> RefFormat:
    """Return how the refs are kept; to be asked before they are read, and after.

    Args:
        layout: where.
        known: what it was, unless a change of `config` since could go unnoticed.

    Raises:
        RegistryError: `RefsMigrating`.

    """
    common = layout.common
    config = identity(f"{common}/config")
    found = known if known is not None and known.config == config else RefFormat(uses_reftable(layout), config)
    folders, has_tables = migration_folders(common), os.path.isdir(f"{common}/reftable")  # noqa: PTH112 - each refresh
    if any(may_remove_refs(folder) for folder in folders):
        raise migrating(common)
    if (folders or has_tables != found.is_reftable) and not _is_whole(common, reftable=found.is_reftable):
        raise migrating(common)
    return found


def _is_whole(common: Path, *, reftable: bool) -> bool:
    if reftable:
        return (common / _TABLES).exists()
    return read_regular_file(common / "HEAD", MAX_REF) not in (None, _NO_HEAD) and (common / "refs").is_dir()


def head_table(layout: Layout) -> Path:
    """Return the file that is replaced when HEAD of this checkout changes; each linked worktree has its own."""
    return layout.git_dir / _TABLES


class ReftableListing:
    """As `RefListing`: the refs below `refs/tags` and `refs/heads`, for one thread. Symbolic refs come resolved."""

    def __init__(self, layout: Layout, counters: Counters) -> None:
        # As in `objects.py`: what starts programs is loaded where programs are started.
        from gto_daemon.git.git_store import GitStore  # noqa: PLC0415

        self._layout = layout
        self._git = GitStore(layout, REFTABLE)
        self._counters = counters
        self._tags: dict[str, str] = {}
        self._heads: dict[str, str] = {}
        self.seen: dict[str, Identity | None] = {}
        self.racy = True
        self.unparsed: frozenset[str] = frozenset()
        self.odd: Mapping[str, str] = {}

    @property
    def folders(self) -> Collection[str]:
        """No folder: no ref has a file of its own."""
        return ()

    @property
    def has_links(self) -> bool:
        """No ref is a link, for the same reason."""
        return False

    def forget(self) -> None:
        """Make the next refresh list again."""
        self.racy = True

    def refresh(self) -> RefChanges:
        """Return what changed since the last call.

        Raises:
            OSError: something cannot be read; nothing is taken over then.
            RegistryError: `UnreadableRepository`, `UnsupportedRepository`.

        """
        taken = time.time_ns()
        found = identity(f"{self._layout.common}/{_TABLES}")
        if not self.racy and self.seen.get(_TABLES) == found:
            return RefChanges({}, {})
        self._counters.listings += 1
        listed = self._git.run("for-each-ref", "--format=%(objectname) %(refname)", TAGS, HEADS)
        if not listed.succeeded:
            raise unreadable(self._layout.repo, listed.complaint)
        tags, heads = self._tags, self._heads
        self._tags, self._heads = {}, {}
        for line in os.fsdecode(listed.stdout).split("\n"):
            oid, _, name = line.partition(" ")
            if name.startswith(TAGS):
                self._tags[name.removeprefix(TAGS)] = oid
            elif name.startswith(HEADS):
                self._heads[name.removeprefix(HEADS)] = oid
        self.seen = {_TABLES: found}
        self.racy = found is None or is_racy(found, taken)
        return RefChanges(_differing(tags, self._tags), _differing(heads, self._heads))

    def tag(self, name: str) -> str | None:
        """Return what `refs/tags/NAME` leads to as of the last refresh: an object id, not peeled."""
        return self._tags.get(name)

    def tags(self) -> list[str]:
        """Return the names of all tags, without `refs/tags/`, sorted."""
        return sorted(self._tags)

    def heads(self) -> list[str]:
        """Return the names of all branches, without `refs/heads/`, sorted."""
        return sorted(self._heads)

    def loose(self) -> Iterator[tuple[str, Identity]]:
        """Return nothing: no ref has a file of its own."""
        return iter(())

    def get(self, name: str) -> str | None:
        """Return what a ref of that full name leads to, if it is a tag or a branch."""
        if name.startswith(TAGS):
            return self.tag(name.removeprefix(TAGS))
        return self._heads.get(name.removeprefix(HEADS)) if name.startswith(HEADS) else None


def _differing(before: dict[str, str], after: dict[str, str]) -> dict[str, str | None]:
    changed: dict[str, str | None] = {name: oid for name, oid in after.items() if before.get(name) != oid}
    changed.update(dict.fromkeys(before.keys() - after.keys()))
    return changed
