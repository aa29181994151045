"""`gto/stages`: the stages that are allowed, or in use."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.queries.absence import why_no_stages
from gto_daemon.registry.queries.stages import stages
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import StagesAnswer


class StagesParams(RepositoryParams):
    """The stages to list; by default the columns of `gto/show`."""

    allowed: bool = Field(False, description="List the stages that the configuration allows.")
    used: bool = Field(False, description="List the stages that have a version.")


def _answer(snapshot: Snapshot, params: StagesParams) -> "StagesAnswer":
    found = stages(snapshot, allowed=params.allowed, used=params.used)
    if not found["stages"]:
        found["reason"] = why_no_stages(snapshot, allowed=params.allowed)
    return found


def _size(snapshot: Snapshot, _params: StagesParams) -> int:
    return snapshot.index.tags


METHOD = SnapshotQuery(
    name="gto/stages",
    summary="List the stages that are allowed or in use, as `gto stages --json`.",
    params=StagesParams,
    errors=("WrongArgs",),
    answer=_answer,
    size=_size,
)
