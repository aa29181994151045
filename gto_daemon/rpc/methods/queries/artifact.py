"""`gto/artifact`: one artifact and its versions."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import homes
from gto_daemon.daemon.queries.describe import path_at
from gto_daemon.daemon.remotes.syncing import unpushed_tags
from gto_daemon.registry.dvc_names import known_name
from gto_daemon.registry.queries.artifact import artifact_head, version_rows, versions_of
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.queries.tree import NOTHING_YET
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.paging import page
from gto_daemon.rpc.schema.params import PageParams, RepositoryParams
from gto_daemon.rpc.schema.results import HistoryRow, RepositoryResult, Shape
from gto_daemon.rpc.schema.tree_shapes import ArtifactState, NextVersion


class ArtifactParams(RepositoryParams, PageParams):
    """The artifact, and which of its versions."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    deprecated: bool = Field(False, description="Deregistered versions too.")
    worktree: bool = Field(False, description="Its annotation from the files on disk in place of HEAD's.")
    remote: str | None = Field(
        None, description="The remote that `unpushed` is about; by default the one that git pushes to."
    )


class StageHeld(Shape):
    """A stage that a version is in."""

    stage: str
    ref: str = Field(description="The tag that put it there.")
    since: str
    author: str
    author_email: str
    message: str
    holds: bool = Field(description="Whether `gto/show` shows it there; else a newer version took its place.")


class VersionRow(Shape):
    """A version."""

    version: str = Field(description="`v` and a semantic version, or the commit that was assigned without one.")
    label: str = Field(description="The same, a commit abbreviated.")
    ref: str = Field(description="The tag that registers it, or what else there is of it.")
    commit: str = Field(description="Hex digits.")
    subject: str | None = Field(description="Of the commit; null where that is missing from this clone.")
    created_at: str | None
    author: str | None
    author_email: str | None
    message: str | None
    registered: bool
    active: bool = Field(description="Not deregistered.")
    latest: bool
    path: str | None = Field(description="Where the artifact lies at that commit, from the root, or its URL.")
    stages: list[StageHeld] = Field(description="The longest held first.")
    events: list[HistoryRow] = Field(description="Newest first.")
    unpushed: list[str] | None = Field(
        None, description="Those of its tags that the remote is known to lack; absent where nothing is known."
    )


class ArtifactResult(RepositoryResult, ArtifactState):
    """The artifact, and its versions, the greatest first."""

    versions: list[VersionRow]
    total: int = Field(description="How many versions there are, whatever the page.")
    deprecations: list[HistoryRow] = Field(description="Newest first.")
    next: list[NextVersion] = Field(description="What `gto/register` would choose; the first is its own choice.")
    next_cursor: str | None = Field(None, description="With `limit`: where the next page starts, null on the last.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: ArtifactParams) -> dict[str, Any]:
    described, noticed = homes(worktree, snapshot, on_disk=params.worktree)
    name = params.name
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        name = known_name(name, {*described, *snapshot.index.artifacts})
        artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        artifact = NOTHING_YET if name in described else find_artifact(snapshot, name)
    versions = versions_of(artifact, deprecated=params.deprecated)
    shown, more = page(versions, params, snapshot.clock)
    rows = version_rows(artifact, shown)
    remote = params.remote or worktree.default_remote(push=True)
    missing = unpushed_tags(worktree.repository, snapshot, remote).get(name)
    for row in rows:
        row["path"] = path_at(worktree, snapshot, name, row["commit"])
        if missing is not None:
            row["unpushed"] = [event["ref"] for event in row["events"] if event["ref"] in missing]
    mine = [problem for problem in noticed if problem.artifact == name]
    return {
        **artifact_head(snapshot, name, artifact, described.get(name, ())),
        "versions": rows,
        "total": len(versions),
        **more,
        "problems": [problem.as_json() for problem in dict.fromkeys((*mine, *snapshot.problems))],
    }


def _on_disk(params: ArtifactParams) -> bool:
    return params.worktree


_COMMIT = "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720"

METHOD = WorktreeQuery(
    name="gto/artifact",
    summary="Show one artifact and its versions, as a sidebar does.",
    params=ArtifactParams,
    result=ArtifactResult,
    errors=("ArtifactNotFound", "WrongArgs", "RegistryChanged"),
    answer=_answer,
    on_disk=_on_disk,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "limit": 1},
        result={
            "name": "churn",
            "dir": "",
            "label": "churn",
            "type": "model",
            "description": "",
            "latest": "v3.1.0",
            "stages": {"dev": ["v3.1.0"]},
            "since": {"dev": "2026-05-31T12:00:00+00:00"},
            "registered": True,
            "deprecated": False,
            "annotated_in": ["artifacts.yaml"],
            "location": {
                "path": "artifacts.yaml",
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
            },
            "deprecations": [],
            "next": [
                {"version": "v3.1.1", "bump": "patch"},
                {"version": "v3.2.0", "bump": "minor"},
                {"version": "v4.0.0", "bump": "major"},
            ],
            "versions": [
                {
                    "version": "v3.1.0",
                    "label": "v3.1.0",
                    "ref": "churn@v3.1.0",
                    "commit": _COMMIT,
                    "subject": "Update model",
                    "created_at": "2026-05-31T11:00:00+00:00",
                    "author": "Ann Author",
                    "author_email": "ann@example.com",
                    "message": "Registering artifact churn version v3.1.0",
                    "registered": True,
                    "active": True,
                    "latest": True,
                    "path": "models/churn.pkl",
                    "stages": [
                        {
                            "stage": "dev",
                            "ref": "churn#dev#4",
                            "since": "2026-05-31T12:00:00+00:00",
                            "author": "Ann Author",
                            "author_email": "ann@example.com",
                            "message": "Assigning stage dev to artifact churn version v3.1.0",
                            "holds": True,
                        }
                    ],
                    "events": [],
                }
            ],
            "total": 2,
            "next_cursor": "1.8b1a9953.5f0c2a:1:42",
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
