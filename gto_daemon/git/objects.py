"""Objects by id: tags peeled, commits, and files in commits. One `ObjectReader` belongs to one thread."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout
from gto_daemon.git.libgit_store import LibgitStore, UnsupportedFormatError
from gto_daemon.git.loose_refs import identity
from gto_daemon.git.parse import CommitLinks, RawTag, parse_commit_object, parse_tag_object, peel
from gto_daemon.git.reftable import REFTABLE, uses_reftable
from gto_daemon.git.resource_exhaustion import is_exhaustion
from gto_daemon.git.store import MAX_OBJECT, ObjectStore, StoredObject, unreadable
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Commit
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.unborn import NO_COMMIT, unborn_head

#: Characters of a revision.
MAX_REVISION = 4096
#: By the length of an object id in hexadecimal digits: SHA-1, SHA-256.
_ENTRY = {
    40: re.compile(rb"(\d{5,6}) ([^\0]+)\0(.{20})", re.DOTALL),
    64: re.compile(rb"(\d{5,6}) ([^\0]+)\0(.{32})", re.DOTALL),
}
DIRECTORY = b"40000"
GITLINK = b"160000"
LINK = b"120000"
EXECUTABLE = b"100755"

#: Bytes of a tag or commit, of which all but the message is read by somebody, and all of it inflated at once.
MAX_TAG = 32 << 20
#: Files of one name that are looked for in a commit, and folders within each other.
MAX_FOUND = 10_000
MAX_DEPTH = 200


class ObjectTooLongError(Exception):
    """An object is longer than what is read of such an object: `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class MissingObjectError(Exception):
    """A folder on the way to what was asked for is missing, damaged, or too long to be read: `oid` is its tree."""

    def __init__(self, oid: str) -> None:
        super().__init__(oid)
        self.oid = oid


class TooManyFilesError(MissingObjectError):
    """There are more files, or deeper folders, than are looked for: `oid` is the tree where the search ended."""


class TreeEntry(NamedTuple):
    """A name in a tree, with its mode as Git writes it: a file or link, else a folder or submodule."""

    oid: str
    mode: bytes

    @property
    def is_file(self) -> bool:
        """Whether it has content of its own: a file or a link."""
        return self.mode not in (DIRECTORY, GITLINK)


class ObjectReader:
    """Reads objects of one repository. Returns None for a missing object or one of another kind.

    Whatever reads may open it first, and raise `RegistryError` (`UnreadableRepository`) then.
    """

    def __init__(self, layout: Layout, counters: Counters) -> None:
        self._layout = layout
        self._counters = counters
        self._opened: ObjectStore | None = None
        self._marks: object = None
        self._read = self._open_and_read

    @property
    def is_open(self) -> bool:
        """Whether the repository was opened."""
        return self._opened is not None

    @property
    def runs_git(self) -> bool:
        """Whether programs are run to read, which nobody may in an untrusted session. Known once it is open."""
        return self._opened is not None and self._opened.runs_git

    def open(self) -> None:
        """Open the repository, unless it is open. Reading opens it as well; it may take its time.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        if self._opened is None:
            marks = self._current_marks()
            self._use(open_store(self._layout), marks)

    def reopen_when_repacked(self) -> None:
        """Let go of deleted packs, and of a format that the repository has no more.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        marks = self._current_marks()
        if marks == self._marks:
            return
        before = self._opened
        self._use(open_store(self._layout), marks)
        if before is not None:
            before.close()

    def close(self) -> None:
        """Let go of the repository."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            self.open()
            return self._store
        return self._opened

    def _open_and_read(self, oid: str, limit: int | None = MAX_OBJECT) -> StoredObject | None:
        return self._store.read(oid, limit)

    def _use(self, store: ObjectStore, marks: object) -> None:
        self._opened, self._marks = store, marks
        self._read = store.read

    def _current_marks(self) -> object:
        # `git clone` learns of the remote's object format when there is a repository, and says so in its `config`.
        common = self._layout.common
        try:
            return identity(f"{common}/objects/pack"), identity(f"{common}/config")
        except OSError as error:
            raise unreadable(self._layout.repo, str(error), retryable=is_exhaustion(error)) from error

    def tag(self, oid: str) -> RawTag | str | None:
        """Return the tag object, peeled through tags of tags; the type's name of another object; None when missing.

        Raises:
            ObjectTooLongError: it is longer than what is read of a tag.

        """
        found = self._read(oid, MAX_TAG)
        if found is None:
            return None
        kind, data, size = found
        if kind != "tag":
            return kind
        self._counters.tags += 1
        if data is None:
            raise ObjectTooLongError(size)
        outer = parse_tag_object(data)
        if outer is None:
            return None
        return peel(outer, self._inner_tag) if outer.target_type == "tag" else outer

    def _inner_tag(self, oid: str) -> RawTag | None:
        found = self._read(oid, MAX_TAG)
        parsed = parse_tag_object(found.data) if found and found.data else None
        self._counters.tags += parsed is not None
        return parsed

    def tag_bytes(self, oid: str) -> bytes | None:
        """Return a tag object as Git keeps it; None when it is missing, of another kind, or too long."""
        found = self._read(oid, MAX_TAG)
        return found.data if found is not None and found.kind == "tag" else None

    def commit(self, oid: str) -> tuple[Commit, CommitLinks] | None:
        """Return the commit object, and where it leads."""
        found = self._read(oid, MAX_TAG)
        if found is None or found.kind != "commit" or found.data is None:
            return None
        self._counters.commits += 1
        return parse_commit_object(oid, found.data)

    def file(self, tree: str, path: str) -> str | None:
        """Return the blob's id of the file `path` (with `/`) in a tree; None when there is no such file."""
        found = self.entry(tree, path)
        return found.oid if found is not None and found.is_file else None

    def entry(self, tree: str, path: str) -> "TreeEntry | None":
        """Return what is at `path` (with `/`) in a tree.

        Raises:
            MissingObjectError: it cannot be known.

        """
        if "/" not in path:
            return self._entry(tree, path)
        entry = TreeEntry(tree, DIRECTORY)
        for part in path.split("/"):
            inner = self._entry(entry.oid, part) if entry.mode == DIRECTORY else None
            if inner is None:
                return None
            entry = inner
        return entry

    def _entry(self, tree: str, name: str) -> "TreeEntry | None":
        found = self._tree(tree)
        # Most trees have no such file, which their bytes tell before they are cut up (0.1 s of 45,000 small trees).
        if _between(name) not in found:
            return None
        return next((TreeEntry(oid, mode) for mode, other, oid in _entries(tree, found) if other == name), None)

    def entries(self, tree: str) -> dict[str, TreeEntry]:
        """Return what is in a folder, by name.

        Raises:
            MissingObjectError: it cannot be known.

        """
        return {name: TreeEntry(oid, mode) for mode, name, oid in _entries(tree, self._tree(tree))}

    def _tree(self, oid: str) -> bytes:
        """Return a tree as Git keeps it."""
        found = self._read(oid)
        if found is None or found.kind != "tree" or found.data is None:
            raise MissingObjectError(oid)
        self._counters.trees += 1
        return found.data

    def find_files(self, tree: str, name: str, known: dict[str, tuple[str, ...]]) -> list[str]:
        """Return the path of every file called `name` in any folder of a tree, sorted.

        `known` remembers, per tree id, the paths below it, so that only folders not seen before are read.

        Raises:
            TooManyFilesError: there are more than `MAX_FOUND` of them, or folders deeper than `MAX_DEPTH`. One folder
                in many places, ten levels deep, makes billions of paths out of a few hundred bytes.

        """
        return sorted(self._find(tree, name, known, 0))

    def _find(self, tree: str, name: str, known: dict[str, tuple[str, ...]], depth: int) -> tuple[str, ...]:
        if depth > MAX_DEPTH:
            raise TooManyFilesError(tree)
        if tree not in known:
            below: list[str] = []
            try:
                found = self._tree(tree)
            except MissingObjectError:
                # It may come, so it is not remembered; what is in the other folders is told.
                return ()
            for mode, entry, oid in _entries(tree, found):
                if mode == DIRECTORY:
                    below.extend(f"{entry}/{path}" for path in self._find(oid, name, known, depth + 1))
                    if len(below) > MAX_FOUND:
                        raise TooManyFilesError(tree)
                elif entry == name and mode != GITLINK:
                    below.append(entry)
            known[tree] = tuple(below)
        return known[tree]

    def blob(self, oid: str, limit: int | None) -> bytes | None:
        """Return the content of a file, None when it is missing or longer than `limit` bytes."""
        found = self._read(oid, limit)
        if found is None or found.kind != "blob" or found.data is None:
            return None
        self._counters.blobs += 1
        return found.data

    def is_longer(self, oid: str, limit: int) -> bool:
        """Return whether there is an object of that id, and it is longer than `limit` bytes."""
        found = self._read(oid, limit)
        return found is not None and found.data is None

    def head(self) -> str | None:
        """HEAD's commit, None before the first."""
        return self._store.head()

    def unborn_head(self) -> Problem | None:
        """Return what to know of a HEAD that has no commit, where something has one."""
        return unborn_head(self._store.branches(), bare=self._layout.worktree is None)

    def remotes(self) -> list[str]:
        """Return the names of the configured remotes, as the configuration has them."""
        return self._store.remotes()

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is pushed to, or else fetched from, where none is named."""
        return self._store.default_remote(push=push)

    def remote_url(self, name: str) -> str | None:
        """Return where a configured remote is, `insteadOf` applied; None for one that is not, or has no URL."""
        return self._store.remote_url(name)

    def variable(self, name: str) -> str | None:
        """Return the value of a variable of Git's configuration; None if it is not set."""
        return self._store.variable(name)

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref leads to (`HEAD`: the branch that is checked out); None if it is none."""
        return self._store.symbolic_ref(name)

    def branches(self) -> list[str]:
        """Return the full names of the branches that lead to a commit, of remotes too."""
        return self._store.branches()

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """Return the commits that `new` has and `old` has not, the newest first, and whether these are all.

        They are not where there are more than `limit`, or where a commit is missing from this clone.
        """
        return self._store.between(old, new, limit)

    def ref(self, name: str) -> str | None:
        """Return the commit that the ref of exactly this full name leads to; None for none."""
        return None if "\0" in name or len(name) > MAX_REVISION else self._store.ref(name)

    def resolve(self, rev: str) -> str:
        """Return the commit that a revision names, in Git's own syntax.

        Raises:
            RegistryError: `RefNotFound`.

        """
        # C would see a null byte as the end of the text, and another revision before it. Each step of a long one
        # (`HEAD~1~1~1…`) is looked up while nothing else runs.
        found = None if "\0" in rev or len(rev) > MAX_REVISION else self._store.resolve(rev)
        if found is None:
            shown = rev[:MAX_REVISION]
            hint = "Give a commit, branch or tag that is in this clone; `git fetch --tags` brings what is missing."
            if rev == "HEAD":
                problem = self.unborn_head()
                hint = f"{problem.message} {problem.hint}" if problem else NO_COMMIT
            raise RegistryError(
                "RefNotFound",
                f"Ref '{shown}' was not found in the repository history",
                hint=hint,
                ref=shown,
            )
        return found


def open_store(layout: Layout) -> ObjectStore:
    """Return what reads the repository: libgit2 where it can.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    if uses_reftable(layout):
        return _by_git(layout, REFTABLE)
    try:
        return LibgitStore(layout)
    except UnsupportedFormatError as error:
        return _by_git(layout, error.extension)


def _by_git(layout: Layout, extension: str) -> ObjectStore:
    # A command without a daemon does not wait for what starts programs (5 ms) where none is started.
    from gto_daemon.git.git_store import GitStore  # noqa: PLC0415

    return GitStore(layout, extension)


@lru_cache(maxsize=64)
def _between(name: str) -> bytes:
    """Return a name with what is around it in a tree."""
    return b" %b\0" % os.fsencode(name)


def _entries(oid: str, tree: bytes) -> Iterator[tuple[bytes, str, str]]:
    """Mode, name and id of everything in the tree, whose own id is as long as those in it."""
    for entry in _ENTRY[len(oid)].finditer(tree):
        yield entry[1], os.fsdecode(entry[2]), entry[3].hex()
