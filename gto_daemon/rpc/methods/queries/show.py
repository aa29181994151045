"""`gto/show`: the registry, or the versions of one artifact."""

from collections.abc import Sized
from typing import Any, Literal

from pydantic import Field

from gto_daemon.daemon.queries.views import View
from gto_daemon.registry.queries.absence import why_nothing_is_shown
from gto_daemon.registry.queries.show import show_registry, show_versions
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_shortcut
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.paging import page
from gto_daemon.rpc.schema.params import PageParams, ViewParams
from gto_daemon.rpc.schema.requested_view import note_of, view_of
from gto_daemon.rpc.schema.results import ArtifactRow, RepositoryResult, Version


class ShowParams(ViewParams, PageParams):
    """What to show, and how."""

    name: str | None = Field(
        None, description="An artifact, or `a@latest`, `a@greatest`, `a@v1.2.3`, `a#stage`. Without it: the registry."
    )
    registered_only: bool = Field(False, description="Stages of registered versions only.")
    deprecated: bool = Field(False, description="Deprecated artifacts and deregistered versions too.")
    assignments_per_version: int = Field(-1, description="So many stages of each version; -1 for all.")
    versions_per_stage: int = Field(1, description="So many versions of each stage; -1 for all.")
    sort: Literal["timestamp", "semver"] = Field(
        "timestamp", description="Whether the newest assignment or the greatest version holds a stage."
    )


class ShowResult(RepositoryResult):
    """`artifacts` without a name, `versions` with one; either is exactly what `gto show --json` prints."""

    artifacts: dict[str, ArtifactRow] | None = Field(None, description="Name to its row, in GTO's order.")
    versions: list[Version] | None = Field(None, description="Greatest first.")
    reason: str | None = Field(None, description="Where there is nothing to show: why, and what may be meant.")
    note: str | None = Field(None, description="With `as_of`: what the answer cannot know.")
    next_cursor: str | None = Field(None, description="With `limit`: where the next page starts, null on the last.")


def _answer(snapshot: Snapshot, params: ShowParams) -> dict[str, Any]:
    options: dict[str, Any] = {
        "registered_only": params.registered_only,
        "deprecated": params.deprecated,
        "assignments_per_version": params.assignments_per_version,
        "versions_per_stage": params.versions_per_stage,
        "sort": params.sort,
    }
    if params.name is None:
        rows = show_registry(snapshot, **options)
        names, more = page(list(rows), params, snapshot.clock)
        return {"artifacts": {name: rows[name] for name in names}, **_reason(snapshot, rows), **note_of(params), **more}
    found = show_versions(snapshot, params.name, **options)
    versions, more = page(found, params, snapshot.clock)
    return {"versions": versions, **_reason(snapshot, found, params.name), **note_of(params), **more}


def _reason(snapshot: Snapshot, shown: Sized, name: str | None = None) -> dict[str, str]:
    return {} if shown else {"reason": why_nothing_is_shown(snapshot, name)}


def _size(snapshot: Snapshot, params: ShowParams) -> int:
    if params.name is None:
        return snapshot.index.tags
    return len(snapshot.index.refs.get(parse_shortcut(params.name).artifact, ()))


def _view(params: ShowParams) -> View | None:
    return view_of(params)


METHOD = SnapshotQuery(
    name="gto/show",
    summary="Show the registry, or the versions of one artifact, as `gto show --json`.",
    params=ShowParams,
    result=ShowResult,
    errors=("ArtifactNotFound", "WrongArgs", "RegistryChanged"),
    answer=_answer,
    view=_view,
    size=_size,
    example=Example(
        params={"repo": "/home/ann/registry"},
        result={
            "artifacts": {
                "churn": {
                    "version": "v3.1.0",
                    "stage": {"dev": "v3.1.0", "prod": "v3.0.0"},
                    "registered": True,
                    "active": True,
                },
                "segment": {"version": None, "stage": {"dev": None, "prod": None}, "registered": False, "active": True},
            },
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
