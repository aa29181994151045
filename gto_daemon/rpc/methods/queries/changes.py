"""`gto/changes`: what came and went since a clock."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import Events, RepositoryResult


class ChangesParams(RepositoryParams):
    """Since when."""

    since: str = Field(description="The `clock` of an earlier answer or notification.")


class ChangesResult(RepositoryResult):
    """What changed, squashed: what came and went again is in neither list."""

    fresh: bool = Field(description="The clock is unknown or too old; everything there is comes as added.")
    artifacts: list[str] = Field(description="Whose content changed, for whatever reason.")
    events: Events


def _answer(worktree: Worktree, _snapshot: Snapshot, params: ChangesParams) -> dict[str, Any]:
    # The git thread is where the clock moves, so here it stands still between the two.
    return {"clock": worktree.status()["clock"], **worktree.changes(params.since)}


METHOD = WorktreeQuery(
    name="gto/changes",
    summary="Tell what came and went since a clock.",
    params=ChangesParams,
    result=ChangesResult,
    answer=_answer,
    example=Example(
        params={"repo": "/home/ann/registry", "since": "5f0c2a:1:41"},
        result={
            "clock": "5f0c2a:1:42",
            "fresh": False,
            "artifacts": ["churn"],
            "events": {"added": [], "removed": []},
            "problems": [],
        },
    ),
)
