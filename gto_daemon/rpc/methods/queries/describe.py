"""`gto/describe`: the annotation of an artifact."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_choice
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import DescribeResult
    from gto_daemon.protocol.results import ChosenVersion


class DescribeParams(RepositoryParams):
    """The artifact, and the commit."""

    name: str = Field(
        description="An artifact, or `a@latest`, `a@v1.2.3`, `a#stage`, `a@max:KEY` or `a@min:KEY` to read the commit "
        "of that version."
    )
    rev: str | None = Field(None, description="The commit, HEAD by default. It cannot be combined with `a@…` or `a#…`.")
    worktree: bool = Field(False, description="Read the files on disk instead of a commit.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: DescribeParams) -> "DescribeResult":
    name, chosen, problems = _without_choice(worktree, snapshot, params.name)
    found = describe(worktree, snapshot, name, params.rev, on_disk=params.worktree)
    stated = snapshot.stated((*found.problems, *problems))
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
    if chosen is not None:
        result["chosen"] = chosen
    return result


def _without_choice(
    worktree: Worktree, snapshot: Snapshot, name: str
) -> "tuple[str, ChosenVersion | None, list[Problem]]":
    if not is_choice(name):
        return name, None, []
    from gto_daemon.daemon.queries.best import without_choice  # noqa: PLC0415  (most questions are about no numbers)

    return without_choice(worktree, snapshot, name)


def _on_disk(params: DescribeParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
    name="gto/describe",
    summary="Show the annotation of an artifact in artifacts.yaml or a dvc.yaml.",
    params=DescribeParams,
    errors=(
        "ArtifactNotFound",
        "RefNotFound",
        "WrongArgs",
        "NotImplementedInGTO",
        "VersionRequired",
        "AmbiguousKey",
        "NoSuchKey",
    ),
    answer=_answer,
    on_disk=_on_disk,
)
