"""`gto/printState`: the whole state, nothing filtered and nothing derived."""

from typing import Any

from pydantic import Field

from gto_daemon.registry.queries.state import print_state
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import CommitEvent, RepositoryResult, Shape, TagEvent


class PrintStateParams(RepositoryParams):
    """The repository."""


class StateStage(Shape):
    """A stage of a version, with all its events."""

    artifact: str
    commit_hexsha: str
    version: str
    stage: str
    assignments: list[TagEvent]
    unassignments: list[TagEvent]


class StateVersion(Shape):
    """A version, with all its events."""

    artifact: str
    commit_hexsha: str
    version: str
    enrichments: list[CommitEvent]
    registrations: list[TagEvent]
    deregistrations: list[TagEvent]
    stages: dict[str, StateStage]


class StateArtifact(Shape):
    """An artifact, with all its versions."""

    artifact: str
    versions: list[StateVersion]
    creations: list[TagEvent] = Field(description="Always empty: GTO reserves it.")
    deprecations: list[TagEvent]


class PrintStateResult(RepositoryResult):
    """What `gto print-state` prints."""

    artifacts: dict[str, StateArtifact]


def _answer(snapshot: Snapshot, _params: PrintStateParams) -> dict[str, Any]:
    return print_state(snapshot)


def _size(snapshot: Snapshot, _params: PrintStateParams) -> int:
    return snapshot.index.tags


METHOD = SnapshotQuery(
    name="gto/printState",
    summary="Print the whole state, as `gto print-state`.",
    params=PrintStateParams,
    result=PrintStateResult,
    answer=_answer,
    size=_size,
    hidden=True,
    example=Example(
        params={"repo": "/home/ann/registry"}, result={"artifacts": {}, "clock": "5f0c2a:1:0", "problems": []}
    ),
)
