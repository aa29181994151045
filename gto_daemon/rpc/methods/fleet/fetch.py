"""`gto/fleet/fetch`: look at the remotes of a fleet now."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.fleet.remote_source import RemoteSource
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.wider_handlers import FleetAct

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState
    from gto_daemon.protocol.fleet import FleetFetchResult, FleetLook
    from gto_daemon.rpc.context import Context

#: Remotes that a refusal names.
_MAX_NAMED = 10


class FleetFetchParams(FleetParams):
    """The remotes to look at."""

    name: str | None = Field(
        None, max_length=256, description="Look only at the repository of this name in the fleet; all by default."
    )


def _remotes(state: "FleetState", name: str | None) -> dict[str, RemoteSource]:
    remotes = {each.name: each.source for each in state.repositories if isinstance(each.source, RemoteSource)}
    if name is None:
        return remotes
    if name not in remotes:
        there = ", ".join(f"'{each}'" for each in [*remotes][:_MAX_NAMED])
        raise RegistryError(
            "WrongArgs",
            f"The fleet has no remote '{name}'",
            hint=f"There is: {there}." if remotes else "Its file names no repository by a 'url'.",
            reason="name",
        )
    return {name: remotes[name]}


async def _answer(context: "Context", state: "FleetState", params: FleetFetchParams) -> "FleetFetchResult":
    remotes = _remotes(state, params.name)
    looks = dict(zip(remotes, await context.runner.look_at([*remotes.values()]), strict=True))
    # What they have now, at a clock after it.
    after = await context.runner.fleet(context, params)
    repositories: list[FleetLook] = []
    for each in after.repositories:
        look = looks.get(each.name)
        if look is not None:
            row, tags, trouble = each.as_json(), look.tags, remotes[each.name].trouble()
            if trouble is not None:
                row["health"], row["message"] = "error" if row["seen"] is None else "warning", trouble
            repositories.append(
                {
                    **row,
                    "first": look.is_first,
                    "fetched": look.has_fetched,
                    "new": [*tags.new],
                    "moved": [*tags.moved],
                    "deleted": [*tags.deleted],
                }
            )
    return {
        "repositories": repositories,
        "clock": after.clock,
        "problems": [problem.as_json() for problem in after.problems],
    }


METHOD = FleetAct(
    name="gto/fleet/fetch",
    summary="Look at the remotes of a fleet now, fetch what is new, and return what was seen.",
    params=FleetFetchParams,
    errors=("WrongArgs",),
    answer=_answer,
)
