"""What of a session's environment is taken over."""

from collections.abc import Mapping

from gto_daemon.environment import configures, counts


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that count; a client may send whatever it has."""
    return {name: value for name, value in environment.items() if counts(name)}


def configuring(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that GTO's configuration is read from."""
    return {name: value for name, value in environment.items() if configures(name)}
