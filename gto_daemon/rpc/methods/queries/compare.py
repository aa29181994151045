"""`gto/compare`: two versions of an artifact side by side."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.comparing import compare
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.methods.queries.describe import Content, Location
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import Annotation, RepositoryResult, Shape


class CompareParams(RepositoryParams):
    """What to compare: a version, `latest`, `#stage`, or anything that Git resolves to a commit."""

    name: str = Field(description="The artifact: `model` or `some/dir:model`.")
    left: str = Field(description="The older side, usually.")
    right: str = Field(description="The newer one.")
    limit: int = Field(200, ge=1, description="At most so many commits in either list.")


class ComparedSide(Shape):
    """One side."""

    asked: str
    version: str | None = Field(description="The version there; null for a commit that is none.")
    ref: str | None = Field(description="The tag that registers it.")
    commit: str = Field(description="Hex digits.")
    created_at: str | None
    author: str | None
    stages: list[str] = Field(description="Those that it holds.")
    annotation: Annotation | None = Field(description="Null when neither artifacts.yaml nor a dvc.yaml has one.")
    location: Location | None = Field(description="Where that is written.")
    content: Content | None = Field(description="Where the artifact itself lies.")


class CommitRow(Shape):
    """A commit."""

    commit: str = Field(description="Hex digits.")
    subject: str
    author: str
    author_email: str
    created_at: str = Field(description="The committer's time, RFC 3339.")


class CompareResult(RepositoryResult):
    """Both sides, and what lies between them."""

    name: str
    left: ComparedSide
    right: ComparedSide
    changed: list[str] = Field(description="The fields of the annotation that differ.")
    same_content: bool | None = Field(
        description="Whether the artifact's file or folder is the same; null when Git does not have both."
    )
    commits: list[CommitRow] = Field(description="What `right` has and `left` has not, newest first.")
    dropped: list[CommitRow] = Field(description="What `left` has and `right` has not, newest first.")
    complete: bool = Field(description="Whether both lists are whole: neither cut at `limit` nor by a shallow clone.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: CompareParams) -> dict[str, Any]:
    result, problems = compare(worktree, snapshot, params.name, params.left, params.right, params.limit)
    return {**result, "problems": [each.as_json() for each in dict.fromkeys((*problems, *snapshot.problems))]}


def _example_side(version: str, tag: str, commit: str, oid: str) -> dict[str, Any]:
    return {
        "asked": version,
        "version": version,
        "ref": tag,
        "commit": commit,
        "created_at": "2026-05-31T11:00:00+00:00",
        "author": "Ann Author",
        "stages": [],
        "annotation": {"type": "model", "path": "models/churn.pkl"},
        "location": {
            "path": "artifacts.yaml",
            "commit": commit,
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
        },
        "content": {
            "commit": commit,
            "path": "models/churn.pkl",
            "kind": "git",
            "oid": oid,
            "is_directory": False,
        },
    }


_COMMIT = "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720"

METHOD = WorktreeQuery(
    name="gto/compare",
    summary="Compare two versions of an artifact.",
    params=CompareParams,
    result=CompareResult,
    errors=("ArtifactNotFound", "RefNotFound", "VersionRequired"),
    answer=_answer,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "churn", "left": "v3.0.0", "right": "v3.1.0"},
        result={
            "name": "churn",
            "left": _example_side(
                "v3.0.0",
                "churn@v3.0.0",
                "b3d46dbf7b5fb6fa28c517a0bb32b8b506539d4d",
                "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d",
            ),
            "right": _example_side("v3.1.0", "churn@v3.1.0", _COMMIT, "0cfbf08886fca9a91cb753ec8734c84fcbe52c9f"),
            "changed": [],
            "same_content": False,
            "commits": [
                {
                    "commit": _COMMIT,
                    "subject": "Update model",
                    "author": "Ann Author",
                    "author_email": "ann@example.com",
                    "created_at": "2026-05-31T10:00:00+00:00",
                }
            ],
            "dropped": [],
            "complete": True,
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
