"""`gto/why`: how a stage came to hold what it holds."""

from typing import Any

from pydantic import Field

from gto_daemon.registry.queries.why import why
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import HistoryRow, RepositoryResult


class WhyParams(RepositoryParams):
    """The stage."""

    name: str = Field(description="The artifact.")
    stage: str


class ChainLink(HistoryRow):
    """An event, and what it did to the stage."""

    before: str | None = Field(description="The version that held the stage before it.")
    after: str | None = Field(description="The version that held it then.")
    effect: str = Field(description="In words.")


class WhyResult(RepositoryResult):
    """The events that decided on the stage, oldest first."""

    name: str
    stage: str
    holds: list[str] = Field(description="The versions in it now, by the default rules of `gto/show`.")
    since: str | None = Field(description="Since when; null while it is empty.")
    chain: list[ChainLink]
    reason: str = Field(description="The whole of it in a sentence.")


def _answer(snapshot: Snapshot, params: WhyParams) -> dict[str, Any]:
    return why(snapshot, params.name, params.stage)


def _size(snapshot: Snapshot, params: WhyParams) -> int:
    # Every event of the stage folds the ones before it.
    return 100 * len(snapshot.index.refs.get(params.name, ()))


METHOD = SnapshotQuery(
    name="gto/why",
    summary="Tell how a stage came to hold what it holds.",
    params=WhyParams,
    result=WhyResult,
    errors=("ArtifactNotFound",),
    answer=_answer,
    size=_size,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "stage": "prod"},
        result={
            "name": "churn",
            "stage": "prod",
            "holds": ["v3.0.0"],
            "since": "2026-05-31T12:00:00+00:00",
            "chain": [
                {
                    "timestamp": "2026-05-31T12:00:00+00:00",
                    "artifact": "churn",
                    "event": "assignment",
                    "priority": 5,
                    "version": "v3.0.0",
                    "stage": "prod",
                    "commit": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
                    "author": "Ann Author",
                    "author_email": "ann@example.com",
                    "message": "Assigning stage prod to artifact churn version v3.0.0",
                    "ref": "churn#prod#3",
                    "before": None,
                    "after": "v3.0.0",
                    "effect": "v3.0.0 came into prod",
                }
            ],
            "reason": "v3.0.0 holds 'prod', put there by Ann Author with churn#prod#3 at 2026-05-31T12:00:00+00:00.",
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
