"""`gto/tree`: everything that a sidebar shows of a registry, in one result."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import homes
from gto_daemon.daemon.remotes.syncing import unpushed_tags
from gto_daemon.registry.queries.tree import tree
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.artifacts import TreeResult


class TreeParams(RepositoryParams):
    """What to show."""

    worktree: bool = Field(False, description="Read annotations from the files on disk instead of HEAD.")
    deprecated: bool = Field(False, description="Include deprecated artifacts.")
    remote: str | None = Field(
        None, description="The remote that `unpushed` is about; by default the remote that git pushes to."
    )


def _answer(worktree: Worktree, snapshot: Snapshot, params: TreeParams) -> "TreeResult":
    described, noticed = homes(worktree, snapshot, on_disk=params.worktree)
    remote = params.remote or worktree.default_remote(push=True)
    missing = unpushed_tags(worktree.repository, snapshot, remote)
    rows, hidden = tree(snapshot, described, problems=noticed, deprecated=params.deprecated, unpushed=missing)
    return {
        **snapshot.stated(noticed),
        "artifacts": rows,
        "hidden": hidden,
        "remote": remote,
        "remotes": worktree.repository.reader.remotes(),
    }


def _on_disk(params: TreeParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
    name="gto/tree",
    summary="Show every artifact with its state, as a sidebar needs it.",
    params=TreeParams,
    answer=_answer,
    on_disk=_on_disk,
)
