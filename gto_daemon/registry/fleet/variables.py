"""Read `env_file`: variables for the programs that follow remotes in the background."""

import re
from typing import Final

from gto_daemon.registry.errors import RegistryError

#: Bytes of the file.
MAX_ENV_FILE: Final = 1 << 20
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTES: Final = ("'", '"')


def read_variables(text: bytes, path: str) -> dict[str, str]:
    """Return the variables of lines `NAME=value`.

    Blank lines and those that begin with `#` are left out, and so are quotes around a whole value. Nothing else is
    special: there are no `$NAME` and no backslashes.

    Args:
        text: the content.
        path: the file, for messages.

    Raises:
        RegistryError: `FleetUnreadable`: a line is something else.

    """
    variables: dict[str, str] = {}
    for number, line in enumerate(text.decode("utf-8", "surrogateescape").split("\n"), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        name, equals, value = said.partition("=")
        value = value.strip()
        if not equals or not _NAME.fullmatch(name) or "\0" in value:
            raise unusable_env_file(path, f"has no NAME=value in line {number}", "Write one variable a line.")
        if len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES:
            value = value[1:-1]
        variables[name] = value
    return variables


def unusable_env_file(path: str, reason: str, hint: str) -> RegistryError:
    """Return the refusal to ask a remote without the variables of a file; none of its content is shown."""
    return RegistryError("FleetUnreadable", f"The env_file '{path}' {reason}", hint=hint, path=path)
