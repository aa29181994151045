"""An act over the socket of a warm daemon, against `git tag -a` and against `gto register`."""

import json
import shutil
import subprocess
from pathlib import Path
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.daemon import daemon, line, request
from benchmarks.figures import Row, Series, Table, agree

_ABOUT = """\
`gto/register` as a round trip over the socket, in a registry of {tags:,} tags: planned, the tag object written, the ref
created by `git update-ref` with its hooks, the registry read again, and answered. One peer is the process `git tag -a`
in a copy of the same repository, in turns with ours. The other is `gto register`, which is a whole process too.
"""


def measure(bench: Bench) -> Table:
    """Do the acts.

    Raises:
        WrongAnswerError: a tag that was asked for is not there.

    """
    tags = bench.scale.sizes[-1]
    ours, theirs, gtos = (_copy(bench, tags, name) for name in ("acts-ours", "acts-git", "acts-gto"))
    took: list[float] = []
    git: list[float] = []
    with daemon(bench) as running, running.connect() as connection:
        running.load_language_server()
        running.call("gto/show", repo=str(ours))
        environment = {name: bench.environment[name] for name in ("HOME", "PATH", "GIT_CONFIG_GLOBAL")}
        for number in range(bench.scale.acts):
            params = {"repo": str(ours), "name": f"bench{number}", "env": environment}
            start = perf_counter()
            connection.sendall(request(number, "gto/register", params) + b"\n")
            answer = json.loads(line(connection))
            took.append((perf_counter() - start) * 1e3)
            agree("the tag", answer["result"]["created"][0]["tag"], f"bench{number}@v0.0.1")
            command = ["git", "tag", "-a", "-m", "Registering", f"bench{number}@v0.0.1"]
            start = perf_counter()
            subprocess.run(command, cwd=theirs, env=bench.environment, check=True, capture_output=True)
            git.append((perf_counter() - start) * 1e3)
    gto = [
        run([*bench.gto, "register", f"bench{number}"], bench, gtos).wall * 1e3
        for number in range(bench.scale.slow_rounds)
    ]
    # The first few also open the repository.
    series = Series("ms", tuple(took[len(took) // 10 :]))
    return Table(
        "Acts",
        _ABOUT.format(tags=tags),
        [
            Row(what="against `git tag -a`", ours=series, peer=Series("ms", tuple(git)), kind="slower", goal=2),
            Row(what="against `gto register`", ours=series, peer=Series("ms", tuple(gto)), kind="faster", goal=1000),
        ],
    )


def _copy(bench: Bench, tags: int, name: str) -> Path:
    place = bench.scratch / name
    shutil.copytree(bench.registries.of(tags), place)
    return place
