"""Objects and revisions through libgit2, in this process. One store belongs to one thread.

libgit2's object cache is off: objects are kept as the values that the registry is made of, and a second copy cost 33 MB
at 100,000 tags. It never fetches what a partial clone left out.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gto_daemon.git.checksums import DAMAGED_TABLE, damaged_table
from gto_daemon.git.default_remote import branch_of, default_remote
from gto_daemon.git.layout import Layout
from gto_daemon.git.libgit import ANY_ORDER, FAILURES, HERE, KINDS, NEWEST_FIRST, native, open_repository
from gto_daemon.git.loose_objects import DamagedObjectError, LooseObjects, object_directories, too_long
from gto_daemon.git.readable import Readable
from gto_daemon.git.resource_exhaustion import is_exhaustion, reraise_if_exhausted
from gto_daemon.git.store import BRANCHES, MAX_OBJECT, StoredObject, unreadable
from gto_daemon.registry.objects import made

if TYPE_CHECKING:
    import pygit2

logger = logging.getLogger(__name__)

LIBGIT2_VERSION: Final = native.LIBGIT2_VERSION

#: Priorities of libgit2: the higher is asked first.
_BOUND_FIRST, _PACKS_SECOND, _LOOSE_LAST = 3, 2, 1
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
        self._whole: pygit2.Repository | None = None
        self._common = layout.common
        try:
            damaged = damaged_table(object_directories(self._common))
        except OSError as error:
            raise unreadable(layout.repo, str(error), retryable=is_exhaustion(error)) from error
        if damaged is not None:
            logger.warning("%s is damaged, so git reads for us; make it anew by: `git repack -a -d`", damaged)
            raise UnsupportedFormatError(DAMAGED_TABLE)
        self._odb: native.Odb | None = None
        self._packs: list[native.OdbBackendPack] = []
        self._loose: list[LooseObjects] = []
        self._connect()

    def _connect(self) -> native.Odb:
        self._odb = odb = native.Odb()
        places = object_directories(self._common)
        self._packs = [native.OdbBackendPack(os.fspath(place)) for place in places]
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
        if self._whole is not None:
            self._whole.free()
            self._whole = None

    def read(self, oid: str, limit: int | None = MAX_OBJECT) -> StoredObject | None:
        """Return the object."""
        # Odb.read makes an enum member for each object, half of its time; its backends do not. They know only the
        # packs of when they were opened, so they look again for what nobody has.
        found = self._packed(oid, limit)
        if found is not None:
            return found
        if self._odb is None:
            self._connect()
            found = self._packed(oid, limit)
            if found is not None:
                return found
        for loose in self._loose:
            try:
                kind_data_size = loose.find(oid, limit)
            except DamagedObjectError:
                continue
            if kind_data_size is not None:
                return StoredObject(KINDS[kind_data_size[0]], *kind_data_size[1:])
        try:
            for pack in self._packs:
                pack.refresh()
        except FAILURES as error:
            reraise_if_exhausted(error)
        return self._packed(oid, limit)

    def _packed(self, oid: str, limit: int | None) -> StoredObject | None:
        for pack in self._packs:
            try:
                kind, size = pack.read_header(oid)
                data = pack.read(oid)[1] if limit is None or size <= limit else None
            except KeyError:
                continue
            except FAILURES as error:
                reraise_if_exhausted(error)
                # A damaged one may be sound elsewhere.
                continue
            return made(StoredObject, (KINDS[kind], data, size))
        return None

    def head(self) -> str | None:
        """HEAD's commit."""
        self._readable.require()
        try:
            return str(self._repository.head.peel(native.Commit).id)
        except FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def branches(self) -> list[str]:
        """Return the full names of the branches that lead to a commit."""
        self._readable.require()
        try:
            found = [os.fsdecode(ref) for ref in self._repository.raw_listall_references()]
        except FAILURES as error:
            # They went away, perhaps with the whole repository.
            reraise_if_exhausted(error)
            return []
        return [ref for ref in found if ref.startswith(BRANCHES) and self.resolve(ref) is not None]

    def _configured(self) -> "pygit2.Repository":
        """The repository with configuration and remotes, which all of pygit2 knows, and most questions need not."""
        if self._whole is None:
            import pygit2  # noqa: PLC0415  (libgit.py says why)

            self._whole = pygit2.Repository(os.fspath(self._layout.git_dir), HERE)
        return self._whole

    def remotes(self) -> list[str]:
        """Return the names of the configured remotes, as the configuration has them."""
        self._readable.require()
        return [name for name in self._configured().remotes.names() if name is not None]

    def default_remote(self, *, push: bool) -> str:
        """Return the remote that is pushed to, or else fetched from, where none is named."""
        self._readable.require()
        # The nearest comes last.
        variables = {entry.name: entry.value or "" for entry in self._configured().config}
        head = self.symbolic_ref("HEAD")
        branch = None if head is None else branch_of(head)
        return default_remote(variables, branch, push=push)

    def remote_url(self, name: str) -> str | None:
        """Return where a configured remote is."""
        return self._configured().remotes[name].url if name in self.remotes() else None

    def oldest_root(self) -> str | None:
        """Return the oldest commit without parents that HEAD leads to."""
        tip = self.head()
        found: list[tuple[int, str]] = []
        try:
            walk = () if tip is None else self._repository.walk(tip, ANY_ORDER)
            found.extend((commit.commit_time, str(commit.id)) for commit in walk if not commit.parent_ids)
        except FAILURES as error:
            # The history ends where a shallow clone lacks it.
            reraise_if_exhausted(error)
        return min(found)[1] if found else None

    def variable(self, name: str) -> str | None:
        """Return the value of a variable of Git's configuration."""
        self._readable.require()
        try:
            return self._configured().config[name]
        except FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def symbolic_ref(self, name: str) -> str | None:
        """Return the ref that a symbolic ref leads to."""
        self._readable.require()
        try:
            target = self._repository.lookup_reference(name).raw_target
        except FAILURES as error:
            reraise_if_exhausted(error)
            return None
        return os.fsdecode(target) if isinstance(target, bytes) else None

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """Return the commits that `new` has and `old` has not."""
        self._readable.require()
        found: list[str] = []
        try:
            walk = self._repository.walk(new, NEWEST_FIRST)
            walk.hide(old)
            for commit in walk:
                if len(found) == limit:
                    return found, False
                found.append(str(commit.id))
        except FAILURES as error:
            reraise_if_exhausted(error)
            return found, False
        return found, True

    def resolve(self, rev: str) -> str | None:
        """Return the commit that a revision names."""
        self._readable.require(rev)
        try:
            return str(self._repository.revparse_single(rev).peel(native.Commit).id)
        except FAILURES as error:
            reraise_if_exhausted(error)
            return None

    def ref(self, name: str) -> str | None:
        """Return the commit that the ref of exactly this full name leads to."""
        self._readable.require(name)
        try:
            return str(self._repository.lookup_reference(name).peel(native.Commit).id)
        except FAILURES as error:
            reraise_if_exhausted(error)
            return None


class _Bound(native.OdbBackend):
    """Keeps libgit2 from inflating an object of a pack that is longer than what is read; it has none of its own.

    libgit2 looks objects up by itself for revisions, HEAD and walks, and holds the interpreter meanwhile.
    """

    def __init__(self, packs: list[native.OdbBackendPack]) -> None:
        super().__init__()
        self._packs = packs

    def read_cb(self, oid: native.Oid) -> tuple[int, bytes]:
        """Refuse what is too long; KeyError for everything else, which has libgit2 ask the packs."""
        for pack in self._packs:
            try:
                size = pack.read_header(oid)[1]
            except FAILURES:
                continue
            if size > MAX_OBJECT:
                raise too_long(str(oid), size)
        raise KeyError(str(oid))

    def read_header_cb(self, oid: native.Oid) -> tuple[int, int]:
        """KeyError: the packs know."""
        raise KeyError(str(oid))

    def read_prefix_cb(self, prefix: str) -> tuple[int, bytes, native.Oid]:
        """As `read_cb`."""
        for pack in self._packs:
            try:
                oid = pack.exists_prefix(prefix)
            except FAILURES:
                continue
            with suppress(KeyError):
                self.read_cb(oid)
        raise KeyError(prefix)

    def exists_cb(self, oid: native.Oid) -> bool:  # noqa: ARG002
        """False: the packs know."""
        return False

    def exists_prefix_cb(self, prefix: str) -> native.Oid:
        """KeyError: the packs know."""
        raise KeyError(prefix)

    def refresh_cb(self) -> None:
        """Nothing is remembered."""

    def __iter__(self) -> Iterator[native.Oid]:
        return iter(())


def _open(layout: Layout) -> native.Repository:
    try:
        # A `.git` in it or above it nobody has looked at.
        return open_repository(os.fspath(layout.git_dir))
    except (native.GitError, OSError) as error:
        unsupported = _UNSUPPORTED.search(str(error))
        if unsupported is not None:
            raise UnsupportedFormatError((unsupported[1] or "objectFormat").lower()) from error
        raise unreadable(layout.repo, str(error), retryable=is_exhaustion(error)) from error
