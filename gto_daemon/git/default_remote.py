"""The remote that Git pushes to, or fetches from, where none is named (git-push(1), git-fetch(1))."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from gto_daemon.git.lines import lines_of
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.git.process import Finished

#: The variables that decide, as `git config --get-regexp` takes them.
_VARIABLES: Final = r"^(remote|branch)\."
#: Git's own choice where nothing says otherwise.
ORIGIN: Final = "origin"
BRANCHES: Final = "refs/heads/"

_URL_KEYS = ("url", "pushurl", "vcs")


def default_remote(variables: Mapping[str, str], branch: str | None, *, push: bool) -> str:
    """Return the remote that is meant where none is named: a name, or the URL that is configured in its place.

    Args:
        variables: of the configuration, `remote.*` and `branch.*`.
        branch: the branch that is checked out.
        push: to push to; else to fetch from.

    """
    of_branch = f"branch.{branch}" if branch is not None else ""
    keys = (f"{of_branch}.pushremote", "remote.pushdefault") if push else ()
    for key in (*keys, f"{of_branch}.remote"):
        value = variables.get(key)
        # A branch that follows another one here has the remote ".".
        if value and value != ".":
            return value
    names = configured_remotes(variables)
    return names[0] if len(names) == 1 else ORIGIN


def remote_to_push_to(variables: Mapping[str, str], branch: str | None) -> str:
    """Return the remote that Git pushes to, or one that there is where that one is not configured."""
    default = default_remote(variables, branch, push=True)
    names = configured_remotes(variables)
    if not names or default in names or "/" in default or ":" in default:
        return default
    return ORIGIN if ORIGIN in names else names[0]


def configured_remotes(variables: Mapping[str, str]) -> list[str]:
    """Return the names of the remotes that lead somewhere. A user's own configuration may have settings for others."""
    keys = (key.removeprefix("remote.").rpartition(".") for key in variables if key.startswith("remote."))
    return sorted({name for name, _, variable in keys if name and variable in _URL_KEYS})


def read_remotes(git: "Callable[..., Finished]") -> list[str]:
    """Return the names of the configured remotes, as git lists them.

    Raises:
        RegistryError: `GitFailed`: they are not known, which is not to say that there are none.

    """
    return lines_of(_succeeded(git("remote"), "the remotes").stdout)


def read_default_remote(git: "Callable[..., Finished]", *, push: bool) -> str:
    """Ask git for what `default_remote` needs, and return that.

    Args:
        git: runs a git command.
        push: to push to; else to fetch from.

    Raises:
        RegistryError: `GitFailed`.

    """
    listed = git("config", "--null", "--get-regexp", _VARIABLES)
    # Exit code 1: there is none, or HEAD is detached.
    pairs = (
        os.fsdecode(each).partition("\n")
        for each in _succeeded(listed, "the remotes", nothing=1).stdout.split(b"\0")
        if each
    )
    head = _succeeded(git("symbolic-ref", "--quiet", "HEAD"), "the branch", nothing=1)
    return default_remote({key: value for key, _, value in pairs}, branch_of(os.fsdecode(head.stdout)), push=push)


def branch_of(target: str) -> str | None:
    """Return the name of the branch that HEAD leads to, None for anything else."""
    name = target.strip()
    return name.removeprefix(BRANCHES) if name.startswith(BRANCHES) else None


def _succeeded(finished: "Finished", what: str, *, nothing: int = 0) -> "Finished":
    if finished.code not in (0, nothing):
        raise RegistryError(
            "GitFailed",
            f"git does not tell {what} of the repository: {finished.complaint or f'exit code {finished.code}'}",
            hint="See what git says in a terminal.",
            words=finished.complaint,
        )
    return finished
