"""`gto/compare`: two versions of an artifact side by side."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.comparing import compare
from gto_daemon.daemon.queries.evidence import Kind
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import CompareResult


class CompareParams(RepositoryParams):
    """The sides to compare: each a version, `latest`, `#stage`, `max:KEY`, `min:KEY`, or any revision of a commit."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    left: str = Field(description="The left side, usually the older one.")
    right: str = Field(description="The right side, usually the newer one.")
    limit: int = Field(200, ge=1, description="The maximum number of commits in each list, and of files.")
    metrics: bool = Field(False, description="Compare the metrics too.")
    params: bool = Field(False, description="Compare the params too.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: CompareParams) -> "CompareResult":
    kinds: list[Kind] = [*(("metrics",) if params.metrics else ()), *(("params",) if params.params else ())]
    return compare(worktree, snapshot, params.name, params.left, params.right, params.limit, kinds)


METHOD = WorktreeQuery(
    name="gto/compare",
    summary="Compare two versions of an artifact.",
    params=CompareParams,
    errors=("ArtifactNotFound", "RefNotFound", "VersionRequired"),
    answer=_answer,
)
