"""`gto/artifact`: one artifact and its versions."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

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
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import PageParams, SignatureParams

if TYPE_CHECKING:
    from gto_daemon.daemon.queries.signatures import SignedEvent
    from gto_daemon.protocol.artifacts import ArtifactResult


class ArtifactParams(SignatureParams, PageParams):
    """The artifact, and which of its versions to show."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    deprecated: bool = Field(False, description="Include deregistered versions.")
    worktree: bool = Field(False, description="Read the annotation from the files on disk instead of HEAD.")
    remote: str | None = Field(
        None, description="The remote that `unpushed` is about; by default the remote that git pushes to."
    )


def _answer(worktree: Worktree, snapshot: Snapshot, params: ArtifactParams) -> "ArtifactResult":
    described, noticed = homes(worktree, snapshot, on_disk=params.worktree)
    name = params.name
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        name = known_name(name, {*described, *snapshot.index.artifacts})
        artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        artifact = NOTHING_YET if name in described else find_artifact(snapshot, name)
    versions = versions_of(artifact, deprecated=params.deprecated)
    answer = cast("ArtifactResult", artifact_head(snapshot, name, artifact, described.get(name, ())))
    stated = snapshot.stated(problem for problem in noticed if problem.artifact == name)
    answer["clock"], answer["problems"] = stated["clock"], stated["problems"]
    answer["total"] = len(versions)
    answer["versions"] = version_rows(artifact, params.page(versions, snapshot.clock, answer))
    remote = params.remote or worktree.default_remote(push=True)
    missing = unpushed_tags(worktree.repository, snapshot, remote).get(name)
    for row in answer["versions"]:
        row["path"] = path_at(worktree, snapshot, name, row["commit"])
        if missing is not None:
            row["unpushed"] = [event["ref"] for event in row["events"] if event["ref"] in missing]
    return answer


def _events(answer: "ArtifactResult") -> "Iterator[SignedEvent]":
    for events in (answer["deprecations"], *(version["events"] for version in answer["versions"])):
        for event in events:
            yield event["artifact"], event["ref"], partial(event.__setitem__, "signature")


def _on_disk(params: ArtifactParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
    name="gto/artifact",
    summary="Show one artifact and its versions, as a sidebar needs them.",
    params=ArtifactParams,
    errors=("ArtifactNotFound", "WrongArgs", "RegistryChanged"),
    answer=_answer,
    on_disk=_on_disk,
    events=_events,
)
