"""`gto/metrics` and `gto/params`: what the commits of versions say."""

from typing import TYPE_CHECKING, cast

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.best import without_choices
from gto_daemon.daemon.queries.evidence import Asked, Kind, asked_rows, values_answer
from gto_daemon.daemon.queries.known_names import artifact_named
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import CHOOSING
from gto_daemon.rpc.handlers import Method, WorktreeQuery
from gto_daemon.rpc.schema.params import AsOfParams, PageParams

if TYPE_CHECKING:
    from gto_daemon.protocol.evidence import MetricsResult


class ValuesParams(AsOfParams, PageParams):
    """The versions and the keys to show, and what to compare with."""

    name: str | None = Field(None, description="The artifact: `model` or `some/dir:model`. By default all of them.")
    versions: list[str] | None = Field(
        None,
        description="The versions: `v1.2.3`, `latest`, `#stage`, `max:KEY` or `min:KEY`. By default all active ones.",
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


def _named(
    worktree: Worktree, snapshot: Snapshot, params: ValuesParams
) -> tuple[list[str] | None, str | None, list[Problem]]:
    """Return the versions and what they are compared with, each `max:KEY` as the version that it chooses."""
    versions, against = params.versions, params.against
    if params.name is None or not any(
        text.startswith(CHOOSING) for text in (*(versions or ()), *filter(None, [against]))
    ):
        return versions, against, []
    name, artifact = artifact_named(worktree, snapshot, params.name)
    texts = [*(versions or ()), *([against] if against is not None else [])]
    names, problems = without_choices(worktree, snapshot, name, artifact, texts)
    return (
        None if versions is None else names[: len(versions)],
        None if against is None else names[-1],
        problems,
    )


class MetricsParams(ValuesParams):
    """The versions and the metrics to show, and what to compare with."""


class ParamsParams(ValuesParams):
    """The versions and the params to show, and what to compare with."""


def _method(kind: Kind, summary: str, model: type[ValuesParams]) -> Method:
    def answer(worktree: Worktree, snapshot: Snapshot, params: ValuesParams) -> "MetricsResult":
        seen = view(worktree, snapshot, View(as_of=params.as_of))
        versions, against, unread = _named(worktree, seen, params)
        asked = Asked(kind, params.name, versions, params.deprecated, params.keys, against)
        rows = asked_rows(worktree, seen, asked)
        result = cast("MetricsResult", {})
        page = params.page(rows, snapshot.clock, result)
        found, problems = values_answer(worktree, seen, asked, page)
        result.update({**seen.stated([*unread, *problems]), **found, "total": len(rows)})
        params.add_note(result)
        return result

    return WorktreeQuery(
        name=f"gto/{kind}",
        summary=summary,
        params=model,
        errors=("ArtifactNotFound", "VersionRequired", "AmbiguousKey", "NoSuchKey", "WrongArgs", "RegistryChanged"),
        answer=answer,
    )


METHODS = {
    "gto/metrics": _method(
        "metrics", "Show the metrics of versions, each compared with another version.", MetricsParams
    ),
    "gto/params": _method("params", "Show the params of versions, each compared with another version.", ParamsParams),
}
