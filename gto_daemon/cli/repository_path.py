"""Which repository a command line means: `-r`, Git's own variables, or the directory it runs in."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from gto_daemon.cli.refusals import Refused

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://|[\w.-]+@[\w.-]+:|[\w.-]+\.[\w-]+:")  # a scheme, or ssh's user@host:path


def repository_path(option: str | None, environment: Mapping[str, str]) -> str:
    """The absolute path that is sent as `repo`: the daemon has neither our directory nor our variables.

    Args:
        option: `-r` as given; a repository, or any file or directory inside one. It wins over the environment.
        environment: `GIT_DIR` and `GIT_WORK_TREE` count as for Git (gitrepository-layout, git(1)).

    Raises:
        Refused: for the URL of a remote repository, which GTO would clone and this version does not read.

    """
    if option is None:
        return str(Path(_from_git(environment) or ".").absolute())
    path = Path(option).expanduser()
    if not path.exists():
        if _URL.match(option):
            raise Refused(
                f"'{option}' is a remote repository; this version reads local ones only",
                "Reading a URL comes with a later version. Until then: git clone it, and give the clone's path to -r.",
            )
        raise Refused(f"There is no '{option}' to look for a repository in", "Check the path given to -r.")
    return os.path.normpath(path.absolute())


def _from_git(environment: Mapping[str, str]) -> str | None:
    """`GIT_WORK_TREE` names the checkout where it has a `.git` of its own; else `GIT_DIR` is all there is to go by."""
    directory = environment.get("GIT_DIR")
    if not directory:
        return None
    tree = environment.get("GIT_WORK_TREE")
    return tree if tree and (Path(tree) / ".git").exists() else directory
