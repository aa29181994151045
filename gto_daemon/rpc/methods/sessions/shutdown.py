"""`gto/shutdown`: the daemon ends."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.handlers import Example, SessionQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result

if TYPE_CHECKING:
    from gto_daemon.rpc.context import Context


class ShutdownParams(Params):
    """Why."""

    reason: str | None = Field(None, description="For the log.")


class ShutdownResult(Result):
    """The daemon ends once this is answered. What was sent before is answered too, or given up after 5 s."""

    pid: int = Field(description="The process that ends.")


def _answer(context: "Context", params: ShutdownParams) -> dict[str, Any]:
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
    summary="End the daemon, gracefully.",
    params=ShutdownParams,
    result=ShutdownResult,
    errors=("Untrusted",),
    answer=_answer,
    example=Example(params={}, result={"pid": 4711}),
)
