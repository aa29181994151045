"""`gto/at`: what is registered and assigned at a commit (asked for in iterative/gto#312)."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.queries.absence import why_nothing_is_at
from gto_daemon.registry.queries.at import at
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import RepositoryResult, Shape


class AtParams(RepositoryParams):
    """The commit."""

    rev: str = Field("HEAD", description="Anything that Git resolves to a commit.")


class VersionAt(Shape):
    """A version on the commit."""

    artifact: str
    version: str
    active: bool = Field(description="Not deregistered.")
    ref: str


class StageAt(Shape):
    """A stage tag on the commit."""

    artifact: str
    version: str
    stage: str
    active: bool = Field(description="The version is in the stage now, by the rules of `gto/show`.")
    ref: str


class AtResult(RepositoryResult):
    """What is on the commit, in GTO's order."""

    commit: str = Field(description="What `rev` resolved to, hex digits.")
    versions: list[VersionAt]
    stages: list[StageAt]
    reason: str | None = Field(None, description="Where there is nothing on the commit: why.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: AtParams) -> dict[str, Any]:
    found = at(snapshot, worktree.resolve(params.rev))
    if found["versions"] or found["stages"]:
        return found
    return {**found, "reason": why_nothing_is_at(snapshot, found["commit"])}


METHOD = WorktreeQuery(
    name="gto/at",
    summary="Tell what is registered and assigned at a commit.",
    params=AtParams,
    result=AtResult,
    errors=("RefNotFound",),
    answer=_answer,
    example=Example(
        params={"repo": "/home/ann/registry", "rev": "HEAD~1"},
        result={
            "commit": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
            "versions": [{"artifact": "churn", "version": "v3.0.0", "active": True, "ref": "churn@v3.0.0"}],
            "stages": [
                {"artifact": "churn", "version": "v3.0.0", "stage": "prod", "active": True, "ref": "churn#prod#3"}
            ],
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
