"""`gto/describe`: the annotation of an artifact."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import DescribeResult


class DescribeParams(RepositoryParams):
    """The artifact, and the commit."""

    name: str = Field(
        description="An artifact, or `a@latest`, `a@v1.2.3`, `a#stage` to read the commit of that version."
    )
    rev: str | None = Field(None, description="The commit, HEAD by default. It cannot be combined with `a@…` or `a#…`.")
    worktree: bool = Field(False, description="Read the files on disk instead of a commit.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: DescribeParams) -> "DescribeResult":
    found = describe(worktree, snapshot, params.name, params.rev, on_disk=params.worktree)
    stated = snapshot.stated(found.problems)
    result: DescribeResult = {
        "annotation": found.annotation,
        "location": found.location,
        "content": found.content,
        "root_path": found.root_path,
        "clock": stated["clock"],
        "problems": stated["problems"],
    }
    if found.reason is not None:
        result["reason"] = found.reason
    if found.hint is not None:
        result["hint"] = found.hint
    return result


def _on_disk(params: DescribeParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
    name="gto/describe",
    summary="Show the annotation of an artifact in artifacts.yaml or a dvc.yaml.",
    params=DescribeParams,
    errors=("ArtifactNotFound", "RefNotFound", "WrongArgs", "NotImplementedInGTO"),
    answer=_answer,
    on_disk=_on_disk,
)
