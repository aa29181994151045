"""`gto/show`: the registry, or the versions of one artifact."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.queries.absence import why_nothing_is_shown
from gto_daemon.registry.queries.show import show_registry, show_versions
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_choice, parse_shortcut
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import PageParams, SignatureParams, ViewParams

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.daemon.queries.signatures import SignedEvent
    from gto_daemon.protocol.registry import ShowAnswer


class ShowParams(ViewParams, SignatureParams, PageParams):
    """What to show and how."""

    name: str | None = Field(
        None,
        description="An artifact, or `a@latest`, `a@greatest`, `a@v1.2.3`, `a#stage`, or `a@max:KEY` or `a@min:KEY` "
        "for the version with the greatest or least value of a metric. By default the whole registry.",
    )
    registered_only: bool = Field(False, description="Show only the stages of registered versions.")
    deprecated: bool = Field(False, description="Include deprecated artifacts and deregistered versions.")
    assignments_per_version: int = Field(-1, description="The maximum number of stages per version; -1 for all.")
    versions_per_stage: int = Field(1, description="The maximum number of versions per stage; -1 for all.")
    sort: Literal["timestamp", "semver"] = Field(
        "timestamp",
        description="What decides which version holds a stage: the newest assignment, or the greatest version.",
    )
    metrics: list[str] | None = Field(
        None,
        description="Include these metrics of each version: keys such as `metrics.json:auc`, or `auc` for short; `*` "
        "and `?` are wildcards, and an empty list is all.",
    )


def _answer(snapshot: Snapshot, params: ShowParams) -> "ShowAnswer":
    options: dict[str, Any] = {
        "registered_only": params.registered_only,
        "deprecated": params.deprecated,
        "assignments_per_version": params.assignments_per_version,
        "versions_per_stage": params.versions_per_stage,
        "sort": params.sort,
    }
    if params.signatures and params.name is None:
        raise RegistryError(
            "WrongArgs",
            "The rows of the registry are no events, and have no signatures",
            hint="Name an artifact, or ask for the history.",
        )
    if params.metrics is not None and params.name is None:
        raise RegistryError(
            "WrongArgs",
            "Only versions have metrics, and the rows of the registry are none",
            hint="Name an artifact, or ask for the metrics of all of them.",
        )
    answer: ShowAnswer = {}
    if params.name is None:
        rows = show_registry(snapshot, **options)
        answer["artifacts"] = {name: rows[name] for name in params.page(list(rows), snapshot.clock, answer)}
        shown = len(rows)
    else:
        versions = show_versions(snapshot, params.name, **options)
        answer["versions"] = [*params.page(versions, snapshot.clock, answer)]
        shown = len(versions)
    if not shown:
        answer["reason"] = why_nothing_is_shown(snapshot, params.name)
    params.add_note(answer)
    return answer


def _with_metrics(worktree: "Worktree", snapshot: Snapshot, params: ShowParams) -> "ShowAnswer":
    from gto_daemon.daemon.queries.best import without_choice  # noqa: PLC0415  (most questions are about no numbers)
    from gto_daemon.daemon.queries.evidence import add_metrics  # noqa: PLC0415

    name, _, problems = without_choice(worktree, snapshot, params.name or "")
    answer = _answer(snapshot, params.model_copy(update={"name": name or None}))
    if params.metrics is not None:
        problems += add_metrics(worktree, snapshot, answer.get("versions") or [], params.metrics)
    return cast("ShowAnswer", {**answer, **snapshot.stated(problems)})


def _reads_commits(params: ShowParams) -> bool:
    return params.metrics is not None or (params.name is not None and is_choice(params.name))


def _events(answer: "ShowAnswer") -> "Iterator[SignedEvent]":
    for version in answer.get("versions") or ():
        stages = (stage[kind] for stage in version["stages"] for kind in ("assignments", "unassignments"))
        for events in (version["registrations"], version["deregistrations"], *stages):
            for event in events:
                yield event["artifact"], event["tag"], partial(event.__setitem__, "signature")


def _size(snapshot: Snapshot, params: ShowParams) -> int:
    if params.name is None:
        return snapshot.index.tags
    return len(snapshot.index.refs.get(parse_shortcut(params.name).artifact, ()))


METHOD = SnapshotQuery(
    name="gto/show",
    summary="Show the registry, or the versions of one artifact, as `gto show --json`.",
    params=ShowParams,
    errors=("ArtifactNotFound", "WrongArgs", "VersionRequired", "AmbiguousKey", "NoSuchKey", "RegistryChanged"),
    answer=_answer,
    size=_size,
    events=_events,
    from_commits=_with_metrics,
    reads_commits=_reads_commits,
)
