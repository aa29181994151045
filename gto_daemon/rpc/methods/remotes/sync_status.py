"""`gto/syncStatus`: the tags that are only here, only on the remote, or different."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.remotes.syncing import chosen_remote, sync_status
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.remote_params import REFUSALS, RemoteParams

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import SyncStatusResult


class SyncStatusParams(RemoteParams):
    """What to compare."""

    refresh: bool = Field(False, description="Ask the remote now, instead of using its last known state.")
    all: bool = Field(False, description="Include tags that are the same on both sides.")


def _perform(acting: ActContext, params: SyncStatusParams) -> "SyncStatusResult":
    snapshot = acting.fresh()
    remote = chosen_remote(acting, params.remote)
    return sync_status(acting, snapshot, remote, refresh=params.refresh, everything=params.all)


METHOD = Act(
    name="gto/syncStatus",
    summary="Compare the local tags with the tags of a remote.",
    params=SyncStatusParams,
    errors=REFUSALS,
    perform=_perform,
)
