"""`gto/repositories`: the repositories that the daemon has open."""

from typing import TYPE_CHECKING

from gto_daemon.rpc.handlers import SessionQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import RepositoriesResult
    from gto_daemon.rpc.context import Context


class RepositoriesParams(Params):
    """No params."""


def _answer(context: "Context", _params: RepositoriesParams) -> "RepositoriesResult":
    return {"repositories": context.process.hub.repositories()}


METHOD = SessionQuery(
    name="gto/repositories",
    summary="List the repositories that the daemon has open.",
    params=RepositoriesParams,
    answer=_answer,
)
