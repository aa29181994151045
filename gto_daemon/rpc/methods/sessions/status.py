"""`gto/status`: the state of the daemon and of a repository."""

from typing import TYPE_CHECKING

from gto_daemon.rpc.handlers import AsyncSessionQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.protocol.sessions import StatusResult
    from gto_daemon.rpc.context import Context


class StatusParams(RepositoryParams):
    """The repository whose state to include, if any."""


async def _answer(context: "Context", worktree: "Worktree | None", _params: StatusParams) -> "StatusResult":
    status = context.process.status()
    if worktree is not None:
        await worktree.fresh()
        status["repository"] = context.process.hub.status(worktree)
    return status


METHOD = AsyncSessionQuery(
    name="gto/status",
    summary="Show the state of the daemon and, with `repo`, of that repository.",
    params=StatusParams,
    answer=_answer,
    repository="asked",
)
