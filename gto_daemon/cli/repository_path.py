"""The repository that a command line means: `-r`, Git's own variables, or the directory it runs in."""

# ruff: noqa: PTH100, PTH110, PTH111, PTH118
# The path functions of os, because pathlib costs every command 4 ms.
from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class NoSuchPathError(Exception):
    """`-r` names nothing that could hold a repository here; `message` says why and `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def is_text(value: object) -> bool:
    """Return whether a value, or all that it holds, is UTF-8; what is not came as bytes on the command line."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(is_text(each) for pair in value.items() for each in pair)
    return not isinstance(value, list) or all(is_text(each) for each in value)


def repository_path(option: str | None, environment: Mapping[str, str]) -> str:
    """Return the absolute path that is sent as `repo`: the daemon has neither our directory nor our variables.

    Args:
        option: `-r` as given; a repository, or any file or directory inside one. It wins over the environment.
        environment: `GIT_DIR` and `GIT_WORK_TREE` count as for Git (git(1)).

    Raises:
        NoSuchPathError: for what does not exist, the URL of a remote repository among it (see `remote_url`).

    """
    if option is None:
        return os.path.abspath(_from_git(environment) or ".")
    path = os.path.expanduser(option)
    if os.path.exists(path):
        return os.path.abspath(path)
    from gto_daemon.client.paths import remote_url

    if remote_url(option) is not None:
        import shlex

        raise NoSuchPathError(
            "This works on a repository here, and -r is a remote one",
            f"Clone it: `git clone {shlex.quote(option)}`, and give the clone's path to -r.",
        )
    raise NoSuchPathError(f"'{option}' does not exist", "Check the path given to -r.")


def _from_git(environment: Mapping[str, str]) -> str | None:
    """`GIT_WORK_TREE` names the checkout where it has a `.git` of its own; else `GIT_DIR` is all there is to go by."""
    directory = environment.get("GIT_DIR")
    if not directory:
        return None
    tree = environment.get("GIT_WORK_TREE")
    return tree if tree and os.path.exists(os.path.join(tree, ".git")) else directory
