"""Git's configuration as a client has it, and the files that it is read from."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gto_daemon.git.configuration_files import ConfigurationFiles
from gto_daemon.git.layout import Layout
from gto_daemon.git.lines import lines_of
from gto_daemon.git.process import Git

_COMMITTER = "GIT_COMMITTER_IDENT="


@dataclass(frozen=True, slots=True)
class ClientConfiguration:
    """What `git var -l` says.

    Attributes:
        variables: the last value of each key, in lower case as far as the case does not count.
        committer: who tags, and when; empty where git does not say.
        succeeded: whether it said all of it.
        complaint: what it complained of.

    """

    variables: Mapping[str, str]
    committer: str
    succeeded: bool
    complaint: str


def read_configuration(git: Git, env: Mapping[str, str]) -> ClientConfiguration:
    """Ask git; `env` are variables on top of the client's.

    Raises:
        RegistryError: `GitNotFound`, `GitFailed`.
        CancelledError: it was cancelled.

    """
    # One process in place of two (3 ms each): it lists the configuration, then the identity.
    listed = git.run("var", "-l", env=env)
    variables: dict[str, str] = {}
    committer = ""
    for line in lines_of(listed.stdout, "replace"):
        key, equals, value = line.partition("=")
        # A key alone is true (git-config(1)).
        variables[key] = value if equals else "true"
        if line.startswith(_COMMITTER):
            committer = value
    return ClientConfiguration(variables, committer, listed.succeeded, listed.complaint)


def configuration_files(layout: Layout, environment: Mapping[str, str]) -> ConfigurationFiles:
    """Return the files that git reads for a client, and some more: how git was built says which is the system's."""
    home = Path(environment.get("HOME") or "/")
    outer = (Path(layout.repo, each) for each in _outer(environment, home))
    return ConfigurationFiles((*outer, *ConfigurationFiles.of_repository(layout).roots), home)


def _outer(environment: Mapping[str, str], home: Path) -> Iterator[str | Path]:
    yield environment.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"
    program = shutil.which("git", path=environment.get("PATH"))
    if program is not None:
        for place in (program, os.path.realpath(program)):
            yield Path(place).parent.parent / "etc/gitconfig"
    if own := environment.get("GIT_CONFIG_GLOBAL"):
        yield own
        return
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "git/config"
    yield home / ".gitconfig"
