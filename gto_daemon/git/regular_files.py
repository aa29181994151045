"""Reading the files of a repository: regular ones only, up to a length, and without waiting for anybody.

A repository may hold anything. A pipe, a socket, a device or a sparse file of eight gigabytes in
the place of a ref would have a plain `open` and `read` wait, or take up memory, without end. Whatever is read below a
repository is read here; `tests/git/test_only_regular_files.py` sees to it.
"""

import errno
import os
import stat

from gto_daemon import platform

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotRegularFileError(OSError):
    """There is something else in the place of a file: a directory, a pipe, a socket or a device.

    `kind` says what.
    """

    def __init__(self, kind: str, path: str | os.PathLike[str]) -> None:
        super().__init__(errno.EINVAL, f"It is {kind}, not a file", os.fspath(path))
        self.kind = kind


class FileTooLongError(OSError):
    """The file is longer than what is read of such a file."""


def read_regular_file(path: str | os.PathLike[str], limit: int) -> bytes | None:
    """Return the content of a file, None when there is none.

    Raises:
        NotRegularFileError: something else is there.
        FileTooLongError: it is longer than `limit` bytes.
        OSError: it cannot be read.

    """
    opened = open_regular_file(path, limit)
    if opened is None:
        return None
    descriptor, length = opened
    try:
        # One byte more than there should be, so that one call tells that this was all.
        data = os.read(descriptor, length + 1)
        if len(data) == length:
            return data
        return _read_on(path, descriptor, data, limit)
    finally:
        os.close(descriptor)


def open_regular_file(path: str | os.PathLike[str], limit: int) -> tuple[int, int] | None:
    """Return a descriptor to read a file by, and the file's length; None when there is no file. The caller closes it.

    Raises:
        NotRegularFileError: something else is there.
        FileTooLongError: it is longer than `limit` bytes.
        OSError: it cannot be opened.

    """
    try:
        # Before it is opened: to open a device may do something, such as to rewind a tape.
        check_regular(path, os.stat(path), limit)  # noqa: PTH116 - for every loose ref; Path costs three times as much
        descriptor = os.open(path, platform.READ_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        found = os.fstat(descriptor)
        check_regular(path, found, limit)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, found.st_size


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


def check_regular(path: str | os.PathLike[str], found: os.stat_result, limit: int) -> None:
    """See that what `stat` found is a regular file of at most `limit` bytes.

    Raises:
        NotRegularFileError: it is something else.
        FileTooLongError: it is longer.

    """
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(found.st_mode)), "something else")
        raise NotRegularFileError(kind, path)
    if found.st_size > limit:
        raise _too_long(path, limit)


def _read_on(path: str | os.PathLike[str], descriptor: int, data: bytes, limit: int) -> bytes:
    """Read a file whose length is not what `stat` said: it is being written, or made up by the system (`/proc`)."""
    pieces, length = [data], len(data)
    while length <= limit and (piece := os.read(descriptor, min(_CHUNK, limit + 1 - length))):
        pieces.append(piece)
        length += len(piece)
    if length > limit:
        raise _too_long(path, limit)
    return b"".join(pieces)


_CHUNK = 1 << 20


def _too_long(path: str | os.PathLike[str], limit: int) -> FileTooLongError:
    return FileTooLongError(errno.EFBIG, f"It is longer than {limit} bytes", os.fspath(path))
