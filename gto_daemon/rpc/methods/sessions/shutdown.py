"""`gto/shutdown`: stop the daemon."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import SessionQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import ShutdownResult
    from gto_daemon.rpc.context import Context


class ShutdownParams(Params):
    """The reason."""

    reason: str | None = Field(None, description="The reason, for the log.")


def _answer(context: "Context", params: ShutdownParams) -> "ShutdownResult":
    if not context.trusted:
        raise RegistryError(
            "Untrusted",
            "An untrusted session does not end the daemon of others",
            hint="Run `gtod stop` in a terminal.",
        )
    context.process.request_shutdown(params.reason or "a client asked for it")
    return {"pid": context.process.info.pid}


METHOD = SessionQuery(
    name="gto/shutdown",
    summary="Stop the daemon gracefully.",
    params=ShutdownParams,
    errors=("Untrusted",),
    answer=_answer,
)
