"""Objects and revisions through libgit2, in this process. One store belongs to one thread.

libgit2's object cache is off: objects are kept as the values that the registry is made of, and a second copy cost 33 MB
at 100,000 tags. It never fetches what a partial clone left out.
"""

import os
import re

import pygit2

from gto_daemon.git.layout import Layout
from gto_daemon.git.store import StoredObject, unreadable

pygit2.settings.enable_caching(False)
# Git before 2.29 or so names the remote of a partial clone in an extension, for which libgit2 refuses the repository.
# It promises only that objects may be missing, and everything here can do without any object.
pygit2.settings.set_extensions(["partialclone"])

_KINDS = {
    int(kind): kind.name.lower()
    for kind in (
        pygit2.enums.ObjectType.COMMIT,
        pygit2.enums.ObjectType.TREE,
        pygit2.enums.ObjectType.BLOB,
        pygit2.enums.ObjectType.TAG,
    )
}
_UNSUPPORTED = re.compile(r"unsupported extension name extensions\.(\w+)|unknown object format")


class UnsupportedFormatError(Exception):
    """libgit2 knows the repository's format not: `extension` is the key in its configuration, in lower case."""

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
        self._repository = _open(layout)
        self._odb = self._repository.odb
        self._backends = list(self._odb.backends)

    def close(self) -> None:
        """Let go of its packs, which libgit2 keeps open for ever, deleted or not."""
        # It is part of a cycle, which is collected late or, once frozen, never.
        self._repository.free()

    def read(self, oid: str) -> StoredObject | None:
        """The object."""
        # pygit2's Odb.read makes an enum member for each object, half of its time; its backends do not. They know
        # only the packs of when they were opened, so what they miss is asked of the database, which looks again.
        for backend in self._backends:
            try:
                kind, data = backend.read(oid)
            except KeyError:
                continue
            except (ValueError, pygit2.GitError):
                return None
            return StoredObject(_KINDS[kind], data)
        try:
            kind, data = self._odb.read(oid)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return StoredObject(_KINDS[int(kind)], data)

    def head(self) -> str | None:
        """HEAD's commit."""
        try:
            return str(self._repository.head.peel(pygit2.Commit).id)
        except (pygit2.GitError, KeyError, pygit2.InvalidSpecError):
            return None

    def remotes(self) -> list[str]:
        """The names of the configured remotes, as the configuration has them."""
        return [name for name in self._repository.remotes.names() if name is not None]

    def between(self, old: str, new: str, limit: int) -> tuple[list[str], bool]:
        """The commits that `new` has and `old` has not."""
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
        """Every local branch."""
        found = []
        for name in sorted(self._repository.listall_references()):
            if name.startswith("refs/heads/"):
                try:
                    found.append((name, str(self._repository.references[name].peel(pygit2.Commit).id)))
                except (pygit2.GitError, KeyError, pygit2.InvalidSpecError):
                    continue
        return found

    def resolve(self, rev: str) -> str | None:
        """The commit that a revision names."""
        try:
            return str(self._repository.revparse_single(rev).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
            return None


def _open(layout: Layout) -> pygit2.Repository:
    try:
        return pygit2.Repository(os.fspath(layout.git_dir))
    except pygit2.GitError as error:
        unsupported = _UNSUPPORTED.search(str(error))
        if unsupported is not None:
            raise UnsupportedFormatError((unsupported[1] or "objectFormat").lower()) from error
        raise unreadable(layout.repo, str(error)) from error
