"""`gto/doctor`: what is wrong, or hardly meant, with the remedies."""

from typing import Any

from pydantic import Field

from gto_daemon import __version__
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import dvc_problems, uncommitted_annotations, version_tool_problems
from gto_daemon.daemon.remotes.syncing import remotes_of
from gto_daemon.git.layout import is_shallow
from gto_daemon.git.libgit_store import LIBGIT2_VERSION
from gto_daemon.git.lock_files import lock_files
from gto_daemon.git.process import git_version
from gto_daemon.registry.locks import stale_locks
from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.queries.near_misses import misspelt_tags
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import Example, WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams
from gto_daemon.rpc.schema.results import Problem, RepositoryResult, Shape


class DoctorParams(RepositoryParams):
    """The repository."""


class Configuration(Shape):
    """The configuration in effect: `.gto`, with `GTO_*` of the client on top."""

    index: str = Field(description="Name of the annotation file.")
    stages: list[str] | None = Field(description="The allowed stages; null when all are.")
    types: list[str] | None = Field(description="The allowed types; null when all are.")
    emojis: bool
    log_level: str
    debug: bool
    enrichments: list[Any]
    autoload_enrichments: bool


class Remote(Shape):
    """A remote of the repository."""

    name: str
    url: str | None = Field(description="Without user and password; null where none is configured.")
    is_push_default: bool = Field(description="Whether it is pushed to where none is named.")


class DoctorResult(RepositoryResult):
    """What was found. `problems` is the part of it that could not be read."""

    version: str = Field(description="Of this server.")
    git: str | None = Field(description="Version of the git that it runs; null where there is none.")
    libgit2: str = Field(description="Version of the library that it reads repositories with.")
    is_shallow: bool = Field(description="Whether a part of the history is missing from this clone.")
    remotes: list[Remote]
    configuration: Configuration
    findings: list[Problem] = Field(description="All there is to say, the problems included.")


def _answer(worktree: Worktree, snapshot: Snapshot, _params: DoctorParams) -> dict[str, Any]:
    config = snapshot.config
    locks = stale_locks(lock_files(worktree.layout))
    described = (*dvc_problems(worktree, snapshot), *uncommitted_annotations(worktree, snapshot))
    tools = version_tool_problems(worktree, snapshot)
    tags = misspelt_tags(worktree.repository.other_tags(), snapshot)
    return {
        "version": __version__,
        "git": git_version(),
        "libgit2": LIBGIT2_VERSION,
        "is_shallow": is_shallow(worktree.layout),
        "remotes": remotes_of(worktree),
        "configuration": {
            "index": config.index,
            "stages": config.stages,
            "types": config.types,
            "emojis": config.emojis,
            "log_level": config.log_level,
            "debug": config.debug,
            "enrichments": [dict(enrichment) for enrichment in config.enrichments],
            "autoload_enrichments": config.autoload_enrichments,
        },
        "findings": [
            problem.as_json() for problem in (*snapshot.problems, *described, *locks, *doctor(snapshot), *tags, *tools)
        ],
    }


METHOD = WorktreeQuery(
    name="gto/doctor",
    summary="Check the registry: every finding with its place and remedy.",
    params=DoctorParams,
    result=DoctorResult,
    answer=_answer,
    example=Example(
        params={"repo": "/home/ann/registry"},
        result={
            "version": "0.1.0",
            "git": "2.39.5",
            "libgit2": "1.9.7",
            "is_shallow": False,
            "remotes": [{"name": "origin", "url": "git@example.com:ann/registry.git", "is_push_default": True}],
            "configuration": {
                "index": "artifacts.yaml",
                "stages": ["dev", "prod"],
                "types": None,
                "emojis": True,
                "log_level": "INFO",
                "debug": False,
                "enrichments": [],
                "autoload_enrichments": True,
            },
            "findings": [
                {
                    "code": "lightweight-tag",
                    "severity": "warning",
                    "message": "churn@v1.0.0 is a lightweight tag; GTO reads annotated tags only",
                    "hint": "Delete the tag, or make it again with an annotation.",
                    "tag": "churn@v1.0.0",
                    "artifact": "churn",
                }
            ],
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
