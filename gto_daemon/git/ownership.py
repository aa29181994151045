"""The owner of a repository. As with Git, another user's is not read until `safe.directory` names it.

Looked at before anything in it is opened: in a shared folder, such as `/tmp`, anybody may put a `.git` or a `HEAD`.
libgit2 and git look again, and decide; here it is only kept from them what they would refuse.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from gto_daemon import platform
from gto_daemon.git.store import unreadable


def check_owner(root: Path, *places: Path) -> None:
    """See that these places are the user's own, or that the user trusts the repository at `root`.

    Raises:
        RegistryError: `UnreadableRepository`.
        OSError: one cannot be looked at.

    """
    if not all(platform.is_trusted_owner(place.stat()) for place in places) and not _is_safe(root):
        raise unreadable(str(root), "dubious ownership")


def _is_safe(root: Path) -> bool:
    # `.git` itself may have been asked about; Git's configuration names the files that it belongs to.
    names = {str(root), str(root.parent if root.name == ".git" else root)}
    safe = False
    for value in _safe_directories():
        if value == "":
            safe = False
            continue
        place = os.path.realpath(os.path.expanduser(value.removeprefix("%(prefix)/")))  # noqa: PTH111
        safe = safe or value == "*" or place in names
        safe = safe or (value.endswith("/*") and any(name.startswith(place[:-1]) for name in names))
    return safe


def _safe_directories() -> Iterator[str]:
    """`safe.directory` of the system and the user, in Git's order. A repository's own does not count."""
    # A command in a repository of one's own does not wait for it.
    import pygit2  # noqa: PLC0415

    own = os.environ.get("GIT_CONFIG_GLOBAL")
    sources: list[Callable[[], pygit2.Config]] = [
        pygit2.Config.get_system_config,
        pygit2.Config.get_xdg_config,
        pygit2.Config.get_global_config,
        *([lambda: pygit2.Config(own)] if own else []),
    ]
    for read in sources:
        try:
            yield from (value or "" for value in read().get_multivar("safe.directory"))
        except (OSError, pygit2.GitError):
            # There is none, or it is not ours to read.
            continue
