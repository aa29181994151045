"""Which of the client's environment the daemon is told: what decides identity, signing, transport and GTO's settings.

The daemon was started from some shell, hours ago. What Git does on behalf of a client must be what it would do in the
client's shell (golang/go#37830 is what happens otherwise).
"""

from __future__ import annotations

from gto_daemon.environment import counts, is_personal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

#: The daemon needs these itself to find its files and programs. What it stores, commands without it look for too.
_KEPT = frozenset(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "PATH"))
#: Of the process that starts the daemon, and gone with it.
_TEMPORARY = frozenset(("TMPDIR", "TMP", "TEMP"))


def for_session(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a handshake carries, as text that JSON can hold."""
    return {name: _as_text(value) for name, value in environment.items() if counts(name)}


def for_daemon(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment a daemon is started with: without anything that belongs to this client alone."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or not (is_personal(name) or name in _TEMPORARY)
    }


def _as_text(value: str) -> str:
    # os.environ holds bytes that are not UTF-8 as lone surrogates, which no JSON parser takes.
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
