"""`-r URL`: the command line on a repository that is somewhere else, alone, at once, interrupted and killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Gtod
from tests.processes import processes
from tests.remotes import hook, silent_server
from tests.waiting import eventually


@pytest.fixture
def remote(registry: Path, tmp_path: Path) -> Path:
    """A bare clone of the registry."""
    place = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(registry), str(place)], check=True)
    return place


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the clones of this test are."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "gtod" / "clones"


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs that are begun can be interrupted, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def begin(*words: str, **env: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gto_daemon", *words],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.parametrize("daemon", [True, False])
def test_a_url_is_answered_like_a_clone(
    daemon: bool, gtod: Gtod, registry: Path, remote: Path, clones: Path, tmp_path: Path
) -> None:
    for line in ("show --json", "history --json", "stages --json", "describe churn", "why churn prod --json"):
        words = line.split()
        ours = gtod(*words, "-r", remote.as_uri(), cwd=tmp_path, daemon=daemon)
        assert (ours.returncode, ours.stderr) == (0, "")
        assert ours.stdout == gtod(*words, cwd=registry).stdout
    assert len(list(clones.iterdir())) == 1


def test_what_is_made_is_pushed_and_what_is_planned_is_not(
    gtod: Gtod, remote: Path, clones: Path, tmp_path: Path
) -> None:
    where = ("-r", remote.as_uri())
    planned = gtod("register", "new", "--dry-run", *where, cwd=tmp_path)
    assert planned.stdout.startswith("Would create git tag 'new@v0.0.1'")
    made = gtod("register", "new", *where, cwd=tmp_path)
    assert made.stdout.endswith("Successfully pushed git tag new@v0.0.1 on remote.\n")
    hook(remote, "pre-receive", "echo not today >&2; exit 1")
    refused = gtod("assign", "new", "--version", "v0.0.1", "--stage", "prod", *where, cwd=tmp_path)
    assert refused.returncode == 1
    assert "not today" in refused.stderr
    assert "locally" not in refused.stderr
    assert "#prod" not in gtod("show", "new", *where, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "line", ["annotate churn --type model", "remove churn", "watch", "push", "fetch", "sync-status", "status"]
)
def test_what_needs_a_repository_here_says_so(
    line: str, gtod: Gtod, remote: Path, clones: Path, tmp_path: Path
) -> None:
    gtod("start")
    answer = gtod(*line.split(), "-r", remote.as_uri(), cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "git clone " in answer.stderr
    assert not clones.exists()


def test_another_transport_is_refused(gtod: Gtod, clones: Path, tmp_path: Path) -> None:
    answer = gtod("show", "-r", "ext::sh -c touch% marker", cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "cannot be cloned" in answer.stderr
    assert not clones.exists()


def test_two_processes_at_once_make_one_clone(gtod: Gtod, remote: Path, clones: Path, registry: Path) -> None:
    both = [begin("show", "--no-daemon", "--json", "-r", remote.as_uri()) for _ in range(2)]
    whole = gtod("show", "--json", cwd=registry).stdout
    for process in both:
        assert process.communicate(timeout=120) == (whole, "")
    assert len(list(clones.iterdir())) == 1


def test_a_clone_that_is_killed_is_none(gtod: Gtod, remote: Path, clones: Path, registry: Path, tmp_path: Path) -> None:
    came, go, blocking = tmp_path / "came", tmp_path / "go", tmp_path / "blocking"
    for fifo in (came, go):
        os.mkfifo(fifo)
    blocking.write_text(f'#!/bin/sh\necho > "{came}"; read line < "{go}"; exec "$@"\n')
    blocking.chmod(0o755)
    home = tmp_path / "gitconfig"
    home.write_text(f"[uploadpack]\n\tpackObjectsHook = {blocking}\n")
    killed = begin("show", "--no-daemon", "-r", remote.as_uri(), GIT_CONFIG_GLOBAL=str(home))
    came.read_text()
    killed.kill()
    killed.communicate()
    (half,) = (place for place in clones.iterdir() if place.is_dir())
    assert half.suffix == ".new"
    go.write_text("go\n")
    # Git's programs of this clone alone have this in their environment: other tests' run beside them.
    eventually(lambda: f"GIT_CONFIG_GLOBAL={home}" not in processes("environ"))
    answer = gtod("show", "--json", "--no-daemon", "-r", remote.as_uri(), cwd=tmp_path)
    assert answer.stdout == gtod("show", "--json", cwd=registry).stdout
    (whole,) = clones.iterdir()
    assert whole.suffix == ""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("daemon", [True, False])
def test_an_interrupt_ends_what_waits_for_a_silent_remote(daemon: bool, gtod: Gtod, clones: Path) -> None:
    gtod("start")
    with silent_server() as (url, came):
        process = begin("show", *([] if daemon else ["--no-daemon"]), "-r", url)
        assert came.wait(60)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 1
        eventually(lambda: url not in processes())
        eventually(lambda: not list(clones.iterdir()))


def test_a_killed_client_leaves_no_git_behind_in_the_daemon(gtod: Gtod, clones: Path) -> None:
    gtod("start")
    with silent_server() as (url, came):
        process = begin("show", "-r", url)
        assert came.wait(60)
        process.kill()
        process.communicate()
        eventually(lambda: url not in processes())
        eventually(lambda: not list(clones.iterdir()))
