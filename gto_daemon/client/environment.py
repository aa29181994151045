"""What of the client's environment the daemon is told, and what a daemon is started with.

The daemon was started from some shell, hours ago. What Git, its hooks and its helpers do on behalf of a client must be
what they would do in the client's shell (golang/go#37830 is what happens otherwise), so all of it is told, but for what
names a repository. The daemon itself gets nothing of the shell that happened to start it.
"""

from __future__ import annotations

from gto_daemon.environment import ACT, MAX_ENVIRONMENT, MAX_VARIABLES, configures, counts, is_basic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: Beginnings of the names of what the daemon's process is made with: its own settings, Python's, the loader's.
_OF_THE_PROCESS = ("GTOD_", "PYTHON", "LD_", "DYLD_")
#: Of the process that starts the daemon, and gone with it.
_TEMPORARY = frozenset(("TMPDIR", "TMP", "TEMP"))


def for_session(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a handshake carries, as text that JSON can hold.

    More than a daemon takes are cut down: the longest are left out. No system's limit for programs is much higher.
    """
    told = {name: _as_text(value) for name, value in environment.items() if counts(name) and _is_text(name)}
    size = sum(len(name) + len(value) for name, value in told.items())
    if size > MAX_ENVIRONMENT or len(told) > MAX_VARIABLES:
        for name in sorted(told, key=lambda name: len(told[name]), reverse=True):
            if size <= MAX_ENVIRONMENT and len(told) <= MAX_VARIABLES:
                break
            size -= len(name) + len(told.pop(name))
    return told


def for_reading(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a client that only reads: those that configure GTO."""
    return {name: value for name, value in environment.items() if configures(name)}


def for_daemon(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment a daemon is started with: without anything that belongs to this client alone."""
    return {
        name: value
        for name, value in environment.items()
        if (is_basic(name) and name not in _TEMPORARY) or (name.startswith(_OF_THE_PROCESS) and name != ACT)
    }


def _is_text(name: str) -> bool:
    return name.isascii() or "\ufffd" not in name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _as_text(value: str) -> str:
    """Return the value; one that is not UTF-8 as a NUL, which no variable holds, and its bytes in base64.

    os.environ holds such bytes as lone surrogates, which no JSON parser takes.
    """
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        from base64 import b64encode

        return "\0" + b64encode(value.encode("utf-8", "surrogateescape")).decode("ascii")
    return value
