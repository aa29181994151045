"""What differs between operating systems, and all of it: nothing outside this package asks where it runs.

`posix` is Linux and macOS, `windows` is Windows; both have the names below. Like `gto_daemon.environment` it is a leaf
under all layers, standard library only, and every command passes through it. `tests/test_platform_rules.py` sees to it
that nothing else uses what one system lacks; docs/reliability.md, "Platforms", says what was run where.
"""

import sys

if sys.platform == "win32":
    from gto_daemon.platform.windows import (
        NOFOLLOW,
        OWN_GROUP,
        OWN_SESSION,
        READ_FLAGS,
        UNIX_SOCKETS,
        connect_unix,
        copy_mode,
        default_runtime_directory,
        detach,
        hold,
        hung_up,
        is_locked,
        is_mine,
        is_open_to_others,
        kill_group,
        let_go,
        listen_unix,
        on_end,
        peer,
        publish,
        reap_starter,
        reset_at_end,
        take_descriptors,
        try_lock,
        user,
    )
else:
    from gto_daemon.platform.posix import (
        NOFOLLOW,
        OWN_GROUP,
        OWN_SESSION,
        READ_FLAGS,
        UNIX_SOCKETS,
        connect_unix,
        copy_mode,
        default_runtime_directory,
        detach,
        hold,
        hung_up,
        is_locked,
        is_mine,
        is_open_to_others,
        kill_group,
        let_go,
        listen_unix,
        on_end,
        peer,
        publish,
        reap_starter,
        reset_at_end,
        take_descriptors,
        try_lock,
        user,
    )

__all__ = [
    "NOFOLLOW",
    "OWN_GROUP",
    "OWN_SESSION",
    "READ_FLAGS",
    "UNIX_SOCKETS",
    "connect_unix",
    "copy_mode",
    "default_runtime_directory",
    "detach",
    "hold",
    "hung_up",
    "is_locked",
    "is_mine",
    "is_open_to_others",
    "kill_group",
    "let_go",
    "listen_unix",
    "on_end",
    "peer",
    "publish",
    "reap_starter",
    "reset_at_end",
    "take_descriptors",
    "try_lock",
    "user",
]
