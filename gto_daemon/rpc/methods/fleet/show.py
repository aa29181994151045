"""`gto/fleet/show`: the artifacts of all repositories of a fleet."""

from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.rules.globs import matches
from gto_daemon.rpc.schema.params import FleetParams
from gto_daemon.rpc.wider_handlers import FleetSnapshotQuery

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.state import FleetState, RepositoryRows
    from gto_daemon.protocol.fleet import FleetArtifact, FleetShowResult


class FleetShowParams(FleetParams):
    """What to show."""

    stage: str | None = Field(None, description="Show only artifacts with a version in this stage.")
    artifact: str | None = Field(
        None,
        max_length=256,
        description="Show only artifacts whose name, or `repository/artifact`, matches this glob. `*` stops at `/` and "
        "`:`, and `**` crosses them.",
    )


def matches_artifact(glob: str, repository: str, artifact: str) -> bool:
    """Return whether an artifact of a fleet is meant by a glob."""
    return matches(glob, artifact) or matches(glob, f"{repository}/{artifact}")


def _is_meant(row: "FleetArtifact", params: FleetShowParams) -> bool:
    return (params.stage is None or row["stage"].get(params.stage) is not None) and (
        params.artifact is None or matches_artifact(params.artifact, row["repository"], row["artifact"])
    )


def _rows(repository: "RepositoryRows", params: FleetShowParams) -> "dict[str, FleetArtifact]":
    if params.stage is None and params.artifact is None:
        return {**repository.rows}
    return {name: row for name, row in repository.rows.items() if _is_meant(row, params)}


def _answer(state: "FleetState", params: FleetShowParams) -> "FleetShowResult":
    return {
        "artifacts": {name: row for each in state.readable for name, row in _rows(each, params).items()},
        "repositories": [each.as_json() for each in state.repositories],
        "clock": state.clock,
        "problems": [each.as_json() for each in state.problems],
    }


METHOD = FleetSnapshotQuery(
    name="gto/fleet/show",
    summary="Show the artifacts of all repositories of a fleet.",
    params=FleetShowParams,
    answer=_answer,
    rows=_rows,
)
