"""Which of the client's environment the daemon is told: what decides identity, signing, transport and GTO's settings.

The daemon was started from some shell, hours ago. What Git does on behalf of a client must be what it would do in the
client's shell (golang/go#37830 is what happens otherwise).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = frozenset(
    (
        "EMAIL",
        "HOME",
        "XDG_CONFIG_HOME",
        "PATH",
        "SSH_AUTH_SOCK",
        "SSH_ASKPASS",
        "GPG_TTY",
        "GNUPGHOME",
        *(
            name
            for proxy in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
            for name in (proxy, proxy.upper())
        ),
    )
)
#: `git rev-parse --local-env-vars`: they name one repository, and a request names its own. In a hook all are set.
_LOCAL = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    )
)
#: The daemon needs these itself to find its files and programs.
_KEPT = frozenset(("HOME", "XDG_CONFIG_HOME", "PATH"))
#: Of the process that starts the daemon, and gone with it.
_TEMPORARY = frozenset(("TMPDIR", "TMP", "TEMP"))


def for_session(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that a handshake carries, as text that JSON can hold."""
    return {name: _as_text(value) for name, value in environment.items() if _is_personal(name) and name not in _LOCAL}


def for_daemon(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment a daemon is started with: without anything that belongs to this client alone."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or not (_is_personal(name) or name in _TEMPORARY)
    }


def _is_personal(name: str) -> bool:
    # GTO reads its variables in any case (1.10.1, config.py).
    return name.startswith("GIT_") or name.upper().startswith("GTO_") or name in _NAMES


def _as_text(value: str) -> str:
    # os.environ holds bytes that are not UTF-8 as lone surrogates, which no JSON parser takes.
    return value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
