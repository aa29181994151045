"""What of a session's environment is taken over."""

import binascii
from collections.abc import Mapping

from gto_daemon.environment import MAX_ENVIRONMENT, MAX_VARIABLES, configures, counts

_MARK = "\0"


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that count, as `os.environ` would hold them; a client may send whatever it has."""
    return {name: _value(value) for name, value in environment.items() if counts(name)}


def configuring(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that GTO's configuration is read from."""
    return {name: value for name, value in environment.items() if configures(name)}


def bounded(environment: dict[str, str] | None) -> dict[str, str] | None:
    """See that it is no larger than may be. What the variables hold is never part of a message.

    Raises:
        ValueError: it is.

    """
    if environment is not None:
        size = sum(len(name) + len(value) for name, value in environment.items())
        if size > MAX_ENVIRONMENT or len(environment) > MAX_VARIABLES:
            raise ValueError(
                f"{len(environment)} variables of {size} characters; at most {MAX_VARIABLES} of {MAX_ENVIRONMENT} "
                "are taken"
            )
    return environment


def _value(value: str) -> str:
    if not value.startswith(_MARK):
        return value
    try:
        return binascii.a2b_base64(value.removeprefix(_MARK), strict_mode=True).decode("utf-8", "surrogateescape")
    except ValueError:
        return value  # no variable of any program, and refused where one is run with it
