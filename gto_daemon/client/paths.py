"""Paths as a request carries them: absolute, because the daemon has no working directory of ours."""

from __future__ import annotations

import os


def absolute(repo: str | os.PathLike[str]) -> str:
    """Return the absolute path of `repo`; links are left for the daemon to resolve.

    Raises:
        ValueError: it is not UTF-8, which JSON cannot carry.

    """
    path = os.path.abspath(repo)
    try:
        path.encode()
    except UnicodeEncodeError:
        raise ValueError(f"the path {path!r} is not UTF-8, and cannot be sent; rename the folder") from None
    return path
