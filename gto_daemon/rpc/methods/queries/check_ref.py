"""`gto/checkRef`: what a tag did."""

from typing import Any

from pydantic import Field

from gto_daemon.registry.queries.check_ref import check_ref
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import RepositoryResult, TagEvent


class CheckRefParams(RepositoryParams):
    """The tag."""

    ref: str = Field(description="A tag's name, short or with `refs/tags/`.")


class CheckRefResult(RepositoryResult):
    """Exactly what `gto check-ref --json` prints, or why there is nothing to print."""

    event: TagEvent | None
    reason: str | None = Field(None, description="Where `event` is null: why the ref is no event.")


def _answer(snapshot: Snapshot, params: CheckRefParams) -> dict[str, Any]:
    return check_ref(snapshot, params.ref)


METHOD = SnapshotQuery(
    name="gto/checkRef",
    summary="Tell what a tag did, as `gto check-ref --json`.",
    params=CheckRefParams,
    result=CheckRefResult,
    answer=_answer,
    example=Example(
        params={"repo": "/home/ann/registry", "ref": "churn#prod#3"},
        result={
            "event": {
                "artifact": "churn",
                "created_at": "2023-09-04T07:58:15+00:00",
                "author": "Ann Author",
                "author_email": "ann@example.com",
                "message": "Assigning stage prod to artifact churn version v3.0.0",
                "commit_hexsha": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
                "tag": "churn#prod#3",
                "version": "v3.0.0",
                "stage": "prod",
                "event": "assignment",
            },
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
