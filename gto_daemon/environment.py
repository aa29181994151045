"""What of a client's environment counts: all of it for the programs that are run for the client, but for what names a
repository, and `GTO_*` for GTO's configuration.

Standard library only, and little of it: every command passes through here.
"""

#: Names, to the programs that run for an act, the locks that it holds; a gtod that one of them runs passes it on.
ACT = "GTOD_ACT"
#: Variables that a client may send, and characters in their names and values together.
MAX_VARIABLES = 4_096
MAX_ENVIRONMENT = 512 * 1024
#: `git rev-parse --local-env-vars`: they name one repository, and a request names its own. In a hook all are set. The
#: configuration that the list names besides (`git -c`, GIT_CONFIG_COUNT) is the client's, wherever git runs for it.
_LOCAL = frozenset(
    (
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
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
#: What a program needs to run at all, and to find the user's files; nothing of one shell.
_BASIC = frozenset(
    (
        *("HOME", "PATH", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "LD_LIBRARY_PATH"),
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "GTOD_RUNTIME_DIR"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PROGRAMDATA", "PROGRAMFILES", "USERNAME"),
        *("USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP"),
    )
)


def configures(name: str) -> bool:
    """Whether GTO's configuration is read from the variable; the case does not count (GTO 1.10.1, config.py)."""
    return name.upper().startswith("GTO_")


def counts(name: str) -> bool:
    """Whether the variable is the client's own, and does not name a repository."""
    return name not in _LOCAL


def is_basic(name: str) -> bool:
    """Whether a program that is run for nobody in particular, or for a client that sent nothing, gets the variable."""
    return name in _BASIC or name.startswith("LC_")
