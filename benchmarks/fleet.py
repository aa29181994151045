"""What it costs to ask about many repositories at once, and to wait for a change in one of them."""

import json
import shutil
import socket
import subprocess
from pathlib import Path
from time import monotonic, perf_counter, sleep

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, daemon, line, request
from benchmarks.figures import Row, Table, agree, row
from tests.genrepo import Shape, generate

#: Seconds for which a daemon that has just opened them is left alone: until all are watched, and stored.
_SETTLING = 20.0
_ABOUT = """\
A fleet of {many} repositories of 5 tags each, and one of {few} of {large} tags each. `gto/fleet/show` is timed beside
`gto/show` of one repository with as many artifacts, on the same kind of connection, answers of the same sizes but for
the names of repositories. The first answer opens all of them. A tag is made by git in one of them; the time is from the
end of git to `gto/fleet/didChange`. Idle is the daemon over {idle:g} s in which nothing happens.
"""


def measure(bench: Bench) -> Table:
    """Ask about fleets.

    Raises:
        WrongAnswerError: an answer has not as many artifacts as there are.

    """
    many, few, large = (1_000, 20, 10_000) if not bench.smoke else (5, 2, 100)
    rows = [
        *_rows(bench, _fleet(bench, "many", many, 5), many, f"{many:,} repositories of 5 tags"),
        *_rows(bench, _fleet(bench, "few", few, large), few, f"{few} repositories of {large:,} tags"),
    ]
    return Table("Fleets", _ABOUT.format(many=f"{many:,}", few=few, large=f"{large:,}", idle=bench.scale.idle), rows)


def _fleet(bench: Bench, name: str, count: int, tags: int) -> Path:
    """Make a folder of repositories, and a file that names them."""
    folder = bench.scratch / f"fleet-{name}"
    generate(folder / "r0000", Shape(artifacts=max(1, tags // 40), versions=25, stages=("prod",), max_tags=tags))
    for number in range(1, count):
        shutil.copytree(folder / "r0000", folder / f"r{number:04}", symlinks=True)
    file = bench.scratch / f"fleet-{name}.yaml"
    file.write_text(f"repositories:\n- path: fleet-{name}/*\n")
    return file


def _rows(bench: Bench, file: Path, count: int, what: str) -> list[Row]:
    with daemon(bench) as running:
        running.load_language_server()
        start = perf_counter()
        shown = running.call("gto/fleet/show", fleet=str(file))
        first = perf_counter() - start
        agree("the repositories that can be read", len(shown["repositories"]), count)
        artifacts = len(shown["artifacts"])
        with running.connect() as listening:
            listening.sendall(request(1, "gto/fleet/subscribe", {"fleet": str(file)}) + b"\n")
            line(listening)
            sleep(_SETTLING if not bench.smoke else 0.5)
            whole = _whole(bench, artifacts)
            rounds = bench.scale.blocks * 5
            ours = _times(running, "gto/fleet/show", {"fleet": str(file)}, rounds)
            peer = _times(running, "gto/show", {"repo": str(whole)}, rounds)
            begun, before = monotonic(), running.cpu()
            sleep(bench.scale.idle)
            idle = (running.cpu() - before) / (monotonic() - begun) * 100
            waits = [_wait(listening, file.with_suffix("") / "r0000", number) for number in range(bench.scale.changes)]
        return [
            row(f"`gto/fleet/show`, {what}, the first", "s", [[first]]),
            row(f"`gto/fleet/show`, {what}, {artifacts:,} artifacts, beside `gto/show` of one", "ms", [ours], peer,
                kind="slower", goal=2),
            row(f"a tag to `gto/fleet/didChange`, {what}", "ms", [waits], goal=20),
            row(f"idle, {what}, CPU", "% of a core", [[idle]], goal=2),
        ]  # fmt: skip


def _whole(bench: Bench, artifacts: int) -> Path:
    """Return a repository with so many artifacts."""
    path = bench.scratch / f"whole-{artifacts}"
    if not path.exists():
        generate(path, Shape(artifacts=artifacts, versions=1, stages=("prod",), max_tags=artifacts * 2))
    return path


def _times(running: Daemon, method: str, params: dict[str, str], rounds: int) -> list[float]:
    times = []
    with running.connect() as connection:
        for number in range(rounds + 1):
            start = perf_counter()
            connection.sendall(request(number, method, params) + b"\n")
            line(connection)
            times.append((perf_counter() - start) * 1e3)
    # What the first computes, the others are given.
    return times[1:]


def _wait(listening: socket.socket, repo: Path, number: int) -> float:
    """Make a tag, and return milliseconds until it is heard of."""
    name = f"bench@v9.0.{number}"
    subprocess.run(["git", "tag", "-a", "-m", "m", name], cwd=repo, check=True, capture_output=True)
    start = perf_counter()
    told = json.loads(line(listening))
    waited = (perf_counter() - start) * 1e3
    agree("the repositories in the notification", told["params"]["repositories"], [repo.name])
    return waited
