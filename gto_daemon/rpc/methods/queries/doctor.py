"""`gto/doctor`: everything that is wrong or looks unintended, with remedies."""

from typing import TYPE_CHECKING

from gto_daemon import __version__
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.annotated import dvc_problems, uncommitted_annotations, version_tool_problems
from gto_daemon.daemon.remotes.evidence import evidence_of
from gto_daemon.daemon.remotes.syncing import remotes_of
from gto_daemon.git.layout import is_shallow
from gto_daemon.git.libgit_store import LIBGIT2_VERSION
from gto_daemon.git.lock_files import lock_files
from gto_daemon.git.process import git_version
from gto_daemon.registry.locks import stale_locks
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.queries.near_misses import misspelt_tags
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import WorktreeQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import DoctorResult, LedgerFacts


class DoctorParams(RepositoryParams):
    """The repository."""


def _answer(worktree: Worktree, snapshot: Snapshot, _params: DoctorParams) -> "DoctorResult":
    config = snapshot.config
    found, ledger = _findings(worktree, snapshot)
    return {
        **snapshot.stated(),
        "version": __version__,
        "git": git_version(),
        "libgit2": LIBGIT2_VERSION,
        "is_shallow": is_shallow(worktree.layout),
        "remotes": remotes_of(worktree),
        "configuration": {
            "index": config.index,
            "stages": None if config.stages is None else [*config.stages],
            "types": None if config.types is None else [*config.types],
            "emojis": config.emojis,
            "log_level": config.log_level,
            "debug": config.debug,
            "enrichments": [dict(enrichment) for enrichment in config.enrichments],
            "autoload_enrichments": config.autoload_enrichments,
        },
        "ledger": ledger,
        "findings": [problem.as_json() for problem in found],
    }


def findings(worktree: Worktree, snapshot: Snapshot) -> list[Problem]:
    """Return all findings in a repository. In its thread."""
    return _findings(worktree, snapshot)[0]


def _findings(worktree: Worktree, snapshot: Snapshot) -> "tuple[list[Problem], LedgerFacts]":
    locks = stale_locks(lock_files(worktree.layout))
    described = (*dvc_problems(worktree, snapshot), *uncommitted_annotations(worktree, snapshot))
    tools = version_tool_problems(worktree, snapshot)
    tags = misspelt_tags(worktree.repository.other_tags(), snapshot)
    evidence, ledger = evidence_of(worktree, snapshot)
    tampering = (each.as_problem() for each in evidence)
    found = [*snapshot.problems, *described, *locks, *doctor(snapshot), *tags, *tampering, *tools]
    return found, ledger.as_json()


METHOD = WorktreeQuery(
    name="gto/doctor",
    summary="Check the registry, and list every finding with its place and remedy.",
    params=DoctorParams,
    answer=_answer,
)
