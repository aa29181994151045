"""An act over the socket of a warm daemon, against `git tag` and against `gto register`."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.daemon import daemon, line, request
from benchmarks.figures import Row, Table, agree, row
from benchmarks.signatures import sign_by_ssh

_ABOUT = """\
`gto/register` as a round trip over the socket, in a registry of {tags:,} tags: planned, the tag object written, the ref
created with its hooks, the registry read again, and answered. One peer is the process `git tag -a` in a copy of the
same repository, in turns with ours: as it is; with a `reference-transaction` hook (`exit 0`); and as `git tag -s`, with
an ssh key, where the repository is set up to sign tags. The other is `gto register`, a whole process too.
"""


def _with_a_hook(repo: Path, _environment: Mapping[str, str]) -> None:
    hook = repo / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)


def _signed(repo: Path, environment: Mapping[str, str]) -> None:
    sign_by_ssh(repo, environment)
    subprocess.run(["git", "config", "tag.gpgSign", "true"], cwd=repo, env=environment, check=True)


_WAYS: dict[str, tuple[Callable[[Path, Mapping[str, str]], None], str, float]] = {
    "against `git tag -a`": (lambda _repo, _environment: None, "-a", 0.7),
    "with a hook, against `git tag -a`": (_with_a_hook, "-a", 1.1),
    "signed, against `git tag -s`": (_signed, "-s", 1.1),
}


def measure(bench: Bench) -> Table:
    """Do the acts.

    Raises:
        WrongAnswerError: a tag that was asked for is not there.

    """
    tags = bench.scale.sizes[-1]
    rows = [_beside_git(bench, tags, what) for what in _WAYS]
    repo = bench.registries.copy(tags, "acts-gto")
    gto = [
        run([*bench.gto, "register", f"bench{number}"], bench, repo).wall * 1e3
        for number in range(bench.scale.slow_rounds)
    ]
    agree("the tags that GTO made", len(_made(repo, [f"bench{number}" for number in range(len(gto))])), len(gto))
    series = [each.values for each in (rows[0].ours, rows[0].before) if each is not None]
    rows.append(row("against `gto register`", "ms", series, gto, kind="faster", goal=1000))
    return Table("Acts", _ABOUT.format(tags=tags), rows)


def _beside_git(bench: Bench, tags: int, what: str) -> Row:
    prepare, option, goal = _WAYS[what]
    names = [f"bench{number}" for number in range(bench.scale.acts)]
    took = bench.times()
    git: list[float] = []
    with ExitStack() as stack:
        theirs = bench.registries.copy(tags, "acts-git")
        prepare(theirs, bench.environment)
        acting = []
        for number, side in enumerate(bench.sides):
            repo = bench.registries.copy(tags, f"acts-{number}")
            prepare(repo, bench.environment)
            running = stack.enter_context(daemon(side))
            running.load_language_server()
            running.call("gto/show", repo=str(repo))
            acting.append((repo, stack.enter_context(running.connect())))
        environment = {name: bench.environment[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL")}
        for number, name in enumerate(names):
            for (repo, connection), times in zip(acting, took, strict=True):
                message = request(number, "gto/register", {"repo": str(repo), "name": name, "env": environment})
                start = perf_counter()
                connection.sendall(message + b"\n")
                answer = json.loads(line(connection))
                times.append((perf_counter() - start) * 1e3)
                agree("the tag", answer["result"]["created"][0]["tag"], f"{name}@v0.0.1")
            command = ["git", "tag", option, "-m", f"Registering artifact {name} version v0.0.1", f"{name}@v0.0.1"]
            start = perf_counter()
            subprocess.run(command, cwd=theirs, env=bench.environment, check=True, capture_output=True)
            git.append((perf_counter() - start) * 1e3)
        expected = _made(theirs, names)
        for repo, _ in acting:
            agree("the tags that were made", _made(repo, names), expected)
    # The first few also open the repository.
    return row(what, "ms", [times[len(times) // 10 :] for times in took], git, kind="slower", goal=goal)


def _made(repo: Path, names: Sequence[str]) -> list[str]:
    """Name, commit, message, and whether there is a signature, of each tag."""
    form = "--format=%(refname) %(*objectname) %(contents:subject) %(if)%(contents:signature)%(then)signed%(end)"
    refs = [f"refs/tags/{name}@v0.0.1" for name in names]
    found = subprocess.run(["git", "for-each-ref", form, *refs], cwd=repo, check=True, capture_output=True, text=True)
    return found.stdout.splitlines()
