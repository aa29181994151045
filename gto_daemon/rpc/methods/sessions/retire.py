"""`gto/retire`: let another daemon take over, without disturbing open sessions."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import SessionQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import RetireResult
    from gto_daemon.rpc.context import Context


class RetireParams(Params):
    """The daemon that takes over."""

    version: str = Field(description="The version of the gtod that takes over, for the log.")


def _answer(context: "Context", params: RetireParams) -> "RetireResult":
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
    summary="Let another daemon take over: a newer daemon asks this of an older one.",
    params=RetireParams,
    errors=("Untrusted",),
    answer=_answer,
)
