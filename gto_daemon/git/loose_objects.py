"""Objects in files of their own, read here because libgit2 1.9 inflates one that was cut short without end.

It then holds the interpreter, so one truncated file would stop the daemon for everybody. As a backend of libgit2's this
serves whatever libgit2 itself looks up: revisions, HEAD, walks over commits.
"""

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from gto_daemon.git.libgit import KINDS, native
from gto_daemon.git.regular_files import open_regular_file, read_regular_file
from gto_daemon.git.resource_exhaustion import reraise_if_exhausted
from gto_daemon.git.store import MAX_OBJECT

_HEADER = re.compile(rb"(commit|tree|blob|tag) (\d{1,19})\0")
_MAX_HEADER = 32
_NUMBERS = {kind.encode(): number for number, kind in KINDS.items()}
#: Git's own limit of alternates of alternates.
_MAX_ALTERNATE = 5
#: Bytes of a file of alternates.
_MAX_ALTERNATES_FILE = 1 << 20
#: Directories that objects are looked for in.
MAX_ALTERNATES = 256
#: Bytes of the file of an object.
_MAX_LENGTH = 1 << 30
_CHUNK = 1 << 14


class DamagedObjectError(ValueError):
    """The file is there, and holds not the object that it is named after."""


def object_directories(common: Path) -> list[Path]:
    """Return the repository's own, then those that it borrows from (`objects/info/alternates`)."""
    found: list[Path] = []
    _collect(common / "objects", found, _MAX_ALTERNATE)
    return found


def _collect(place: Path, found: list[Path], depth: int) -> None:
    if place in found or len(found) >= MAX_ALTERNATES or not place.is_dir():
        return
    found.append(place)
    if depth == 0:
        return
    try:
        text = read_regular_file(place / "info/alternates", _MAX_ALTERNATES_FILE)
    except OSError:
        return
    for line in (text or b"").splitlines():
        if line and not line.startswith(b"#"):
            _collect(Path(os.path.normpath(place / os.fsdecode(_unquoted(line)))), found, depth - 1)


def _unquoted(line: bytes) -> bytes:
    if not line.startswith(b'"') or not line.endswith(b'"'):
        return line
    return re.sub(rb"\\(.)", rb"\1", line[1:-1])


def too_long(oid: str, size: int) -> native.GitError:
    """Return what libgit2 is told of an object that it is not to inflate."""
    return native.GitError(f"the object {oid} has {size} bytes, and no more than {MAX_OBJECT} are read")


class LooseObjects(native.OdbBackend):
    """The loose objects of one directory."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = os.fspath(place)

    def find(self, oid: str, limit: int | None = MAX_OBJECT) -> tuple[int, bytes | None, int] | None:
        """Kind (libgit2's number), content (None for more than `limit` bytes) and length; None for no such file.

        Raises:
            DamagedObjectError: the file does not hold it.
            OSError: the system is short of something.

        """
        try:
            opened = open_regular_file(f"{self._place}/{oid[:2]}/{oid[2:]}", _MAX_LENGTH)
            if opened is None:
                return None
            try:
                return self._inflated(oid, opened[0], limit)
            finally:
                os.close(opened[0])
        except OSError as error:
            reraise_if_exhausted(error)
            return None
        except zlib.error as error:
            raise DamagedObjectError(oid) from error

    @staticmethod
    def _inflated(oid: str, descriptor: int, limit: int | None) -> tuple[int, bytes | None, int]:
        inflater = zlib.decompressobj()
        packed = os.read(descriptor, _CHUNK)
        # The length is known before the rest is inflated: what is in a file of 1 MB may be 1 GB.
        data = inflater.decompress(packed, _CHUNK)
        header = _HEADER.match(data)
        if header is None or header.end() > _MAX_HEADER:
            raise DamagedObjectError(oid)
        kind, size = _NUMBERS[header[1]], int(header[2])
        if limit is not None and size > limit:
            return kind, None, size
        whole = header.end() + size
        pieces, length = [data], len(data)
        while not inflater.eof and length <= whole:
            packed = inflater.unconsumed_tail or os.read(descriptor, _CHUNK)
            if not packed:
                break
            pieces.append(inflater.decompress(packed, whole + 1 - length))
            length += len(pieces[-1])
        data = b"".join(pieces)
        if length != whole or not inflater.eof or hashlib.sha1(data, usedforsecurity=False).hexdigest() != oid:
            raise DamagedObjectError(oid)
        return kind, data[header.end() :], size

    # --- what libgit2 calls ----------------------------------------------------------------------------------------

    def read_cb(self, oid: native.Oid) -> tuple[int, bytes]:
        """As `find`; KeyError for none."""
        found = self.find(str(oid))
        if found is None:
            raise KeyError(str(oid))
        kind, data, size = found
        if data is None:
            raise too_long(str(oid), size)
        return kind, data

    def read_header_cb(self, oid: native.Oid) -> tuple[int, int]:
        """Kind and length."""
        found = self.find(str(oid))
        if found is None:
            raise KeyError(str(oid))
        return found[0], found[2]

    def read_prefix_cb(self, prefix: str) -> tuple[int, bytes, native.Oid]:
        """As `read_cb`, by the first digits of an id."""
        oid = self.exists_prefix_cb(prefix)
        return *self.read_cb(oid), oid

    def exists_cb(self, oid: native.Oid) -> bool:
        """Return whether there is a file for it."""
        text = str(oid)
        return os.path.isfile(f"{self._place}/{text[:2]}/{text[2:]}")  # noqa: PTH113

    def exists_prefix_cb(self, prefix: str) -> native.Oid:
        """Return the one object whose id begins so; KeyError for none, ValueError for several."""
        text = str(prefix)
        found = [name for name in self._names(text[:2]) if name.startswith(text)]
        if not found:
            raise KeyError(text)
        if len(found) > 1:
            raise ValueError(f"ambiguous: {text}")
        return native.Oid(hex=found[0])

    def refresh_cb(self) -> None:
        """Nothing is remembered."""

    def __iter__(self) -> Iterator[native.Oid]:
        for folder in range(256):
            for name in self._names(f"{folder:02x}"):
                yield native.Oid(hex=name)

    def _names(self, folder: str) -> list[str]:
        try:
            return [folder + name for name in os.listdir(f"{self._place}/{folder}") if len(name) == 38]  # noqa: PTH208
        except OSError:
            return []
