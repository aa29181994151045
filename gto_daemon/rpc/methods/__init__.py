"""The methods: one file each, named after the method, with its params, its result and what answers it.

A method is found by its name without importing the others, because `gtod show --no-daemon` pays for each import.
`gto_daemon/rpc/method.py` says which kind of method to choose.
"""

from functools import cache
from importlib import import_module
from typing import Final

from gto_daemon.rpc.method import Method

#: Name to the module that holds it as METHOD, in the order of the documentation.
MODULES: Final[dict[str, str]] = {
    "gto/show": "show",
    "gto/history": "history",
    "gto/checkRef": "check_ref",
    "gto/describe": "describe",
    "gto/stages": "stages",
    "gto/at": "at",
    "gto/doctor": "doctor",
    "gto/register": "register",
    "gto/assign": "assign",
    "gto/unassign": "unassign",
    "gto/deregister": "deregister",
    "gto/deprecate": "deprecate",
    "gto/rollback": "rollback",
    "gto/apply": "apply",
    "gto/annotate": "annotate",
    "gto/removeAnnotation": "remove_annotation",
    "gto/why": "why",
    "gto/tree": "tree",
    "gto/artifact": "artifact",
    "gto/compare": "compare",
    "gto/push": "push",
    "gto/fetch": "fetch",
    "gto/syncStatus": "sync_status",
    "gto/clone": "clone",
    "gto/status": "status",
    "gto/repositories": "repositories",
    "gto/changes": "changes",
    "gto/subscribe": "subscribe",
    "gto/unsubscribe": "unsubscribe",
    "gto/handshake": "handshake",
    "gto/retire": "retire",
    "gto/shutdown": "shutdown",
    "gto/parseTag": "parse_tag",
    "gto/printState": "print_state",
    "rpc.discover": "discover",
}


@cache
def _load(name: str) -> Method:
    method: Method = import_module(f"{__name__}.{MODULES[name]}").METHOD
    return method


def find(name: str) -> Method | None:
    """The method of that name."""
    return _load(name) if name in MODULES else None


def every() -> list[Method]:
    """All of them, imported, in the order of the documentation."""
    return [_load(name) for name in MODULES]
