"""`gto/changes`: the changes since a clock."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import ChangesResult


class ChangesParams(RepositoryParams):
    """The clock to start from."""

    since: str = Field(description="The `clock` of an earlier result or notification.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: ChangesParams) -> "ChangesResult":
    # The clock changes only in the git thread, which this runs in, so both values belong together.
    return {**snapshot.stated(), "clock": worktree.status()["clock"], **worktree.changes(params.since)}


METHOD = WorktreeQuery(
    name="gto/changes",
    summary="List the changes since a clock.",
    params=ChangesParams,
    answer=_answer,
)
