"""Paths as a `dvc.yaml` writes them, and as the repository has them."""

import posixpath
import re
from typing import Final

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: Characters of a path, which no system takes more of.
_MAX_PATH: Final = 4096
_KEEP: Final = "Keep the file in the repository, and write its path from the folder of this file."


class WrongDefinitionError(Exception):
    """Part of a definition cannot be understood; the message ends a sentence about it, `hint` is the remedy."""

    def __init__(self, reason: str, hint: str = _KEEP) -> None:
        super().__init__(reason)
        self.hint = hint


def repository_path(path: str, directory: str, *, root: bool = False) -> str:
    """Return the path from the root of the repository; "" for the root itself, if `root` is allowed.

    Args:
        path: the path as it is written.
        directory: where it starts, from the root of the repository; "" at the root.
        root: whether the root itself will do.

    Raises:
        WrongDefinitionError: it leads out of the repository.

    """
    if _URL.match(path):
        raise WrongDefinitionError("is not in the repository")
    if path.startswith("/"):
        raise WrongDefinitionError("starts at the root of the file system")
    if len(path) > _MAX_PATH:
        raise WrongDefinitionError(f"has more than {_MAX_PATH} characters", "Write a shorter path.")
    found = posixpath.normpath(posixpath.join(directory, path))
    if found.startswith("../") or found == "..":
        raise WrongDefinitionError("leads out of the repository")
    if "\0" in found:
        raise WrongDefinitionError("has a null character")
    if found == "." and root:
        return ""
    if not path or found == ".":
        raise WrongDefinitionError("is no path of a file or folder in the repository")
    return found
