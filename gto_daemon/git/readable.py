"""Whether libgit2, and git, can read a repository's own files without waiting for ever or filling the memory.

libgit2 looks at a file, unless it is a directory opens it, and reads all of it. It holds the interpreter meanwhile, so
one pipe or sparse file in the place of a ref would stop the daemon for everybody. What it will read is looked at first.
"""

import errno
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.git.layout import MAX_CONFIG, Layout
from gto_daemon.git.loose_refs import MAX_REF
from gto_daemon.git.odd_refs import MAX_ENTRIES, TooManyRefsError
from gto_daemon.git.packed_refs import MAX_PACKED_REFS
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, check_regular, read_regular_file
from gto_daemon.git.resource_exhaustion import is_exhaustion
from gto_daemon.git.store import unreadable
from gto_daemon.registry.errors import RegistryError

#: Bytes of a list of commits, of which each worktree may have one: `shallow`, `info/grafts`.
_MAX_LIST = 16 << 20
_MAX_LOG = 64 << 20
#: Files that a configuration includes, each counted as often as it is.
_MAX_INCLUDES = 100
#: Symbolic refs that lead to each other.
_MAX_SYMREFS = 10

_PATH = re.compile(rb"(?i)\bpath[ \t]*=[ \t]*(.*)")
CONTINUED = re.compile(rb"\\\r?\n")
_ESCAPED = re.compile(rb"\\(.)")
#: What a name may be short for, as gitrevisions(7) has it.
_PREFIXES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
_OPERATOR = re.compile(r"[~^:]|@\{")


def require_readable(layout: Layout, rev: str = "HEAD") -> None:
    """See that whatever is read for a revision are files.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    try:
        check_readable(layout)
        check_revision(layout, rev)
    except OSError as error:
        raise unreadable_file(layout, error) from error


def unreadable_file(layout: Layout, error: OSError) -> RegistryError:
    """Return the refusal for a file that cannot be read; a git that looks at a pipe waits for ever, as we would."""
    refusal = unreadable(layout.repo, str(error), retryable=is_exhaustion(error))
    if isinstance(error, NotRegularFileError | FileTooLongError):
        refusal.hint = (
            "Move it away, or have a file of usual length in its place. Git itself may wait for it without end."
        )
    return refusal


def check_readable(layout: Layout) -> None:
    """See that all files that are read when the repository is opened, and again and again after that, are files.

    Raises:
        OSError: one is something else, or is too long.

    """
    check_files(layout)
    for _ in configurations(layout):
        pass


def check_files(layout: Layout) -> None:
    """See to those of them that include no others.

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


def configurations(layout: Layout) -> Iterator[bytes]:
    """The configuration of the repository and of the checkout, and each file that is included in whichever condition.

    Raises:
        OSError: one is no file, or they are too long.

    """
    for directory in dict.fromkeys((layout.common, layout.git_dir)):
        for name in ("config", "config.worktree"):
            yield from _configuration(directory / name)


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


def check_file(path: str, limit: int) -> bool:
    """Return whether there is a file. A directory is none, for libgit2 neither.

    Raises:
        OSError: there is something else, or it is longer than `limit` bytes.

    """
    try:
        found = os.stat(path)  # noqa: PTH116 - a dozen before each use of libgit2
    except (OSError, ValueError):
        # It cannot be opened either: it is not there, is not ours, is a link in a circle, or has a NUL in its name.
        return False
    if stat.S_ISDIR(found.st_mode):
        return False
    check_regular(path, found, limit)
    return True


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


def _configuration(path: Path) -> Iterator[bytes]:
    left = [_MAX_INCLUDES, MAX_CONFIG]
    todo = [path]
    while todo:
        place = todo.pop()
        if not check_file(str(place), left[1]):
            continue
        text = read_regular_file(place, left[1]) or b""
        left[0] -= 1
        left[1] -= len(text)
        if left[0] < 0:
            raise FileTooLongError(errno.EFBIG, f"It includes more than {_MAX_INCLUDES} files", str(path))
        for value in map(os.fsdecode, _included(text)):
            within = (Path.home(), value[2:]) if value.startswith("~/") else (place.parent, value)
            todo.append(within[0] / within[1])
        yield text


def _included(text: bytes) -> Iterator[bytes]:
    """Yield each path that a configuration may include, as often as it does: not less than libgit2 finds."""
    found: Counter[bytes] = Counter()
    for lines in (text, CONTINUED.sub(b"", text)):
        included = False
        values: Counter[bytes] = Counter()
        for line in lines.split(b"\n"):
            stripped = line.lstrip(b" \t\r\f\v\xef\xbb\xbf")
            if stripped.startswith(b"["):
                included = b"[include" in stripped.lower()
            if included:
                values.update(reading for value in _PATH.findall(stripped) for reading in readings(value))
        found |= values
    return found.elements()


def readings(value: bytes) -> set[bytes]:
    """Return what a value may mean, with and without comment and quotes: more is looked at than is included."""
    plain = value.strip().rstrip(b"\r")
    bare = _ESCAPED.sub(rb"\1", plain.replace(b'\\"', b"\0").replace(b'"', b"").replace(b"\0", b'"'))
    return {each.strip() for text in (plain, bare) for each in (text, re.split(rb"[#;]", text)[0])} - {b""}
