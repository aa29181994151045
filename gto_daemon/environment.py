"""Which of a client's environment counts: identity, signing, transport, and GTO's configuration.

Client and daemon share this list, one to send no more and one to take no more. Standard library only, and little of it:
every command passes through here.
"""

#: Names, to the programs that run for an act, the locks that it holds; a gtod that one of them runs passes it on.
ACT = "GTOD_ACT"
_NAMES = frozenset(
    (
        ACT,
        "EMAIL",
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
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


def configures(name: str) -> bool:
    """Whether GTO's configuration is read from the variable; the case does not count (GTO 1.10.1, config.py)."""
    return name.upper().startswith("GTO_")


def is_personal(name: str) -> bool:
    """Whether the variable belongs to whoever asks, not to the daemon."""
    return name.startswith("GIT_") or configures(name) or name in _NAMES


def counts(name: str) -> bool:
    """Whether the variable decides what is done for a client."""
    return is_personal(name) and name not in _LOCAL
