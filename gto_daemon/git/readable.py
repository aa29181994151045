"""Whether libgit2, and git, can read a repository's own files without waiting for ever or filling the memory.

libgit2 looks at a file, unless it is a directory opens it, and reads all of it. It holds the interpreter meanwhile, so
one pipe or sparse file in the place of a ref would stop the daemon for everybody. What it will read is looked at first.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.git.configuration_files import ConfigurationFiles
from gto_daemon.git.layout import Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.odd_refs import MAX_ENTRIES, TooManyRefsError
from gto_daemon.git.packed_refs import MAX_PACKED_REFS
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, check_file, read_regular_file
from gto_daemon.git.resource_exhaustion import is_exhaustion
from gto_daemon.git.store import unreadable
from gto_daemon.registry.errors import RegistryError

#: Bytes of a list of commits, of which each worktree may have one: `shallow`, `info/grafts`.
_MAX_LIST = 16 << 20
_MAX_LOG = 64 << 20
#: Symbolic refs that lead to each other.
_MAX_SYMREFS = 10

#: What a name may be short for, as gitrevisions(7) has it.
_PREFIXES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
_OPERATOR = re.compile(r"[~^:]|@\{")


class Readable:
    """Looks at what is read of one checkout, of which the configuration is read again only when it may have changed."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._configuration = ConfigurationFiles.of_repository(layout)

    def require(self, rev: str = "HEAD") -> None:
        """See that whatever is read for a revision are files.

        Raises:
            RegistryError: `UnreadableRepository`.

        """
        try:
            check_files(self._layout)
            self._configuration.texts()
            check_revision(self._layout, rev)
        except OSError as error:
            raise unreadable_file(self._layout, error) from error


def unreadable_file(layout: Layout, error: OSError) -> RegistryError:
    """Return the refusal for a file that cannot be read; a git that looks at a pipe waits for ever, as we would."""
    refusal = unreadable(layout.repo, str(error), retryable=is_exhaustion(error))
    if isinstance(error, NotRegularFileError | FileTooLongError):
        refusal.hint = (
            "Move it away, or have a file of usual length in its place. Git itself may wait for it without end."
        )
    return refusal


def check_files(layout: Layout) -> None:
    """See that what is read when the repository is opened, and again and again after that, are files.

    Its configuration is looked at by `ConfigurationFiles`.

    Raises:
        OSError: one is something else, or is too long.

    """
    for directory in {layout.git_dir, layout.common}:
        for name, limit in (
            ("HEAD", MAX_REF),
            ("commondir", MAX_REF),
            ("gitdir", MAX_REF),
            ("shallow", _MAX_LIST),
            ("info/grafts", _MAX_LIST),
            ("packed-refs", MAX_PACKED_REFS),
        ):
            check_file(f"{directory}/{name}", limit)


def check_revision(layout: Layout, rev: str) -> None:
    """See that all files that a revision may be looked up in are files.

    Raises:
        OSError: one is something else, or is too long.

    """
    name = _OPERATOR.split(rev, maxsplit=1)[0]
    names = [f"{prefix}{name}" for prefix in _PREFIXES] if name not in ("", "@", "HEAD") else []
    names += [f"refs/remotes/{name}/HEAD"] if names else []
    for each in ("HEAD", *names):
        _check_ref(layout, each)
    if "@{" in rev:
        for each in ("HEAD", *names):
            check_file(f"{layout.git_dir}/logs/{each}", _MAX_LOG)
            check_file(f"{layout.common}/logs/{each}", _MAX_LOG)
    if "@{" in rev or rev.startswith(":/"):
        # A log may name any branch, and a text is looked for from all refs.
        for directory in {layout.git_dir, layout.common}:
            for path in _files(directory / "refs"):
                check_file(path, MAX_REF)


def _check_ref(layout: Layout, name: str) -> None:
    for _ in range(_MAX_SYMREFS):
        targets = []
        for directory in {layout.git_dir, layout.common}:
            path = f"{directory}/{name}"
            if check_file(path, MAX_REF):
                text = read_regular_file(path, MAX_REF) or b""
                targets += [os.fsdecode(text[4:]).strip()] if text.startswith(b"ref:") else []
        if not targets:
            return
        name = targets[0]


def _files(root: Path) -> Iterator[str]:
    left, todo = MAX_ENTRIES, [str(root)]
    while todo:
        directory = todo.pop()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    left -= 1
                    if left < 0:
                        raise TooManyRefsError(str(root))
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    else:
                        yield entry.path
        except (FileNotFoundError, NotADirectoryError):
            continue
