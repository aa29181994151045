"""What may lie below `refs` and is no ref: it is named, and spoils nothing else.

git follows links to folders there, which people make. A link to `.`, to `/` or to a large folder would have it, and us,
walk for ever; those are not followed.
"""

import errno
import os
from typing import Final

#: Folders in each other, from the git directory on. git has no limit but the longest path of the system.
MAX_DEPTH = 64
#: Files and folders below all links together, and below `refs` altogether.
MAX_LINKED = 10_000
MAX_ENTRIES = 500_000
#: Odd things that are named.
MAX_NAMED = 100

#: Folders that are walked.
FOLDER: Final = "folder"
LINK: Final = "link"
TOO_LARGE: Final = f"a link to a folder with more than {MAX_LINKED} files"
NOWHERE: Final = "a link to nothing"


class TooManyRefsError(OSError):
    """There are more files below `refs` than are read."""

    def __init__(self, path: str) -> None:
        super().__init__(
            errno.EFBIG, f"There are more than {MAX_ENTRIES} files below refs; git pack-refs --all makes them one", path
        )


def kind_of_folder(entry: os.DirEntry[str], within: str, *, linked: bool) -> str | None:
    """Return `FOLDER` or `LINK` for what is to be walked, what is odd about what is not, and None for no folder.

    Args:
        entry: what was found.
        within: the name of the directory that it was found in, `refs/tags`.
        linked: whether that is a link, or below one.

    """
    try:
        if not entry.is_dir():
            return None
        if within.count("/") >= MAX_DEPTH:
            return f"a folder in {MAX_DEPTH} others"
        return _kind_of_link(entry.path, linked=linked) if entry.is_symlink() else FOLDER
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "a link in a circle"
        if error.errno == errno.ENAMETOOLONG:
            return "a folder whose path is too long"
        raise


def _kind_of_link(path: str, *, linked: bool) -> str:
    if linked:
        return "a link below another link"
    place, target = os.path.realpath(os.path.dirname(path)), os.path.realpath(path)  # noqa: PTH120
    if os.stat(place).st_dev != os.stat(target).st_dev:  # noqa: PTH116
        # `/proc` has files that never end, and some that do something when they are read.
        return "a link to another file system"
    return "a link to a folder that it is in" if os.path.commonpath([place, target]) == target else LINK
