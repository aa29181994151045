"""`gto/stages`: the stages that are allowed, or in use."""

from typing import Any

from pydantic import Field

from gto_daemon.registry.queries.absence import why_no_stages
from gto_daemon.registry.queries.stages import stages
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import RepositoryResult


class StagesParams(RepositoryParams):
    """The stages. Without either member: the columns of `gto/show`."""

    allowed: bool = Field(False, description="Those that the configuration allows.")
    used: bool = Field(False, description="Those that some version is in.")


class StagesResult(RepositoryResult):
    """Exactly what `gto stages --json` prints."""

    stages: list[str] | None = Field(description="Null for `allowed` where no configuration restricts them.")
    reason: str | None = Field(None, description="Where there is none: why.")


def _answer(snapshot: Snapshot, params: StagesParams) -> dict[str, Any]:
    found = stages(snapshot, allowed=params.allowed, used=params.used)
    if found["stages"]:
        return found
    return {**found, "reason": why_no_stages(snapshot, allowed=params.allowed)}


def _size(snapshot: Snapshot, _params: StagesParams) -> int:
    return snapshot.index.tags


METHOD = SnapshotQuery(
    name="gto/stages",
    summary="List the stages that are allowed or in use, as `gto stages --json`.",
    params=StagesParams,
    result=StagesResult,
    errors=("WrongArgs",),
    answer=_answer,
    size=_size,
    example=Example(
        params={"repo": "/home/ann/registry", "used": True},
        result={"stages": ["dev", "prod", "staging"], "clock": "5f0c2a:1:42", "problems": []},
    ),
)
