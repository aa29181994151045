"""The Python client: connect to the daemon or start it, call, follow changes.

    from gto_daemon.client import show, Client

    show("path/to/repository", "churn@latest")

    with Client.connect() as client:
        client.call("gto/history", {"repo": "/path/to/repository", "name": "churn"})

Functions are named after `gto.api`. Invariant: standard library only, and little of it, because every command passes
through here; what is not needed to ask a running daemon one question (`asyncio`, `subprocess`, `pathlib`) is imported
where it is used. It knows the protocol from the outside and imports no other package of ours.
"""

from __future__ import annotations

from gto_daemon.client.errors import CallError, DaemonUnavailable, LostAct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from gto_daemon.client.aclient import AsyncClient
    from gto_daemon.client.api import (
        check_ref,
        describe,
        find_latest_version,
        find_versions_in_stage,
        get_stages,
        history,
        parse_tag,
        show,
    )
    from gto_daemon.client.blocking import Client
    from gto_daemon.client.control import restart, start, status, stop
    from gto_daemon.client.dvc_api import artifacts_show
    from gto_daemon.client.write_api import annotate, assign, deprecate, deregister, register, remove, unassign

__all__ = [
    "AsyncClient",
    "CallError",
    "Client",
    "DaemonUnavailable",
    "LostAct",
    "annotate",
    "artifacts_show",
    "assign",
    "check_ref",
    "deprecate",
    "deregister",
    "describe",
    "find_latest_version",
    "find_versions_in_stage",
    "get_stages",
    "history",
    "log_path",
    "parse_tag",
    "register",
    "remove",
    "restart",
    "show",
    "socket_path",
    "start",
    "status",
    "stop",
    "unassign",
]

_LATE = {
    "AsyncClient": "aclient",
    "Client": "blocking",
    "artifacts_show": "dvc_api",
    **dict.fromkeys(("annotate", "assign", "deprecate", "deregister", "register", "remove", "unassign"), "write_api"),
    **dict.fromkeys(("restart", "start", "status", "stop"), "control"),
    **dict.fromkeys(
        (
            "check_ref",
            "describe",
            "find_latest_version",
            "find_versions_in_stage",
            "get_stages",
            "history",
            "parse_tag",
            "show",
        ),
        "api",
    ),
}


def socket_path() -> Path:
    """Return the path of the daemon's unix socket, whether or not it runs.

    Raises:
        DaemonUnavailable: it is longer than a socket's path can be, or `GTOD_RUNTIME_DIR` is relative.

    """
    from pathlib import Path

    from gto_daemon.client.address import socket_file

    return Path(socket_file())


def log_path() -> Path:
    """Return the path of the daemon's log, whether or not there is one.

    Raises:
        DaemonUnavailable: `GTOD_RUNTIME_DIR` is relative.

    """
    from pathlib import Path

    from gto_daemon.client.address import LOG, in_directory

    return Path(in_directory(LOG))


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


def __getattr__(name: str) -> object:
    module = _LATE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
