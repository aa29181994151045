"""Paths as a request carries them: absolute, because the daemon has no working directory of ours; and URLs."""

from __future__ import annotations

import os

#: As for Git (git-clone(1) §GIT URLS): a scheme, or a host, ends with a colon before the first slash.
_URL = r"[^-/:][^/:]*:."


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


def remote_url(repo: str | None) -> str | None:
    """Return `repo` where it is the URL of a remote repository, else None. What exists here is a path, as for GTO."""
    if repo is None or ":" not in repo or os.path.exists(os.path.expanduser(repo)):
        return None
    import re

    return repo if re.match(_URL, repo) else None
