"""`gto/fetch`: bring tags from a remote."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.remotes.syncing import chosen_remote, fetch_missing
from gto_daemon.daemon.task_context import Acting
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.schema.remote_shapes import REFUSALS, RemoteParams, SentTag
from gto_daemon.rpc.schema.results import ActedResult


class FetchParams(RemoteParams):
    """The tags."""

    tags: list[str] | None = Field(None, description="By default all of GTO's that only the remote has.")
    dry_run: bool = Field(False, description="Only tell what would be fetched.")


class FetchResult(ActedResult):
    """What came. A tag that is here already, differently, is not touched: `different`."""

    remote: str
    tags: list[SentTag]
    hint: str | None = Field(None, description="What to do about tags that were deleted at the remote.")


def _perform(acting: Acting, params: FetchParams) -> dict[str, Any]:
    remote = chosen_remote(acting, params.remote, push=False)
    fetched = fetch_missing(acting, remote, params.tags, dry_run=params.dry_run)
    after = acting.fresh()
    return {
        **fetched,
        "repo": acting.worktree.repo,
        "clock": after.clock,
        "problems": [problem.as_json() for problem in after.problems],
    }


METHOD = Act(
    name="gto/fetch",
    summary="Bring tags from a remote; none that is here is overwritten.",
    params=FetchParams,
    result=FetchResult,
    errors=REFUSALS,
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry"},
        result={
            "remote": "origin",
            "tags": [{"tag": "churn#prod#5", "status": "fetched"}],
            "repo": "/home/ann/registry",
            "clock": "5f0c2a:1:43",
            "problems": [],
        },
    ),
)
