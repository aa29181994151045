"""Objects and revisions through libgit2, in this process. One store belongs to one thread.

libgit2's object cache is off: objects are kept as the values that the registry is made of, and a second copy cost 33 MB
at 100,000 tags. It never fetches what a partial clone left out.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pygit2

from gto_daemon.git.checksums import DAMAGED_TABLE, damaged_table
from gto_daemon.git.default_remote import branch_of, default_remote
from gto_daemon.git.layout import Layout
from gto_daemon.git.loose_objects import DamagedObjectError, LooseObjects, object_directories, too_long
from gto_daemon.git.readable import Readable
from gto_daemon.git.resource_exhaustion import is_exhaustion, reraise_if_exhausted
from gto_daemon.git.store import BRANCHES, MAX_OBJECT, StoredObject, unreadable

logger = logging.getLogger(__name__)

LIBGIT2_VERSION: Final = pygit2.LIBGIT2_VERSION

pygit2.settings.enable_caching(False)
# Git before 2.29 or so names the remote of a partial clone in an extension, for which libgit2 refuses the repository.
# It promises only that objects may be missing, and everything here can do without any object.
pygit2.settings.set_extensions(["partialclone"])


def _leave_out_unreadable_configuration() -> None:
    """Let libgit2 carry on where the user's configuration cannot be read, as git does.

    So it is for a process whose HOME is somebody else's: in a container that runs as another user, or under sudo.
    """
    for level, name in ((pygit2.enums.ConfigLevel.GLOBAL, ".gitconfig"), (pygit2.enums.ConfigLevel.XDG, "config")):
        paths = pygit2.settings.search_path[level].split(os.pathsep)
        kept = [path for path in paths if _may_be_looked_at(f"{path}/{name}")]
        if kept != paths:
            pygit2.settings.search_path[level] = os.pathsep.join(kept)


def _may_be_looked_at(path: str) -> bool:
    try:
        os.stat(path)  # noqa: PTH116 - a command waits for it
    except PermissionError:
        return False
    except OSError:
        # There is none, or what else is wrong with it libgit2 tells.
        return True
    return True


_leave_out_unreadable_configuration()

#: What pygit2 raises, by the kind of failure: not found, not so, the system refuses, anything else.
_FAILURES = (KeyError, ValueError, OSError, pygit2.GitError)
_KINDS = {
    int(kind): kind.name.lower()
    for kind in (
        pygit2.enums.ObjectType.COMMIT,
        pygit2.enums.ObjectType.TREE,
        pygit2.enums.ObjectType.BLOB,
        pygit2.enums.ObjectType.TAG,
    )
}
#: Priorities of libgit2: the higher is asked first.
_BOUND_FIRST, _PACKS_SECOND, _LOOSE_LAST = 3, 2, 1
_HERE = pygit2.enums.RepositoryOpenFlag.NO_SEARCH | pygit2.enums.RepositoryOpenFlag.NO_DOTGIT
_UNSUPPORTED = re.compile(r"unsupported extension name extensions\.(\w+)|unknown object format")


class UnsupportedFormatError(Exception):
    """libgit2 knows the repository's format not, or would be harmed by it.

    `extension` is the key of the format in its configuration, in lower case, or `DAMAGED_TABLE`.
    """

    def __init__(self, extension: str) -> None:
        super().__init__(extension)
        self.extension = extension


class LibgitStore:
    """A `Store`."""

    runs_git = False

    def __init__(self, layout: Layout) -> None:
        """Open the repository.

        Raises:
            UnsupportedFormatError: the git command line may know it.
            RegistryError: `UnreadableRepository`.

        """
        self._layout = layout
        self._readable = Readable(layout)
        self._readable.require()
        self._repository = _open(layout)
        self._common = layout.common
        try:
            damaged = damaged_table(object_directories(self._common))
        except OSError as error:
            raise unreadable(layout.repo, str(error), retryable=is_exhaustion(error)) from error
        if damaged is not None:
            logger.warning("%s is damaged, so git reads for us; make it anew by: `git repack -a -d`", damaged)
            raise UnsupportedFormatError(DAMAGED_TABLE)
        self._odb: pygit2.Odb | None = None
        self._packs: list[pygit2.OdbBackendPack] = []
        self._loose: list[LooseObjects] = []
        self._connect()

    def _connect(self) -> pygit2.Odb:
        self._odb = odb = pygit2.Odb()
        places = object_directories(self._common)
        self._packs = [pygit2.OdbBackendPack(os.fspath(place)) for place in places]
        self._loose = [LooseObjects(place) for place in places]
        odb.add_backend(_Bound(self._packs), _BOUND_FIRST)
        for pack, loose in zip(self._packs, self._loose, strict=True):
            odb.add_backend(pack, _PACKS_SECOND)
            odb.add_backend(loose, _LOOSE_LAST)
        self._repository.set_odb(odb)
        return odb

    def close(self) -> None:
        """Let go of its packs, which libgit2 keeps open for ever, deleted or not. It opens them again when asked."""
        # It is part of a cycle, which is collected late or, once frozen, never. libgit2 shares a pack among all who
        # have it open, so nothing is opened before all is closed.
        self._packs, self._loose, self._odb = [], [], None
        self._repository.free()

    def read(self, oid: str, limit: int | None = MAX_OBJECT) -> StoredObject | None:
        """Return the object."""
        # pygit2's Odb.read makes an enum member for each object, half of its time; its backends do not. They know
        # only the packs of when they were opened, so what they miss is asked of the database, which looks again.
        for pack in self._packs:
            try:
                kind, size = pack.read_header(oid)
                data = pack.read(oid)[1] if limit is None or size <= limit else None
            except KeyError:
                continue
            except _FAILURES as error:
                reraise_if_exhausted(error)
                # A damaged one may be sound elsewhere.
                continue
            return StoredObject(_KINDS[kind], data, size)
        for loose in self._loose:
            try:
                found = loose.find(oid, limit)
            except DamagedObjectError:
                continue
            if found is not None:
                return StoredObject(_KINDS[found[0]], found[1], found[2])
        odb = self._odb
        if odb is None:
            self._connect()
            return self.read(oid, limit)
        try:
            kind, size = odb.read_header(oid)
            data = odb.read(oid)[1] if limit is None or size <= limit else None
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None
        return StoredObject(_KINDS[int(kind)], data, size)

    def head(self) -> str | None:
        """HEAD's commit."""
        self._readable.require()
        try:
            return str(self._repository.head.peel(pygit2.Commit).id)
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def branches(self) -> list[str]:
        """Return the full names of the branches that lead to a commit."""
        self._readable.require()
        try:
            found = [*self._repository.listall_references()]
        except _FAILURES as error:
            # They went away, perhaps with the whole repository.
            reraise_if_exhausted(error)
            return []
        return [ref for ref in found if ref.startswith(BRANCHES) and self.resolve(ref) is not None]

    def remotes(self) -> list[str]:
        """Return the names of the configured remotes, as the configuration has them."""
        self._readable.require()
        return [name for name in self._repository.remotes.names() if name is not None]

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is pushed to, or else fetched from, where none is named."""
        self._readable.require()
        # The nearest comes last.
        variables = {entry.name: entry.value or "" for entry in self._repository.config}
        head = self.symbolic_ref("HEAD")
        branch = None if head is None else branch_of(head)
        return default_remote(variables, branch, push=push)

    def remote_url(self, name: str) -> str | None:
        """Return where a configured remote is."""
        return self._repository.remotes[name].url if name in self.remotes() else None

    def oldest_root(self) -> str | None:
        """Return the oldest commit without parents that HEAD leads to."""
        tip = self.head()
        found: list[tuple[int, str]] = []
        try:
            walk = () if tip is None else self._repository.walk(tip, pygit2.enums.SortMode.NONE)
            found.extend((commit.commit_time, str(commit.id)) for commit in walk if not commit.parent_ids)
        except _FAILURES as error:
            # The history ends where a shallow clone lacks it.
            reraise_if_exhausted(error)
        return min(found)[1] if found else None

    def variable(self, name: str) -> str | None:
        """Return the value of a variable of Git's configuration."""
        self._readable.require()
        try:
            return self._repository.config[name]
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref leads to."""
        self._readable.require()
        try:
            target = self._repository.lookup_reference(name).raw_target
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None
        return os.fsdecode(target) if isinstance(target, bytes) else None

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """Return the commits that `new` has and `old` has not."""
        self._readable.require()
        found: list[str] = []
        try:
            walk = self._repository.walk(new, pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.TIME)
            walk.hide(old)
            for commit in walk:
                if len(found) == limit:
                    return found, False
                found.append(str(commit.id))
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return found, False
        return found, True

    def resolve(self, rev: str) -> str | None:
        """Return the commit that a revision names."""
        self._readable.require(rev)
        try:
            return str(self._repository.revparse_single(rev).peel(pygit2.Commit).id)
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def ref(self, name: str) -> str | None:
        """Return the commit that the ref of exactly this full name leads to."""
        self._readable.require(name)
        try:
            return str(self._repository.lookup_reference(name).peel(pygit2.Commit).id)
        except _FAILURES as error:
            reraise_if_exhausted(error)
            return None


class _Bound(pygit2.OdbBackend):
    """Keeps libgit2 from inflating an object of a pack that is longer than what is read; it has none of its own.

    libgit2 looks objects up by itself for revisions, HEAD and walks, and holds the interpreter meanwhile.
    """

    def __init__(self, packs: list[pygit2.OdbBackendPack]) -> None:
        super().__init__()
        self._packs = packs

    def read_cb(self, oid: pygit2.Oid) -> tuple[int, bytes]:
        """Refuse what is too long; KeyError for everything else, which has libgit2 ask the packs."""
        for pack in self._packs:
            try:
                size = pack.read_header(oid)[1]
            except _FAILURES:
                continue
            if size > MAX_OBJECT:
                raise too_long(str(oid), size)
        raise KeyError(str(oid))

    def read_header_cb(self, oid: pygit2.Oid) -> tuple[int, int]:
        """KeyError: the packs know."""
        raise KeyError(str(oid))

    def read_prefix_cb(self, prefix: str) -> tuple[int, bytes, pygit2.Oid]:
        """As `read_cb`."""
        for pack in self._packs:
            try:
                oid = pack.exists_prefix(prefix)
            except _FAILURES:
                continue
            with suppress(KeyError):
                self.read_cb(oid)
        raise KeyError(prefix)

    def exists_cb(self, oid: pygit2.Oid) -> bool:  # noqa: ARG002
        """False: the packs know."""
        return False

    def exists_prefix_cb(self, prefix: str) -> pygit2.Oid:
        """KeyError: the packs know."""
        raise KeyError(prefix)

    def refresh_cb(self) -> None:
        """Nothing is remembered."""

    def __iter__(self) -> Iterator[pygit2.Oid]:
        return iter(())


def _open(layout: Layout) -> pygit2.Repository:
    try:
        # Here, and not at a `.git` in it or above it, which nobody has looked at.
        return pygit2.Repository(os.fspath(layout.git_dir), _HERE)
    except (pygit2.GitError, OSError) as error:
        unsupported = _UNSUPPORTED.search(str(error))
        if unsupported is not None:
            raise UnsupportedFormatError((unsupported[1] or "objectFormat").lower()) from error
        raise unreadable(layout.repo, str(error), retryable=is_exhaustion(error)) from error
