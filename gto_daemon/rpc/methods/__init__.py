"""The methods: one file each, named after the method, with its params, its result and what answers it.

A method is found by its name without importing the others, because `gtod show --no-daemon` pays for each import.
`gto_daemon/rpc/handlers.py` says which kind of method to choose.
"""

from functools import cache
from importlib import import_module
from typing import Final

from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.rpc.handlers import Method
from gto_daemon.rpc.jsonrpc.errors import MAX_NAME_LENGTH, METHOD_NOT_FOUND, RpcError

#: Name to the module that holds it as METHOD, in the order of the documentation.
MODULES: Final[dict[str, str]] = {
    "gto/show": "queries.show",
    "gto/history": "queries.history",
    "gto/checkRef": "queries.check_ref",
    "gto/describe": "queries.describe",
    "gto/stages": "queries.stages",
    "gto/at": "queries.at",
    "gto/doctor": "queries.doctor",
    "gto/register": "acts.register",
    "gto/assign": "acts.assign",
    "gto/unassign": "acts.unassign",
    "gto/deregister": "acts.deregister",
    "gto/deprecate": "acts.deprecate",
    "gto/rollback": "acts.rollback",
    "gto/apply": "acts.apply",
    "gto/annotate": "acts.annotate",
    "gto/removeAnnotation": "acts.remove_annotation",
    "gto/why": "queries.why",
    "gto/tree": "queries.tree",
    "gto/artifact": "queries.artifact",
    "gto/compare": "queries.compare",
    "gto/push": "remotes.push",
    "gto/fetch": "remotes.fetch",
    "gto/syncStatus": "remotes.sync_status",
    "gto/clone": "remotes.clone",
    "gto/status": "sessions.status",
    "gto/repositories": "sessions.repositories",
    "gto/changes": "queries.changes",
    "gto/subscribe": "sessions.subscribe",
    "gto/unsubscribe": "sessions.unsubscribe",
    "gto/handshake": "sessions.handshake",
    "gto/retire": "sessions.retire",
    "gto/shutdown": "sessions.shutdown",
    "gto/parseTag": "queries.parse_tag",
    "gto/printState": "queries.print_state",
    "rpc.discover": "sessions.discover",
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


def method_not_found(name: str) -> RpcError:
    """Return the error for a method that does not exist, with the names that were probably meant."""
    near = near_names(name, MODULES)
    said = f"Method not found: {name[:MAX_NAME_LENGTH]}"
    if not near:
        return RpcError(METHOD_NOT_FOUND, said)
    return RpcError(METHOD_NOT_FOUND, f"{said}. {did_you_mean(near)}", {"near": near})
