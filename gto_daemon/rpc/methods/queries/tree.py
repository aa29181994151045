"""`gto/tree`: what a sidebar shows of a registry, in one answer."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import homes
from gto_daemon.daemon.remotes.syncing import unpushed_tags
from gto_daemon.registry.queries.tree import tree
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import RepositoryResult
from gto_daemon.rpc.schema.tree_shapes import TreeRow


class TreeParams(RepositoryParams):
    """What to show."""

    worktree: bool = Field(False, description="Annotations from the files on disk in place of HEAD's.")
    deprecated: bool = Field(False, description="Deprecated artifacts too.")
    remote: str | None = Field(
        None, description="The remote that `unpushed` is about; by default the one that git pushes to."
    )


class TreeResult(RepositoryResult):
    """Every artifact that has a tag or an entry in an annotation file, by folder and name."""

    artifacts: list[TreeRow]
    hidden: int = Field(description="How many deprecated artifacts were left out.")
    remote: str = Field(description="The remote that `unpushed` is about.")
    remotes: list[str] = Field(description="The configured remotes.")


def _answer(worktree: Worktree, snapshot: Snapshot, params: TreeParams) -> dict[str, Any]:
    described, noticed = homes(worktree, snapshot, on_disk=params.worktree)
    remote = params.remote or worktree.default_remote(push=True)
    missing = unpushed_tags(worktree.repository, snapshot, remote)
    found = tree(snapshot, described, problems=noticed, deprecated=params.deprecated, unpushed=missing)
    problems = dict.fromkeys((*noticed, *snapshot.problems))
    remotes = worktree.repository.reader.remotes()
    return {**found, "remote": remote, "remotes": remotes, "problems": [problem.as_json() for problem in problems]}


def _on_disk(params: TreeParams) -> bool:
    return params.worktree


METHOD = WorktreeQuery(
    name="gto/tree",
    summary="Show every artifact with its state, as a sidebar does.",
    params=TreeParams,
    result=TreeResult,
    answer=_answer,
    on_disk=_on_disk,
    example=Example(
        params={"repo": "/home/ann/registry"},
        result={
            "artifacts": [
                {
                    "name": "churn",
                    "dir": "",
                    "label": "churn",
                    "type": "model",
                    "description": "",
                    "latest": "v3.1.0",
                    "stages": {"dev": ["v3.1.0"], "prod": ["v3.0.0"]},
                    "since": {"dev": "2026-05-31T12:00:00+00:00", "prod": "2026-03-31T12:00:00+00:00"},
                    "registered": True,
                    "deprecated": False,
                    "annotated_in": ["artifacts.yaml"],
                    "location": {
                        "path": "artifacts.yaml",
                        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
                    },
                    "tags": 7,
                    "unpushed": 1,
                    "problems": [],
                }
            ],
            "hidden": 0,
            "remote": "origin",
            "remotes": ["origin"],
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
