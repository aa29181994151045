"""`gto/metrics` and `gto/params`: what the commits of versions say."""

from typing import TYPE_CHECKING, cast

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.evidence import Asked, Kind, asked_rows, values_answer
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Method, WorktreeQuery
from gto_daemon.rpc.schema.params import AsOfParams, PageParams

if TYPE_CHECKING:
    from gto_daemon.protocol.evidence import MetricsResult


class ValuesParams(AsOfParams, PageParams):
    """The versions and the keys to show, and what to compare with."""

    name: str | None = Field(None, description="The artifact: `model` or `some/dir:model`. By default all of them.")
    versions: list[str] | None = Field(
        None, description="The versions: `v1.2.3`, `latest` or `#stage`. By default all that are active."
    )
    deprecated: bool = Field(False, description="Include deregistered versions.")
    keys: list[str] | None = Field(
        None,
        description="The keys, such as `metrics.json:auc`, or `auc` for short; `*` and `?` are wildcards. By default "
        "all.",
    )
    against: str | None = Field(
        None, description="The stage or version to compare with. By default the version before each."
    )


def _method(kind: Kind, summary: str) -> Method:
    def answer(worktree: Worktree, snapshot: Snapshot, params: ValuesParams) -> "MetricsResult":
        seen = view(worktree, snapshot, View(as_of=params.as_of))
        asked = Asked(kind, params.name, params.versions, params.deprecated, params.keys, params.against)
        rows = asked_rows(worktree, seen, asked)
        result = cast("MetricsResult", {})
        page = params.page(rows, snapshot.clock, result)
        found, problems = values_answer(worktree, seen, asked, page)
        result.update({**seen.stated(problems), **found, "total": len(rows)})
        params.add_note(result)
        return result

    return WorktreeQuery(
        name=f"gto/{kind}",
        summary=summary,
        params=ValuesParams,
        errors=("ArtifactNotFound", "VersionRequired", "NoSuchKey", "WrongArgs", "RegistryChanged"),
        answer=answer,
    )


METHODS = {
    "gto/metrics": _method("metrics", "Show the metrics of versions, each compared with another version."),
    "gto/params": _method("params", "Show the params of versions, each compared with another version."),
}
