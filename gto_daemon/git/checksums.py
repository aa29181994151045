"""Whether Git's tables of what is in packs are whole: each ends with the SHA-1 of what is before it.

libgit2 believes them. From the index of a pack that was damaged it may read beyond the file, which ends the process
and all that it serves; git, which is another process, only fails.
"""

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from gto_daemon.git.loose_refs import identity
from gto_daemon.git.regular_files import FileTooLongError, NotRegularFileError, open_regular_file
from gto_daemon.git.resource_exhaustion import reraise_if_exhausted

#: Why git reads a repository for us, in the place of an extension's name.
DAMAGED_TABLE: Final = "damagedtable"
_LENGTH: Final = hashlib.sha1(usedforsecurity=False).digest_size
#: Bytes that are checked at most, of one file: 0.1 s. Larger ones are those of millions of objects.
_MAX_SIZE: Final = 128 << 20
_TABLES: Final = ("pack/*.idx", "pack/multi-pack-index", "info/commit-graph", "info/commit-graphs/*.graph")


def damaged_table(directories: list[Path]) -> Path | None:
    """One that is not whole, in these object directories; None when all are. Those that cannot be read are left out.

    Raises:
        NotRegularFileError: something else is in the place of one.
        OSError: the system is short of something.

    """
    paths = map(os.fspath, _tables(directories))
    return next((Path(path) for path in paths if not _is_whole(path, identity(path))), None)


def _tables(directories: list[Path]) -> Iterator[Path]:
    for directory in directories:
        for pattern in _TABLES:
            yield from directory.glob(pattern)


@lru_cache(maxsize=1024)
def _is_whole(path: str, _identity: object) -> bool:
    """`_identity` is there for the cache: what was checked need not be checked again until it is another file."""
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        opened = open_regular_file(path, _MAX_SIZE)
        if opened is None:
            return True
        with os.fdopen(opened[0], "rb") as file:
            left = opened[1] - _LENGTH
            while left > 0 and (piece := file.read(min(left, 1 << 20))):
                digest.update(piece)
                left -= len(piece)
            return left == 0 and file.read() == digest.digest()
    except NotRegularFileError:
        # To open it is what libgit2, and git too, would wait for.
        raise
    except FileTooLongError:
        return True
    except OSError as error:
        reraise_if_exhausted(error)
        return True
