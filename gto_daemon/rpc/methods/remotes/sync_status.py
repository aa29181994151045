"""`gto/syncStatus`: which tags are only here, only on the remote, or different."""

from typing import Any, Literal

from pydantic import Field

from gto_daemon.daemon.remotes.syncing import chosen_remote, sync_status
from gto_daemon.daemon.task_context import Acting
from gto_daemon.rpc.handlers import Act, Example
from gto_daemon.rpc.schema.remote_shapes import REFUSALS, RemoteParams
from gto_daemon.rpc.schema.results import RepositoryResult, Shape


class SyncStatusParams(RemoteParams):
    """How to find out."""

    refresh: bool = Field(False, description="Ask the remote now, in place of what it said when it was last asked.")
    all: bool = Field(False, description="Tags that are the same too.")


class SyncedTag(Shape):
    """How one tag compares."""

    tag: str
    artifact: str
    status: Literal["local only", "remote only", "same", "different", "deleted at remote", "unknown"]
    local_oid: str | None = Field(description="What it points at here; null where it is not.")
    remote_oid: str | None = Field(description="What it points at there.")


class SyncStatusResult(RepositoryResult):
    """How the tags compare. `deleted at remote`: it had that very tag. `unknown`: it was never asked."""

    remote: str
    asked_at: str | None = Field(description="RFC 3339; null if the remote was never asked.")
    counts: dict[str, int] = Field(description="How many tags of each status there are.")
    tags: list[SyncedTag]
    hint: str | None = Field(None, description="What to do about tags that were deleted at the remote.")


def _perform(acting: Acting, params: SyncStatusParams) -> dict[str, Any]:
    snapshot = acting.fresh()
    remote = chosen_remote(acting, params.remote)
    told = sync_status(acting, snapshot, remote, refresh=params.refresh, everything=params.all)
    return {**told, "clock": snapshot.clock, "problems": [problem.as_json() for problem in snapshot.problems]}


METHOD = Act(
    name="gto/syncStatus",
    summary="Compare the tags here with those of a remote.",
    params=SyncStatusParams,
    result=SyncStatusResult,
    errors=REFUSALS,
    perform=_perform,
    example=Example(
        params={"repo": "/home/ann/registry", "refresh": True},
        result={
            "remote": "origin",
            "asked_at": "2026-05-31T12:00:00+00:00",
            "counts": {"same": 41, "local only": 1},
            "tags": [
                {
                    "tag": "churn#prod#5",
                    "artifact": "churn",
                    "status": "local only",
                    "local_oid": "c5a1e2f9d1b0c6d3a1fb0c6f4ac7a7a2f9d3b4e1",
                    "remote_oid": None,
                }
            ],
            "clock": "5f0c2a:1:43",
            "problems": [],
        },
    ),
)
