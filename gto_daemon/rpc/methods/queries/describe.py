"""`gto/describe`: the annotation of an artifact."""

from typing import Any, Literal

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import Annotation, Range, RepositoryResult, Shape


class DescribeParams(RepositoryParams):
    """The artifact, and when."""

    name: str = Field(description="An artifact, or `a@latest`, `a@v1.2.3`, `a#stage`: as of that version's commit.")
    rev: str | None = Field(None, description="As of this commit; HEAD by default. Not together with a shortcut.")
    worktree: bool = Field(False, description="The files on disk in place of a commit's.")


class Location(Shape):
    """Where the annotation is written."""

    path: str = Field(description="Relative to the root of the repository.")
    range: Range | None = Field(None, description="The entry's key.")
    commit: str | None = Field(description="The commit it was read from; null for the files on disk.")


class Content(Shape):
    """Where the artifact itself lies."""

    commit: str = Field(description="Hex digits.")
    path: str | None = Field(description="From the root of the repository, or the URL.")
    kind: Literal["git", "dvc", "url", "missing"] = Field(description="`dvc`: Git has only DVC's pointer to it.")
    oid: str | None = Field(None, description="Of the file or folder in Git, hex digits.")
    is_directory: bool | None = None
    reason: str | None = Field(None, description="Where it is missing: why.")


class DescribeResult(RepositoryResult):
    """The annotation, without what is left at its default."""

    annotation: Annotation | None = Field(description="Null when neither artifacts.yaml nor a dvc.yaml has one.")
    location: Location | None = Field(description="Where that is written.")
    root_path: str | None = Field(
        description="Its `path` from the root of the repository, which that of a dvc.yaml is not. A URL as it is."
    )
    content: Content | None = Field(description="Where the artifact itself lies; null for the files on disk.")
    reason: str | None = Field(None, description="Where `annotation` is null: why.")
    hint: str | None = Field(None, description="Likewise: what may be meant, or what to do. May be empty.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: DescribeParams) -> dict[str, Any]:
    result, problems = describe(worktree, snapshot, params.name, params.rev, on_disk=params.worktree)
    return {**result, "problems": [each.as_json() for each in dict.fromkeys((*problems, *snapshot.problems))]}


def _on_disk(params: DescribeParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
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
            "root_path": "models/churn.pkl",
            "content": {
                "commit": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
                "path": "models/churn.pkl",
                "kind": "git",
                "oid": "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d",
                "is_directory": False,
            },
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
