"""`gto/subscribe`: get changes as `gto/didChange` notifications."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.protocol import EventKind
from gto_daemon.rpc.handlers import AsyncSessionQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.subscriptions import Filter

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.protocol.sessions import SubscribeResult
    from gto_daemon.rpc.context import Context


class SubscribeParams(RepositoryParams):
    """The changes to be notified of. A member that is left out restricts nothing."""

    artifacts: list[str] | None = Field(None, description="Notify only of changes of these artifacts.")
    stages: list[str] | None = Field(None, description="Notify only of events of these stages.")
    events: list[EventKind] | None = Field(None, description="Notify only of events of these kinds.")


async def _answer(context: "Context", worktree: "Worktree | None", params: SubscribeParams) -> "SubscribeResult":
    if worktree is None:
        raise TypeError("a subscription is about a repository")
    wanted = Filter.of(params.artifacts, params.stages, params.events)
    subscription, snapshot = await context.subscriptions.add(worktree, wanted)
    return {
        "subscription": subscription,
        "clock": snapshot.clock,
        "problems": [problem.as_json() for problem in snapshot.problems],
    }


METHOD = AsyncSessionQuery(
    name="gto/subscribe",
    summary="Subscribe to the changes of a repository; each is notified as `gto/didChange`.",
    params=SubscribeParams,
    answer=_answer,
)
