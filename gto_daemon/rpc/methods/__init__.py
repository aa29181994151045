"""The table of methods: the module and the kind of each.

A method is found by its name without importing the others, because `gtod show --no-daemon` pays for each import.
`gto_daemon/rpc/handlers.py` and `gto_daemon/rpc/wider_handlers.py` define the kinds.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.rpc.handlers import (
    Act,
    AsyncSessionQuery,
    DetachedAct,
    Method,
    SessionQuery,
    SnapshotQuery,
    StatelessQuery,
    WorktreeQuery,
)
from gto_daemon.rpc.jsonrpc.errors import MAX_NAME_LENGTH, METHOD_NOT_FOUND, RpcError
from gto_daemon.rpc.wider_handlers import (
    DaemonAct,
    DaemonQuery,
    FleetAct,
    FleetQuery,
    FleetSnapshotQuery,
    LiveFleetQuery,
)


@dataclass(frozen=True, slots=True)
class Route:
    """The place and kind of a method.

    Attributes:
        module: the module below this package. It has the method as METHOD, or several by name as METHODS.
        kind: the kind of the method. An untrusted session may not call acts.

    """

    module: str
    kind: type[Method]


#: The methods, in the order of the documentation.
ROUTES: Final[dict[str, Route]] = {
    "gto/show": Route("queries.show", SnapshotQuery),
    "gto/history": Route("queries.history", SnapshotQuery),
    "gto/checkRef": Route("queries.check_ref", SnapshotQuery),
    "gto/describe": Route("queries.describe", WorktreeQuery),
    "gto/stages": Route("queries.stages", SnapshotQuery),
    "gto/at": Route("queries.at", WorktreeQuery),
    "gto/doctor": Route("queries.doctor", WorktreeQuery),
    "gto/register": Route("acts.tag_acts", Act),
    "gto/assign": Route("acts.tag_acts", Act),
    "gto/unassign": Route("acts.tag_acts", Act),
    "gto/deregister": Route("acts.tag_acts", Act),
    "gto/deprecate": Route("acts.tag_acts", Act),
    "gto/rollback": Route("acts.tag_acts", Act),
    "gto/apply": Route("acts.apply", Act),
    "gto/annotate": Route("acts.annotation_acts", Act),
    "gto/removeAnnotation": Route("acts.annotation_acts", Act),
    "gto/why": Route("queries.why", SnapshotQuery),
    "gto/verifySignatures": Route("acts.verify_signatures", Act),
    "gto/tree": Route("queries.tree", WorktreeQuery),
    "gto/artifact": Route("queries.artifact", WorktreeQuery),
    "gto/compare": Route("queries.compare", WorktreeQuery),
    "gto/metrics": Route("queries.values", WorktreeQuery),
    "gto/params": Route("queries.values", WorktreeQuery),
    "gto/plots": Route("queries.plots", WorktreeQuery),
    "gto/audit": Route("acts.audit", Act),
    "gto/auditPush": Route("acts.audit_push", Act),
    "gto/rules": Route("queries.rules", WorktreeQuery),
    "gto/exportRules": Route("queries.rules", WorktreeQuery),
    "gto/push": Route("remotes.push", Act),
    "gto/fetch": Route("remotes.fetch", Act),
    "gto/syncStatus": Route("remotes.sync_status", Act),
    "gto/clone": Route("remotes.clone", DetachedAct),
    "gto/fleet/show": Route("fleet.show", FleetSnapshotQuery),
    "gto/fleet/history": Route("fleet.history", FleetQuery),
    "gto/fleet/doctor": Route("fleet.doctor", FleetQuery),
    "gto/fleet/audit": Route("fleet.audit", FleetAct),
    "gto/fleet/fetch": Route("fleet.fetch", FleetAct),
    "gto/fleet/changes": Route("fleet.changes", LiveFleetQuery),
    "gto/fleet/subscribe": Route("fleet.subscribe", LiveFleetQuery),
    "gto/sinks/list": Route("sinks.sinks", DaemonQuery),
    "gto/sinks/test": Route("sinks.sinks", DaemonAct),
    "gto/sinks/deliveries": Route("sinks.sinks", DaemonQuery),
    "gto/sinks/replay": Route("sinks.sinks", DaemonAct),
    "gto/status": Route("sessions.status", AsyncSessionQuery),
    "gto/repositories": Route("sessions.repositories", SessionQuery),
    "gto/changes": Route("queries.changes", WorktreeQuery),
    "gto/subscribe": Route("sessions.subscribe", AsyncSessionQuery),
    "gto/unsubscribe": Route("sessions.unsubscribe", SessionQuery),
    "gto/handshake": Route("sessions.handshake", SessionQuery),
    "gto/retire": Route("sessions.retire", SessionQuery),
    "gto/shutdown": Route("sessions.shutdown", SessionQuery),
    "gto/parseTag": Route("queries.parse_tag", StatelessQuery),
    "gto/printState": Route("queries.print_state", SnapshotQuery),
    "rpc.discover": Route("sessions.discover", StatelessQuery),
}


@cache
def _load(name: str) -> Method:
    module = import_module(f"{__name__}.{ROUTES[name].module}")
    method: Method = module.METHODS[name] if hasattr(module, "METHODS") else module.METHOD
    return method


def find(name: str) -> Method | None:
    """Return the method with this name, or None."""
    return _load(name) if name in ROUTES else None


def every() -> list[Method]:
    """Import and return all methods, in the order of the documentation."""
    return [_load(name) for name in ROUTES]


def method_not_found(name: str) -> RpcError:
    """Return the error for a method that does not exist, with similar names."""
    near = near_names(name, ROUTES)
    said = f"Method not found: {name[:MAX_NAME_LENGTH]}"
    if not near:
        return RpcError(METHOD_NOT_FOUND, said)
    return RpcError(METHOD_NOT_FOUND, f"{said}. {did_you_mean(near)}", {"near": near})
