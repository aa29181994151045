"""`gto/push`: send tags to a remote."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.remotes.push_size import push_size
from gto_daemon.daemon.remotes.pushing import push_missing
from gto_daemon.daemon.remotes.syncing import chosen_remote
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.act_params import PushSizeParams
from gto_daemon.rpc.schema.remote_params import REFUSALS, RemoteParams

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import PushResult


class PushParams(RemoteParams, PushSizeParams):
    """The tags to push."""

    tags: list[str] | None = Field(
        None,
        description="The tags to push. By default GTO's tags that the remote lacks, except those deleted there.",
    )
    all: bool = Field(False, description="Include tags that were deleted at the remote.")
    delete: list[str] = Field(default_factory=list, description="The tags to delete on the remote.")
    dry_run: bool = Field(False, description="Only show what would be sent.")


def _perform(acting: ActContext, params: PushParams) -> "PushResult":
    tags = [] if params.tags is None and params.delete else params.tags
    remote = chosen_remote(acting, params.remote)
    size = push_size(acting.git, params.batch, atomic=params.atomic)
    pushed = push_missing(acting, remote, tags, params.delete, size, everything=params.all, dry_run=params.dry_run)
    return {**acting.fresh().stated(), "push": pushed, "repo": acting.worktree.repo}


METHOD = Act(
    name="gto/push",
    summary="Send tags to a remote, never by force.",
    params=PushParams,
    errors=(*REFUSALS, "TagNotFound"),
    perform=_perform,
)
