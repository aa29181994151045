"""`gto/fleet/history`: the events of all repositories of a fleet."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from pydantic import Field

from gto_daemon.protocol import EventKind
from gto_daemon.registry.queries.history import history
from gto_daemon.rpc.methods.fleet.show import matches_artifact
from gto_daemon.rpc.schema.params import FleetParams, PageParams, Time
from gto_daemon.rpc.wider_handlers import FleetQuery

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState
    from gto_daemon.protocol.fleet import FleetEvent, FleetHistoryResult
    from gto_daemon.rpc.context import Context


class FleetHistoryParams(FleetParams, PageParams):
    """The events to list."""

    artifact: str | None = Field(
        None,
        max_length=256,
        description="List only events of artifacts whose name, or `repository/artifact`, matches this glob.",
    )
    ascending: bool = Field(False, description="List the oldest event first.")
    stage: str | None = Field(None, description="List only events of this stage.")
    event: EventKind | None = Field(None, description="List only events of this kind.")
    author: str | None = Field(None, description="List only events whose author has this name or e-mail address.")
    since: Time | None = Field(None, description="List only events at or after this time.")
    until: Time | None = Field(None, description="List only events at or before this time.")


def _events(state: "FleetState", params: FleetHistoryParams) -> "FleetHistoryResult":
    events: list[FleetEvent] = []
    for each in state.readable:
        found = history(
            each.snapshot,
            ascending=params.ascending,
            stage=params.stage,
            event=params.event,
            author=params.author,
            since=params.since,
            until=params.until,
        )
        events += (
            cast("FleetEvent", {**row, "repository": each.name})
            for row in found
            if params.artifact is None or matches_artifact(params.artifact, each.name, row["artifact"])
        )
    # Each repository's are in order, and stay so within a second.
    events.sort(key=lambda event: datetime.fromisoformat(event["timestamp"]), reverse=not params.ascending)
    answer: FleetHistoryResult = {
        "events": [],
        "clock": state.clock,
        "problems": [problem.as_json() for problem in state.problems],
    }
    answer["events"] = [*params.page(events, state.clock or "none", answer)]
    return answer


async def _answer(context: "Context", state: "FleetState", params: FleetHistoryParams) -> "FleetHistoryResult":
    return await context.runner.beside(lambda: _events(state, params))


METHOD = FleetQuery(
    name="gto/fleet/history",
    summary="List the events of all repositories of a fleet.",
    params=FleetHistoryParams,
    errors=("WrongArgs", "RegistryChanged"),
    answer=_answer,
)
