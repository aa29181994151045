"""`gto/describe`: the annotation of an artifact."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.describe import describe
from gto_daemon.daemon.worktree import Worktree
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.method import Example, Look
from gto_daemon.rpc.params import RepositoryParams
from gto_daemon.rpc.shapes import Annotation, Range, RepositoryResult, Shape


class DescribeParams(RepositoryParams):
    """Which artifact, and when."""

    name: str = Field(description="An artifact, or `a@latest`, `a@v1.2.3`, `a#stage`: as of that version's commit.")
    rev: str | None = Field(None, description="As of this commit; HEAD by default. Not together with a shortcut.")
    worktree: bool = Field(False, description="The files on disk in place of a commit's.")


class Location(Shape):
    """Where the annotation is written."""

    path: str = Field(description="Relative to the root of the repository.")
    range: Range | None = Field(None, description="The entry's key.")
    commit: str | None = Field(description="The commit it was read from; null for the files on disk.")


class DescribeResult(RepositoryResult):
    """The annotation, without what is left at its default."""

    annotation: Annotation | None = Field(description="Null when neither artifacts.yaml nor a dvc.yaml has one.")
    location: Location | None = Field(description="Where that is written.")
    reason: str | None = Field(None, description="Where `annotation` is null: why.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: DescribeParams) -> dict[str, Any]:
    result, problems = describe(worktree, snapshot, params.name, params.rev, on_disk=params.worktree)
    return {**result, "problems": [each.as_json() for each in dict.fromkeys((*problems, *snapshot.problems))]}


def _on_disk(params: DescribeParams) -> bool:
    return params.worktree


METHOD = Look(
    name="gto/describe",
    summary="Describe an artifact by its annotation in artifacts.yaml or a dvc.yaml.",
    params=DescribeParams,
    result=DescribeResult,
    errors=("ArtifactNotFound", "RefNotFound", "WrongArgs", "NotImplementedInGTO"),
    answer=_answer,
    on_disk=_on_disk,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn"},
        result={
            "annotation": {"type": "model", "path": "models/churn.pkl", "virtual": False},
            "location": {
                "path": "artifacts.yaml",
                "commit": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
            },
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
