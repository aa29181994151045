"""`gto/at`: what is registered and assigned at a commit (requested in iterative/gto#312)."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.queries.at import at
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import AtResult


class AtParams(RepositoryParams):
    """The commit."""

    rev: str = Field("HEAD", description="Any revision that Git resolves to a commit.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: AtParams) -> "AtResult":
    return at(snapshot, worktree.resolve(params.rev))


METHOD = WorktreeQuery(
    name="gto/at",
    summary="Show what is registered and assigned at a commit.",
    params=AtParams,
    errors=("RefNotFound",),
    answer=_answer,
)
