"""Locks that a git left behind are found, wherever they are, and nothing else is taken for one."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.git.layout import find_layout
from gto_daemon.git.lock_files import lock_files
from tests.builders import RepositoryBuilder

_PLACES = [
    "refs/tags/m@v0.0.1.lock",
    "refs/tags/some/dir/m#prod#1.lock",
    "refs/heads/main.lock",
    "packed-refs.lock",
    "packed-refs.new",
    "HEAD.lock",
    "index.lock",
    "config.lock",
    "next-index-4711.lock",
]


def _found(repo: RepositoryBuilder) -> list[str]:
    return [str(Path(lock.path).relative_to(repo.git_dir)) for lock in lock_files(find_layout(str(repo.path)))]


def test_every_kind_is_found_with_its_age(repo: RepositoryBuilder) -> None:
    repo.tag("m@v1.0.0", repo.commit())
    for place in _PLACES:
        path = repo.git_dir / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (1_700_000_000, 1_700_000_000))
    (repo.git_dir / "refs/tags/away").symlink_to("/")
    (repo.git_dir / "refs/tags/loop").symlink_to("loop")
    (repo.git_dir / "refs/tags/folder.lock").mkdir()
    assert sorted(_found(repo)) == sorted(_PLACES)
    assert all(lock.age_s > 1_000_000 for lock in lock_files(find_layout(str(repo.path))))


def test_those_of_a_linked_worktree_are_its_own_and_the_repositorys(repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.git("worktree", "add", "--quiet", "-b", "other", "../linked")
    linked = find_layout(str(repo.path.with_name("linked")))
    for place in (linked.git_dir / "index.lock", repo.git_dir / "index.lock", repo.git_dir / "packed-refs.lock"):
        place.touch()
    found = [lock.path for lock in lock_files(linked)]
    assert found == sorted([str(linked.git_dir / "index.lock"), str(linked.common / "packed-refs.lock")])


@pytest.mark.parametrize("age", [0, 7_200])
def test_doctor_tells_of_it_and_its_remedy_lets_the_act_be_done(repo: RepositoryBuilder, age: int) -> None:
    repo.commit()
    once = OneShot()
    about = {"repo": str(repo.path)}
    lock = repo.git_dir / "refs/tags/m@v0.0.1.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    made = lock.stat().st_mtime - age
    os.utime(lock, (made, made))
    with pytest.raises(CallError) as caught:
        once.call("gto/register", {**about, "name": "m"}, dict(os.environ))
    assert caught.value.kind == "RefLocked"
    (finding,) = once.call("gto/doctor", about, {})["findings"]
    assert (finding["code"], finding["severity"]) == ("stale-lock", "warning" if age else "info")
    assert f"'{lock}' has been there for {'2 hours' if age else 'less than a minute'}" in finding["message"]
    command = shlex.split(finding["hint"].partition(": ")[2])
    subprocess.run(command, check=True)
    assert once.call("gto/doctor", about, {})["findings"] == []
    assert once.call("gto/register", {**about, "name": "m"}, dict(os.environ))["created"]
