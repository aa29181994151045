"""`gto/retire`: the daemon leaves its place to a newer one, and takes nothing from anybody."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import Example, SessionQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context


class RetireParams(Params):
    """For whom."""

    version: str = Field(description="Version of the gtod that takes over, for the log.")


class RetireResult(Result):
    """Another daemon can serve from now on; this one goes on for the sessions that it has, and ends with the last."""

    pid: int = Field(description="The process that retires.")


def _answer(context: "Context", params: RetireParams) -> dict[str, Any]:
    if not context.trusted:
        raise RegistryError(
            "Untrusted",
            "An untrusted session does not have the daemon of others retire",
            hint="Run `gtod restart` in a terminal.",
        )
    context.process.retire(f"gtod {params.version} takes over", version=params.version)
    return {"pid": context.process.info.pid}


METHOD = SessionQuery(
    name="gto/retire",
    summary="Leave the place to another daemon: what a newer one asks of an older one.",
    params=RetireParams,
    result=RetireResult,
    errors=("Untrusted",),
    answer=_answer,
    example=Example(params={"version": "0.2.0"}, result={"pid": 4711}),
)
