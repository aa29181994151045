"""`gto/fetch`: bring tags from a remote."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.remotes.syncing import chosen_remote, fetch_missing
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.remote_params import REFUSALS, RemoteParams

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import FetchResult


class FetchParams(RemoteParams):
    """The tags."""

    tags: list[str] | None = Field(None, description="By default all of GTO's that only the remote has.")
    dry_run: bool = Field(False, description="Only tell what would be fetched.")


def _perform(acting: ActContext, params: FetchParams) -> "FetchResult":
    remote = chosen_remote(acting, params.remote, push=False)
    fetched = fetch_missing(acting, remote, params.tags, dry_run=params.dry_run)
    stated = acting.fresh().stated()
    result: FetchResult = {
        "remote": fetched.remote,
        "tags": fetched.tags,
        "repo": acting.worktree.repo,
        "clock": stated["clock"],
        "problems": stated["problems"],
    }
    if fetched.hint is not None:
        result["hint"] = fetched.hint
    return result


METHOD = Act(
    name="gto/fetch",
    summary="Bring tags from a remote; none that is here is overwritten.",
    params=FetchParams,
    errors=REFUSALS,
    perform=_perform,
)
