"""Hooks that act: what a transaction's hook asks of gtod is done within the act that runs the hook, or refused soon."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gto_daemon
from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.processes import processes

_HOME = Path(gto_daemon.__file__).parents[1]
_HOOK = """#!/bin/sh
export PYTHONPATH='{home}'
gtod() {{ '{python}' -m gto_daemon {how} "$@" >> '{log}' 2>&1; echo "rc=$?" >> '{log}'; }}
phase=$1
while read old new ref; do
    tag=${{ref#refs/tags/}}
    case "$phase $old $tag" in
{cases}
    esac
done
exit 0
"""
#: The id of no object, as a pattern of the shell.
_NEW = "*00000000"

Hook = Callable[..., Path]


@pytest.fixture(params=["", "--no-daemon"], ids=["daemon", "no-daemon"])
def how(request: pytest.FixtureRequest) -> Iterator[str]:
    """By a daemon, or without one: both the act and what its hook asks for."""
    yield request.param
    client.stop()


@pytest.fixture
def hook(how: str, tmp_path: Path) -> Hook:
    """Have transactions of a repository do `cases` of the shell; answers where what gtod said in there is written."""

    def make(repo: RepositoryBuilder, cases: str) -> Path:
        log = tmp_path / f"{repo.path.name}.log"
        place = repo.git_dir / "hooks" / "reference-transaction"
        place.parent.mkdir(exist_ok=True)
        place.write_text(_HOOK.format(home=_HOME, python=sys.executable, how=how, log=log, cases=cases))
        place.chmod(0o755)
        return log

    return make


def run(repo: RepositoryBuilder, how: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-m", "gto_daemon", *([how] if how else []), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(_HOME)}
    return subprocess.run(
        argv, cwd=repo.path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def tags(repo: RepositoryBuilder) -> list[str]:
    return repo.git("tag").splitlines()


def test_a_hook_assigns_what_was_just_registered(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    repo.commit()
    log = hook(repo, f'"committed "{_NEW}" m@"*) gtod assign m --version "${{tag#m@}}" --stage dev;;')
    done = run(repo, how, "register", "m")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rc=0" in log.read_text(), log.read_text()
    assert tags(repo) == ["m#dev#1", "m@v0.0.1"]
    assert run(repo, how, "register", "other").returncode == 0


def test_a_hook_registers_another_artifact_before_the_tag_is_there(
    how: str, hook: Hook, repo: RepositoryBuilder
) -> None:
    repo.commit()
    log = hook(repo, f'"prepared "{_NEW}" m@"*) gtod register other;;')
    assert run(repo, how, "register", "m").returncode == 0
    assert "rc=0" in log.read_text(), log.read_text()
    assert tags(repo) == ["m@v0.0.1", "other@v0.0.1"]


def test_what_the_transaction_around_it_holds_is_refused_soon(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    repo.commit()
    log = hook(repo, f'"prepared "{_NEW}" m@"*) gtod register m;;')
    assert run(repo, how, "register", "m").returncode == 0
    assert "m@v0.0.1.lock" in log.read_text()
    assert "rc=1" in log.read_text()
    assert tags(repo) == ["m@v0.0.1"]


def test_two_acts_that_one_hook_begins_come_one_after_the_other(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    first = repo.commit()
    repo.tag("m@v0.0.1", first)
    stages = " & ".join(f"gtod assign m --version v0.0.1 --stage s{number}" for number in range(4))
    log = hook(repo, f'"committed "{_NEW}" other@"*) {stages} & wait;;')
    assert run(repo, how, "register", "other").returncode == 0
    assert log.read_text().count("rc=0") == 4, log.read_text()
    assert sorted(tag.rpartition("#")[2] for tag in tags(repo) if "#" in tag) == ["1", "2", "3", "4"]


def test_what_a_hook_leaves_behind_does_not_meet_the_next_act(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    repo.tag("m@v0.0.1", repo.commit())
    hook(repo, f'"committed "{_NEW}" other@"*) gtod assign m --version v0.0.1 --stage left < /dev/null & ;;')
    assert run(repo, how, "register", "other").returncode == 0
    assert run(repo, how, "assign", "m", "--version", "v0.0.1", "--stage", "next").returncode == 0
    assert sorted(tag for tag in tags(repo) if "#" in tag) == ["m#left#1", "m#next#2"]


def test_hooks_of_two_repositories_act_on_each_other(
    how: str, hook: Hook, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    one, other = make_repository("one"), make_repository("other")
    for repo in (one, other):
        repo.commit()
    hook(one, f'"committed "{_NEW}" there@"*) gtod register -r \'{other.path}\' back;;')
    hook(other, f'"committed "{_NEW}" back@"*) gtod register -r \'{one.path}\' again;;')
    assert run(one, how, "register", "there").returncode == 0
    assert tags(one) == ["again@v0.0.1", "there@v0.0.1"]
    assert tags(other) == ["back@v0.0.1"]


def test_acts_whose_hooks_wait_for_each_other_end(
    how: str, hook: Hook, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    one, other = make_repository("one"), make_repository("other")
    for repo, there in ((one, other), (other, one)):
        repo.commit()
        # Only when the other one is in its hook too is there something to wait for.
        wait = f"touch '{repo.path}/in'; until [ -e '{there.path}/in' ]; do sleep 0.01; done"
        hook(repo, f'"committed "{_NEW}" mine@"*) {wait}; gtod register -r \'{there.path}\' of-{repo.path.name};;')
    argv = [sys.executable, "-m", "gto_daemon", *([how] if how else []), "register", "mine"]
    environment = {**os.environ, "PYTHONPATH": str(_HOME)}
    both = [subprocess.Popen(argv, cwd=repo.path, env=environment) for repo in (one, other)]
    assert [each.wait(120) for each in both] == [0, 0]
    assert all("mine@v0.0.1" in tags(repo) for repo in (one, other))


def test_hooks_that_act_without_end_are_ended(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    repo.commit()
    log = hook(repo, f'"committed "{_NEW}" n"*) gtod register "n${{#tag}}x${{tag%@*}}";;')
    assert run(repo, how, "register", "n").returncode == 0
    assert "deep" in log.read_text()
    assert len(tags(repo)) == 8
    assert str(repo.path) not in processes()


def test_a_hook_that_pushes_before_each_push_is_ended(
    how: str, hook: Hook, repo: RepositoryBuilder, tmp_path: Path
) -> None:
    """All that runs programs is counted, not only what holds the lock for acts."""
    repo.tag("m@v0.0.1", repo.commit())
    remote = tmp_path / "remote.git"
    repo.git("init", "--quiet", "--bare", str(remote))
    repo.git("remote", "add", "origin", str(remote))
    log = hook(repo, "")
    made = (repo.git_dir / "hooks" / "reference-transaction").rename(repo.git_dir / "hooks" / "pre-push")
    made.write_text(made.read_text().replace("phase=$1", "gtod push; exit 0"))
    # Those around the innermost that pushes find the tag there already.
    assert "m@v0.0.1" in run(repo, how, "push").stderr
    assert "8 deep" in log.read_text()
    assert log.read_text().count("rc=") == 8
    assert repo.git("--git-dir", str(remote), "tag").splitlines() == ["m@v0.0.1"]


def test_a_hook_after_a_commit_registers_it(how: str, hook: Hook, repo: RepositoryBuilder) -> None:
    repo.commit({"m.pkl": "1"})
    repo.checkout()
    log = hook(repo, "")
    made = (repo.git_dir / "hooks" / "reference-transaction").rename(repo.git_dir / "hooks" / "post-commit")
    made.write_text(made.read_text().replace("phase=$1", "gtod register m; exit 0"))
    done = run(repo, how, "annotate", "m", "--path", "m.pkl", "--commit")
    assert done.returncode == 0, done.stderr
    assert "rc=0" in log.read_text(), log.read_text()
    assert repo.git("rev-parse", "m@v0.0.1^{commit}") == repo.head
