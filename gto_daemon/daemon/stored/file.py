"""The file: blobs, then a head that says what they are, then a checksum over everything.

It is replaced as a whole, by rename, and read as a whole, so nobody sees half of it.
"""

import json
import logging
import os
import stat
import struct
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from gto_daemon import platform
from gto_daemon.protocol import JsonObject

#: Grows whenever what is stored changes its shape.
FORMAT: Final = 1
_MAGIC: Final = b"gtod registry\n"
_END: Final = struct.Struct("<QI")
_LEVEL: Final = 1
_UNFINISHED: Final = ".new"
#: Seconds without a write after which a file that nobody has locked was left behind.
_MIN_AGE: Final = 10.0

logger = logging.getLogger(__name__)


class DamagedError(ValueError):
    """The file is not what was written."""


class StoredFile(NamedTuple):
    """The content of a file.

    Attributes:
        head: what the blobs are; JSON.
        blobs: all of them, one after the other.

    """

    head: JsonObject
    blobs: memoryview


def pack(value: object) -> bytes:
    """Return compressed JSON. `unpack` checks it for damage."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), _LEVEL)


def unpack(packed: bytes | memoryview) -> Any:
    """Return the value that was passed to `pack`."""
    return json.loads(zlib.decompress(packed))


def write_file(path: Path, blobs: Iterable[bytes | memoryview], head: Callable[[], JsonObject]) -> None:
    """Put a file at a path, replacing what is there.

    Args:
        path: the place.
        blobs: written one by one.
        head: called after the last blob.

    Raises:
        OSError: it cannot be written; what was there is as it was.

    """
    import tempfile  # noqa: PLC0415  (a command without a daemon writes nothing)

    descriptor, new = tempfile.mkstemp(prefix=f"{path.name}.", suffix=_UNFINISHED, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
            _mark_as_ours(descriptor)
            file.write(_MAGIC)
            check = zlib.crc32(_MAGIC)
            for blob in blobs:
                file.write(blob)
                check = zlib.crc32(blob, check)
            packed = pack(head())
            file.write(packed)
            file.write(_END.pack(len(packed), zlib.crc32(packed, check)))
        Path(new).replace(path)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def clear_unfinished(directory: Path) -> None:
    """Delete what killed processes left behind while they wrote a file."""
    for place in directory.glob(f"*{_UNFINISHED}"):
        try:
            with open(os.open(place, os.O_RDWR | platform.NOFOLLOW), "rb") as file:  # noqa: PTH123 - of a descriptor
                is_new = os.fstat(file.fileno()).st_mtime > time.time() - _MIN_AGE
                if is_new or platform.is_locked(file.fileno()):
                    continue
            place.unlink(missing_ok=True)
        except OSError as error:
            # Among them that the file system knows no locks.
            logger.debug("'%s' stays: %s", place, error)


def _mark_as_ours(descriptor: int) -> None:
    """Lock a file for as long as this process is at it, so that `clear_unfinished` leaves it alone."""
    try:
        platform.try_lock(descriptor)
    except OSError as error:
        logger.debug("no locks here, so nothing is cleared either: %s", error)


def read_file(path: Path) -> StoredFile | None:
    """Return the file at a path; None if there is none.

    Raises:
        DamagedError: it is cut off, changed, of another kind, or another user's.
        OSError: it cannot be read.

    """
    try:
        descriptor = os.open(path, os.O_RDONLY | platform.NOFOLLOW)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or not platform.is_mine(found) or platform.is_open_to_others(found):
            raise DamagedError("somebody else may have written it")
        data = memoryview(file.read())
    if len(data) < len(_MAGIC) + _END.size or bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise DamagedError("it does not begin as it should")
    length, check = _END.unpack(data[-_END.size :])
    if zlib.crc32(data[: -_END.size]) != check:
        raise DamagedError("its checksum is another")
    start = len(data) - _END.size - length
    try:
        head = unpack(data[start : -_END.size])
    except (ValueError, zlib.error) as error:
        raise DamagedError(str(error)) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DamagedError("its format is another")
    return StoredFile(head, data[len(_MAGIC) : start])
