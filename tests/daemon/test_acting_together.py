"""Many act at once, by every way there is: nothing is overwritten, no number is given out twice, no report is false."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import gto_daemon
from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.oracle.install import environment_of

_ROUNDS = 5
_CREATED = re.compile(r"Created git tag '([^']+)' that assigns")

#: What each worker runs: its acts one after the other, each with a message of its own, and prints `MESSAGE TAG`.
_WORKER = """
import re, subprocess, sys
kind, number, rounds, *command = sys.argv[1:]
for turn in range(int(rounds)):
    message = f"{kind}-{number}-{turn}"
    if kind == "git":
        tag = f"m#git{number}#{1000 + turn}"
        run = subprocess.run(["git", "tag", "-a", "-m", message, tag, "one"], capture_output=True, text=True)
        if run.returncode == 0:
            print(message, tag)
    elif kind == "pack":
        subprocess.run(["git", "pack-refs", "--all", "--prune"], capture_output=True)
    else:
        argv = [*command, "assign", "m", "--version", "v1.0.0", "--stage", f"s{number}", "--force", "-m", message]
        run = subprocess.run(argv, capture_output=True, text=True)
        found = re.search("Created git tag '([^']+)' that assigns", run.stdout)
        if (run.returncode == 0) != bool(found):
            sys.exit(f"{argv} ended with {run.returncode}, said {run.stdout!r} and {run.stderr!r}")
        if found:
            print(message, found[1])
        elif kind != "gto":
            sys.exit(f"{argv} was refused: {run.stderr}")
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(gto_daemon.__file__).parents[1])}


def start(repo: RepositoryBuilder, kind: str, number: int, *command: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", _WORKER, kind, str(number), str(_ROUNDS), *command]
    return subprocess.Popen(
        argv, cwd=repo.path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def made(repo: RepositoryBuilder) -> dict[str, str]:
    """Every tag with its message."""
    listed = repo.git("for-each-ref", "--format=%(refname:short) %(contents:subject)", "refs/tags")
    return dict(line.split(" ", 1) for line in listed.splitlines())


def test_every_reported_success_is_one_tag_and_no_number_is_given_out_twice(repo: RepositoryBuilder) -> None:
    repo.ref("refs/heads/one", repo.commit())
    repo.tag("m@v1.0.0")
    gtod = (sys.executable, "-m", "gto_daemon")
    gto = str(environment_of("1.10.1") / "bin" / "gto")
    workers = [
        start(repo, "daemon", 1, *gtod),
        start(repo, "daemon", 2, *gtod),
        start(repo, "direct", 3, *gtod, "--no-daemon"),
        start(repo, "direct", 4, *gtod, "--no-daemon"),
        start(repo, "gto", 5, gto),
        start(repo, "git", 6),
        start(repo, "pack", 7),
    ]
    try:
        told: dict[str, str] = {}
        for worker in workers:
            out, err = worker.communicate(timeout=240)
            assert worker.returncode == 0, err
            told |= dict(line.split() for line in out.splitlines())
    finally:
        client.stop()
    there = made(repo)
    for message, tag in told.items():
        assert there.get(tag) == message, f"{message} was told that it made {tag}, which says {there.get(tag)}"
    ours = [tag for message, tag in told.items() if message.startswith(("daemon", "direct"))]
    assert len(ours) == 4 * _ROUNDS
    counters = Counter(tag.rsplit("#", 1)[1] for tag in ours)
    assert max(counters.values()) == 1, counters


def test_a_writer_that_is_killed_leaves_all_of_its_act_or_nothing(repo: RepositoryBuilder) -> None:
    repo.commit()
    luck = random.Random(7)
    for turn in range(12):
        name = f"m{turn}"
        worker = subprocess.Popen(
            [sys.executable, "-m", "gto_daemon", "--no-daemon", "assign", name, "--stage", "prod"],
            cwd=repo.path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            worker.wait(luck.uniform(0.1, 0.4))
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    for lock in repo.git_dir.rglob("*.lock"):
        # Git's own, if its transaction was hit; what it is about was not done.
        lock.unlink()
    there = made(repo)
    for turn in range(12):
        assert (f"m{turn}@v0.0.1" in there) == (f"m{turn}#prod#1" in there)
    after = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "--no-daemon", "assign", "last", "--stage", "prod"],
        cwd=repo.path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert after.returncode == 0, after.stderr
