"""`gto/fleet/subscribe`: get the changes of a fleet as `gto/fleet/didChange` notifications."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.protocol import EventKind
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.subscriptions import FleetFilter
from gto_daemon.rpc.wider_handlers import LiveFleetQuery

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState
    from gto_daemon.protocol.fleet import FleetSubscribeResult
    from gto_daemon.rpc.context import Context


class FleetSubscribeParams(FleetParams):
    """The changes to be notified of. A member that is left out restricts nothing."""

    artifacts: list[str] | None = Field(
        None,
        max_length=100,
        description="Notify only of changes of artifacts whose name, or `repository/artifact`, matches one of these "
        "globs.",
    )
    stages: list[str] | None = Field(None, description="Notify only of events of these stages.")
    events: list[EventKind] | None = Field(None, description="Notify only of events of these kinds.")


async def _answer(context: "Context", _state: "FleetState", params: FleetSubscribeParams) -> "FleetSubscribeResult":
    wanted = FleetFilter(
        None if params.artifacts is None else tuple(params.artifacts),
        None if params.stages is None else frozenset(params.stages),
        None if params.events is None else frozenset(params.events),
    )
    subscription, state = await context.subscriptions.add(context.fleet(params), wanted)
    return {
        "subscription": subscription,
        "clock": state.clock,
        "problems": [problem.as_json() for problem in state.problems],
    }


METHOD = LiveFleetQuery(
    name="gto/fleet/subscribe",
    summary="Subscribe to the changes of a fleet; each is notified as `gto/fleet/didChange`.",
    params=FleetSubscribeParams,
    answer=_answer,
)
