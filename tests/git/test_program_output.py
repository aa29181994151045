"""What git and its hooks write is read to its end, and kept only so far."""

import stat
from pathlib import Path

import pytest

from gto_daemon.git.kept import KeptGits
from gto_daemon.git.layout import find_layout
from gto_daemon.git.process import Git
from gto_daemon.git.program_output import MAX_COMPLAINT
from gto_daemon.git.transaction import RefTransaction, RefUpdate
from gto_daemon.registry.errors import RegistryError
from tests.builders import RepositoryBuilder


def _hook(repo: RepositoryBuilder, text: str) -> None:
    hook = repo.git_dir / "hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{text}\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)


def test_of_what_a_hook_writes_the_beginning_and_the_end_are_kept(repo: RepositoryBuilder, tmp_path: Path) -> None:
    commit = repo.commit({"a": "1"})
    _hook(repo, f"echo first >&2; yes | head -c {20 * MAX_COMPLAINT} >&2; echo last >&2; exit 1")
    git = Git(find_layout(str(repo.path)), {})
    with RefTransaction(git, KeptGits(0), "test") as transaction, pytest.raises(RegistryError) as refused:
        transaction.commit([RefUpdate("refs/tags/m@v1.0.0", None, commit)])
    assert refused.value.kind == "HookRefused"
    words = refused.value.data["words"]
    assert "first" in words
    assert "last" in words
    assert len(words) < 3 * MAX_COMPLAINT


def test_an_answer_without_end_ends(repo: RepositoryBuilder) -> None:
    git = Git(find_layout(str(repo.path)), {}, max_output=1 << 20)
    with pytest.raises(RegistryError) as refused:
        git.run("-c", "alias.endless=!yes", "endless")
    assert refused.value.kind == "GitFailed"


def test_a_program_that_answers_before_it_has_read_everything_is_not_waited_for_for_ever(
    repo: RepositoryBuilder,
) -> None:
    git = Git(find_layout(str(repo.path)), {})
    lines = b"x\n" * 500_000
    assert git.run("-c", "alias.echo=!cat", "echo", stdin=lines).stdout == lines


def test_a_program_that_reads_nothing_ends_in_time(repo: RepositoryBuilder) -> None:
    git = Git(find_layout(str(repo.path)), {})
    ended = git.run("-c", "alias.deaf=!sleep 600", "deaf", stdin=b"x" * 1_000_000, timeout=0.5)
    assert ended.timed_out
    assert not ended.succeeded
