"""Objects by id: tags peeled, commits, and files in commits.

One `ObjectReader` belongs to one thread. libgit2's object cache is off: objects are kept here as the values that the
registry is made of, and a second copy cost 33 MB at 100,000 tags.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pygit2

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout
from gto_daemon.git.packed_refs import Identity
from gto_daemon.git.parse import CommitLinks, RawTag, parse_commit_object, parse_tag_object
from gto_daemon.git.refs import identity
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Commit

pygit2.settings.enable_caching(False)

_COMMIT, _TREE, _BLOB, _TAG = (
    int(kind)
    for kind in (
        pygit2.enums.ObjectType.COMMIT,
        pygit2.enums.ObjectType.TREE,
        pygit2.enums.ObjectType.BLOB,
        pygit2.enums.ObjectType.TAG,
    )
)
_TYPE_NAMES = {_COMMIT: "commit", _TREE: "tree", _BLOB: "blob"}
_ENTRY = re.compile(rb"(\d{5,6}) ([^\0]+)\0(.{20})", re.DOTALL)
_DIRECTORY = b"40000"
_GITLINK = b"160000"
#: A chain of tags of tags longer than this is nobody's.
_DEEPEST_TAG = 16


class Entry(NamedTuple):
    """A name in a tree: a file (or link), else a folder or submodule."""

    oid: str
    is_file: bool


class ObjectReader:
    """Reads objects of one repository. Answers None for what is missing or is not what was asked for."""

    def __init__(self, layout: Layout, counters: Counters) -> None:
        """Open the repository.

        Raises:
            RegistryError: `UnsupportedRepository`, `UnreadableRepository`.

        """
        self._layout = layout
        self._counters = counters
        self._packs = self._packs_identity()
        self._repository = _open(layout)
        self._odb: pygit2.Odb | None
        self._backends: list[Any]
        self._connect()

    def reopen_when_repacked(self) -> None:
        """Let go of deleted packs, which libgit2 would keep open for ever."""
        packs = self._packs_identity()
        if packs == self._packs:
            return
        before, self._repository = self._repository, _open(self._layout)
        self._packs = packs
        self._connect()
        # It is part of a cycle, which is collected late or, once frozen, never.
        before.free()

    def let_go(self) -> None:
        """Close the files of a reader that is not needed any more. Should it be read all the same, it opens them."""
        # The reader itself may live on: what the first reading made is frozen, and frozen cycles are never collected.
        # libgit2 shares a pack among all who have it open, so nothing is opened before all is closed.
        self._backends, self._odb = [], None
        self._repository.free()

    def _connect(self) -> pygit2.Odb:
        self._odb = odb = self._repository.odb
        self._backends = list(odb.backends)
        return odb

    def _packs_identity(self) -> Identity | None:
        return identity(f"{self._layout.common}/objects/pack")

    def _read(self, oid: str) -> tuple[int, bytes] | None:
        # pygit2's Odb.read makes an enum member for each object, half of its time; its backends do not. They know
        # only the packs of when they were opened, so what they miss is asked of the database, which looks again.
        for backend in self._backends:
            try:
                return backend.read(oid)
            except KeyError:
                continue
            except (ValueError, pygit2.GitError):
                return None
        try:
            kind, data = (self._connect() if self._odb is None else self._odb).read(oid)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return int(kind), data

    def tag(self, oid: str) -> RawTag | str | None:
        """The tag object, peeled through tags of tags; the type's name of another object; None when missing."""
        found = self._read(oid)
        if found is None:
            return None
        kind, data = found
        if kind != _TAG:
            return _TYPE_NAMES[kind]
        self._counters.tags += 1
        outer = parse_tag_object(data)
        if outer is None:
            return None
        target, target_type = outer.target, outer.target_type
        for _ in range(_DEEPEST_TAG):
            if target_type != "tag":
                break
            inner = self._read(target)
            parsed = parse_tag_object(inner[1]) if inner else None
            if parsed is None:
                return None
            self._counters.tags += 1
            target, target_type = parsed.target, parsed.target_type
        if target == outer.target:
            return outer
        return outer._replace(target=target, target_type=target_type)

    def commit(self, oid: str) -> tuple[Commit, CommitLinks] | None:
        """The commit object, and where it leads."""
        found = self._read(oid)
        if found is None or found[0] != _COMMIT:
            return None
        self._counters.commits += 1
        return parse_commit_object(oid, found[1])

    def file(self, tree: str, path: str) -> str | None:
        """The blob's id of the file `path` (with `/`) in a tree; None when there is no such file."""
        found = self.entry(tree, path)
        return found.oid if found is not None and found.is_file else None

    def entry(self, tree: str, path: str) -> "Entry | None":
        """What is at `path` (with `/`) in a tree."""
        first, _, rest = path.partition("/")
        found = self._tree(tree)
        # Most trees have no such file, which their bytes tell before they are cut up (0.1 s of 45,000 small trees).
        if b" %b\0" % os.fsencode(first) not in found:
            return None
        for mode, name, oid in _entries(found):
            if name == first:
                if rest:
                    return self.entry(oid, rest) if mode == _DIRECTORY else None
                return Entry(oid, is_file=mode not in (_DIRECTORY, _GITLINK))
        return None

    def _tree(self, oid: str) -> bytes:
        """A tree as Git keeps it; one that cannot be read is empty."""
        found = self._read(oid)
        if found is None or found[0] != _TREE:
            return b""
        self._counters.trees += 1
        return found[1]

    def find_files(self, tree: str, name: str, known: dict[str, tuple[str, ...]]) -> list[str]:
        """The path of every file called `name` in any folder of a tree, sorted.

        `known` remembers, per tree id, the paths below it, so that only folders not seen before are read.
        """
        return sorted(self._find(tree, name, known))

    def _find(self, tree: str, name: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        if tree not in known:
            below: list[str] = []
            for mode, entry, oid in _entries(self._tree(tree)):
                if mode == _DIRECTORY:
                    below.extend(f"{entry}/{path}" for path in self._find(oid, name, known))
                elif entry == name and mode != _GITLINK:
                    below.append(entry)
            known[tree] = tuple(below)
        return known[tree]

    def blob(self, oid: str, limit: int) -> bytes | None:
        """The content of a file, None when it is missing or longer than `limit` bytes."""
        found = self._read(oid)
        if found is None or found[0] != _BLOB or len(found[1]) > limit:
            return None
        self._counters.blobs += 1
        return found[1]

    def head(self) -> str | None:
        """HEAD's commit, None before the first."""
        try:
            return str(self._repository.head.peel(pygit2.Commit).id)
        except (pygit2.GitError, KeyError, pygit2.InvalidSpecError):
            return None

    def remotes(self) -> list[str]:
        """The names of the configured remotes, as the configuration has them."""
        return [name for name in self._repository.remotes.names() if name is not None]

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """The commits that `new` has and `old` has not, the newest first, and whether these are all.

        They are not where there are more than `limit`, or where a commit is missing from this clone.
        """
        found: list[str] = []
        try:
            walk = self._repository.walk(new, pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.TIME)
            walk.hide(old)
            for commit in walk:
                if len(found) == limit:
                    return found, False
                found.append(str(commit.id))
        except (pygit2.GitError, KeyError, ValueError):
            return found, False
        return found, True

    def branches(self) -> list[tuple[str, str]]:
        """(full name, commit's id) of every local branch, sorted by name."""
        found = []
        for name in sorted(self._repository.listall_references()):
            if name.startswith("refs/heads/"):
                try:
                    found.append((name, str(self._repository.references[name].peel(pygit2.Commit).id)))
                except (pygit2.GitError, KeyError, pygit2.InvalidSpecError):
                    continue
        return found

    def resolve(self, rev: str) -> str:
        """The commit that a revision names, in Git's own syntax.

        Raises:
            RegistryError: `RefNotFound`.

        """
        try:
            return str(self._repository.revparse_single(rev).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
            raise RegistryError(
                "RefNotFound",
                f"Ref '{rev}' was not found in the repository history",
                hint="Give a commit, a branch or a tag that is in this clone; git fetch --tags brings what is missing.",
                ref=rev,
            ) from None


def _entries(tree: bytes) -> Iterator[tuple[bytes, str, str]]:
    for entry in _ENTRY.finditer(tree):
        yield entry[1], os.fsdecode(entry[2]), entry[3].hex()


def _open(layout: Layout) -> pygit2.Repository:
    try:
        return pygit2.Repository(os.fspath(layout.git_dir))
    except pygit2.GitError as error:
        raise _refusal(layout, str(error)) from error


def _refusal(layout: Layout, reason: str) -> RegistryError:
    if "not owned by current user" in reason:
        return RegistryError(
            "UnreadableRepository",
            f"'{layout.repo}' belongs to another user, and Git does not trust it",
            hint=f"If you do, say so to Git: git config --global --add safe.directory {layout.repo}",
            path=layout.repo,
        )
    unsupported = re.search(r"unsupported extension name extensions\.(\w+)|(unknown object format)", reason)
    if unsupported:
        name = (unsupported[1] or "objectformat").lower()
        what, remedy = _FORMATS.get(name, (f"the extension '{name}'", "Read a plain clone of it instead."))
        return RegistryError(
            "UnsupportedRepository",
            f"'{layout.repo}' uses {what}, which libgit2 {pygit2.LIBGIT2_VERSION} cannot read",
            hint=remedy,
            path=layout.repo,
            format=name,
        )
    return RegistryError(
        "UnreadableRepository",
        f"'{layout.repo}' cannot be opened: {reason}",
        hint="See whether git status works there, and what it says.",
        path=layout.repo,
    )


_FORMATS = {
    "refstorage": (
        "the reftable format",
        "Convert it with git refs migrate --ref-format=files (Git 2.46 or newer), or read a clone made with "
        "--ref-format=files.",
    ),
    "objectformat": ("SHA-256 object ids", "Read a clone in the sha1 format; Git cannot convert one in place."),
    "partialclone": (
        "the partialClone extension",
        "Read a full clone, or one made by a Git that does not set extensions.partialClone.",
    ),
}


def read_file(path: Path, limit: int) -> bytes | None:
    """A file of the worktree; None when it is not there, not a file, or longer than `limit` bytes.

    Raises:
        OSError: it is there and cannot be read.

    """
    try:
        # A pipe or a device would have us wait for what never comes, in the one thread of the repository.
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return data if len(data) <= limit else None
