"""Which of a client's environment counts: identity, signing, transport, and GTO's configuration."""

from collections.abc import Mapping
from typing import Final

_GIT: Final = "GIT_"
_GTO: Final = "GTO_"
_NAMES: Final = frozenset(
    ("EMAIL", "HOME", "XDG_CONFIG_HOME", "PATH", "SSH_AUTH_SOCK", "SSH_ASKPASS", "GPG_TTY", "GNUPGHOME")
) | frozenset(
    name
    for proxy in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
    for name in (proxy, proxy.upper())
)
#: What `git rev-parse --local-env-vars` lists besides configuration: a request names its repository itself, and a
#: client inside a Git hook would send its own.
_LOCAL: Final = frozenset(
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


def allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that count; a client may send whatever it has. GTO reads its own in any case."""
    return {
        name: value
        for name, value in environment.items()
        if (name.upper().startswith(_GTO) or name.startswith(_GIT) or name in _NAMES) and name not in _LOCAL
    }


def configuring(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that GTO's configuration is read from; their names count in any case (GTO 1.10.1, config.py)."""
    return {name: value for name, value in environment.items() if name.upper().startswith(_GTO)}
