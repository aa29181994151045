"""`gto/sinks/…`: where events are sent, how far each sink is, and what to send again."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.schema.params import Params, Time
from gto_daemon.rpc.wider_handlers import DaemonAct, DaemonQuery

if TYPE_CHECKING:
    from gto_daemon.daemon.sinks.sinks import Sinks
    from gto_daemon.protocol.sinks import DeliveriesResult, ReplayResult, SinksResult, SinkTestResult
    from gto_daemon.rpc.context import Context


class SinksListParams(Params):
    """Nothing."""


class SinksTestParams(Params):
    """The sink."""

    sink: str = Field(max_length=256, description="The name of the sink in fleet.yaml.")


class SinksDeliveriesParams(Params):
    """The deliveries to list."""

    sink: str | None = Field(None, max_length=256, description="List only deliveries to this sink.")
    state: Literal["pending", "delivered", "dead"] | None = Field(
        None, description="List only these: on their way, arrived, or given up."
    )
    limit: int = Field(100, ge=1, le=10_000, description="List at most so many.")


class SinksReplayParams(SinksTestParams):
    """What to send again."""

    since: Time | None = Field(
        None,
        description="Send what the tags say that were made at or after this time, whether it was sent before or not. "
        "By default, send what was given up.",
    )


def _sinks(context: "Context") -> "Sinks":
    if context.process.sinks is None:
        raise RegistryError("DaemonRequired", "Events are sent by the daemon only", hint="Ask it over its socket.")
    return context.process.sinks


async def _list(context: "Context", _params: SinksListParams) -> "SinksResult":
    return await _sinks(context).rows()


async def _test(context: "Context", params: SinksTestParams) -> "SinkTestResult":
    return await _sinks(context).test(params.sink)


async def _deliveries(context: "Context", params: SinksDeliveriesParams) -> "DeliveriesResult":
    return await _sinks(context).deliveries(params.sink, params.state, params.limit)


async def _replay(context: "Context", params: SinksReplayParams) -> "ReplayResult":
    since = None if params.since is None else int(params.since)
    return await _sinks(context).replay(params.sink, since)


METHODS = {
    "gto/sinks/list": DaemonQuery(
        name="gto/sinks/list",
        summary="List the sinks of the user's fleet, and how far each is.",
        params=SinksListParams,
        errors=("DaemonRequired",),
        answer=_list,
    ),
    "gto/sinks/test": DaemonAct(
        name="gto/sinks/test",
        summary="Send a sink an event of type `dev.gtod.test.v1`.",
        params=SinksTestParams,
        errors=("DaemonRequired", "SinkNotFound"),
        answer=_test,
    ),
    "gto/sinks/deliveries": DaemonQuery(
        name="gto/sinks/deliveries",
        summary="List events that are on their way, arrived, or were given up.",
        params=SinksDeliveriesParams,
        errors=("DaemonRequired", "SinkNotFound", "OutboxUnusable"),
        answer=_deliveries,
    ),
    "gto/sinks/replay": DaemonAct(
        name="gto/sinks/replay",
        summary="Send events again: those given up, or all since a time.",
        params=SinksReplayParams,
        errors=("DaemonRequired", "SinkNotFound", "OutboxUnusable"),
        answer=_replay,
    ),
}
