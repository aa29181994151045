"""`gto/fetch`: fetch tags from a remote."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.remotes.syncing import chosen_remote, fetch_missing
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.remote_params import REFUSALS, RemoteParams

if TYPE_CHECKING:
    from gto_daemon.protocol.remotes import FetchResult


class FetchParams(RemoteParams):
    """The tags to fetch."""

    tags: list[str] | None = Field(
        None, description="The tags to fetch. By default GTO's tags that only the remote has."
    )
    dry_run: bool = Field(False, description="Only show what would be fetched.")


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
    summary="Fetch tags from a remote, without overwriting any local tag.",
    params=FetchParams,
    errors=REFUSALS,
    perform=_perform,
)
