"""The variables of a client's environment that gtod uses."""

import binascii
from collections.abc import Mapping

from gto_daemon.environment import MAX_ENVIRONMENT, MAX_VARIABLES, configures, counts

_MARK = "\0"


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that gtod uses, as `os.environ` would hold them. A client may send all its variables."""
    return {name: _value(value) for name, value in environment.items() if counts(name)}


def configuring(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that configure GTO."""
    return {name: value for name, value in environment.items() if configures(name)}


def bounded(environment: dict[str, str] | None) -> dict[str, str] | None:
    """Return the environment if it is within the limits. The values of variables are never part of a message.

    Raises:
        ValueError: it is too large.

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
        return value  # not a valid value, and refused when a program is run with it
