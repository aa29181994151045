"""The environment of the programs that follow remotes in the background: that of this process, and `env_file`."""

import os
from pathlib import Path
from typing import Final

from gto_daemon import platform
from gto_daemon.environment import counts
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.variables import MAX_ENV_FILE, read_variables, unusable_env_file

#: Nobody is there to answer: neither an editor in whose terminal this process was started, nor a window. Whoever names
#: such a program in `env_file` has one that asks nobody.
_NO_PROMPTS: Final = {
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}


def variables_for_remotes(env_file: Path | None) -> dict[str, str]:
    """Return the environment.

    Args:
        env_file: the absolute path of the file; None if there is none.

    Raises:
        RegistryError: `FleetUnreadable`: the file cannot be read, or others may read or change it.

    """
    own = {name: value for name, value in os.environ.items() if counts(name)}
    return {**own, **_NO_PROMPTS, **({} if env_file is None else _read(env_file))}


def _read(path: Path) -> dict[str, str]:
    try:
        found = path.stat()
        text = read_regular_file(path, MAX_ENV_FILE)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if text is None:
        raise _unreadable(path, "No such file or directory")
    if not platform.is_mine(found) or platform.is_open_to_others(found):
        # It decides which programs are run, and may have secrets.
        raise unusable_env_file(str(path), "is open to others", f"Make it yours alone: `chmod 600 {path}`.")
    return read_variables(text, str(path))


def _unreadable(path: Path, reason: str) -> RegistryError:
    hint = f"Make it a file of at most {MAX_ENV_FILE} bytes that you may read, or take it out of fleet.yaml."
    return unusable_env_file(str(path), f"cannot be read: {reason}", hint)
