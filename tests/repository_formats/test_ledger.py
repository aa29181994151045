"""In every format of a repository the ledger knows its tags again, and what became of them."""

import os
import subprocess
from pathlib import Path

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.remotes.evidence import evidence_of
from tests.repository_formats.formats import Repository


def look(path: Path, ledgers: Path) -> tuple[set[tuple[str, str]], set[str]]:
    """The signs of tampering, and the tags that the ledger has."""
    worktree = Hub(watch=False, ledgers=ledgers).worktree(str(path))
    evidence, state = evidence_of(worktree, worktree.fresh_blocking())
    assert state.trouble is None
    return {(each.kind, each.ref) for each in evidence}, set(state.tags)


def git(repository: Repository, *arguments: str) -> str:
    argv = ["git", "-C", str(repository.git), *arguments]
    return subprocess.run(argv, env={**os.environ, **repository.env}, check=True, capture_output=True).stdout.decode(
        "utf-8", "replace"
    )


def test_a_tag_that_vanishes_is_found_and_packing_is_no_sign(repository: Repository, tmp_path: Path) -> None:
    ledgers = tmp_path / "state" / "ledger"
    before, tags = look(repository.asked, ledgers)
    git(repository, "pack-refs", "--all")
    assert look(repository.asked, ledgers) == (before, tags)
    # The shallow clone has none.
    for tag in sorted(tags)[-1:]:
        git(repository, "tag", "-d", tag)
        assert ("vanished-tag", tag) in look(repository.asked, ledgers)[0] - before
