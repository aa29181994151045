"""`gto/fleet/changes`: what changed in the repositories of a fleet since a clock."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from pydantic import Field

from gto_daemon.daemon.live.journal import events_between, rows
from gto_daemon.registry.index import Index
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.wider_handlers import LiveFleetQuery

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState
    from gto_daemon.daemon.live.journal import Change
    from gto_daemon.protocol.fleet import FleetChangesResult, FleetEvent
    from gto_daemon.registry.events import Event
    from gto_daemon.rpc.context import Context


class FleetChangesParams(FleetParams):
    """The clock to start from."""

    since: str = Field(description="The `clock` of an earlier result or notification.")


async def _answer(context: "Context", state: "FleetState", params: FleetChangesParams) -> "FleetChangesResult":
    net = context.fleet(params).changes(params.since)
    return await context.runner.beside(lambda: _everything(state) if net is None else _net(state, net))


def _net(state: "FleetState", net: "dict[str | None, Change]") -> "FleetChangesResult":
    changes = [(name, change) for name, change in net.items() if name is not None]
    return {
        "fresh": False,
        "repositories": [name for name, _ in changes],
        "artifacts": [f"{name}/{artifact}" for name, change in changes for artifact in sorted(change.artifacts)],
        "events": {
            "added": [row for name, change in changes for row in _rows(name, change.added)],
            "removed": [row for name, change in changes for row in _rows(name, change.removed)],
        },
        "clock": state.clock,
        "problems": [problem.as_json() for problem in state.problems],
    }


def _everything(state: "FleetState") -> "FleetChangesResult":
    added: list[FleetEvent] = []
    for each in state.readable:
        index = each.snapshot.index
        added += _rows(each.name, events_between(Index(), index, index.artifacts.keys())[0])
    return {
        "fresh": True,
        "repositories": [each.name for each in state.repositories],
        "artifacts": [name for each in state.readable for name in each.rows],
        "events": {"added": added, "removed": []},
        "clock": state.clock,
        "problems": [problem.as_json() for problem in state.problems],
    }


def _rows(name: str, events: "Iterable[Event]") -> "list[FleetEvent]":
    return [cast("FleetEvent", {**row, "repository": name}) for row in rows(events)]


METHOD = LiveFleetQuery(
    name="gto/fleet/changes",
    summary="List what changed in the repositories of a fleet since a clock.",
    params=FleetChangesParams,
    answer=_answer,
)
