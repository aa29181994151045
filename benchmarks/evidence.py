"""The metrics of many versions, beside `git cat-file` of the same files and `dvc metrics show` of the same tags."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic_core import to_json

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.daemon import daemon, line, request
from benchmarks.figures import Table, agree, agree_on_common, row
from tests.oracle.install import DVC, environment_of

_ABOUT = """\
A registry with one artifact, a version on every commit, a `dvc.yaml` and a `metrics.json` of 50 numbers that every
commit changes. The first `gto/metrics` of a daemon that has answered `gto/show` before reads every commit's files; the
peer, `git cat-file --batch`, is fed with `COMMIT:path` of the same files and prints them. From memory, the request is
answered again, over the socket; the peer is the encoding of that answer's JSON by the same encoder, and nothing else.
`dvc metrics show --all-tags --json` prints the metrics of the same tags.
"""
_METRICS = 50
_DEFINITION = "metrics:\n  - metrics.json\n"


def measure(bench: Bench) -> Table:
    """Ask in turn.

    Raises:
        WrongAnswerError: the numbers differ.

    """
    versions = bench.scale.measured
    repo = bench.scratch / f"measured-{versions}"
    expected = make(repo, versions)
    lines = b"".join(
        f"{commit}:{name}\n".encode() for commit in _commits(bench, repo) for name in ("dvc.yaml", "metrics.json")
    )
    first, memory, commands = bench.times(), bench.times(), bench.times()
    files, encoding = [], []
    for _ in range(bench.scale.indexings):
        files.append(_timed(bench, repo, lines))
        answers = []
        for number, side in enumerate(bench.sides):
            with daemon(side) as served, served.connect() as connection:
                served.load_language_server()
                _ask(connection, "gto/show", repo)
                took, answer = _ask(connection, "gto/metrics", repo, name="art")
                first[number].append(took)
                agree("the metrics", [each["values"] for each in answer["versions"]], expected)
                answers.append(answer)
                for _ in range(5):
                    memory[number].append(_ask(connection, "gto/metrics", repo, name="art")[0])
                    start = perf_counter()
                    to_json(answer)
                    encoding.append((perf_counter() - start) * 1e3)
            command = [*side.gtod, "--no-daemon", "metrics", "art", "--json"]
            commands[number].append(run(command, side, repo).wall * 1e3)
        agree_on_common("gto/metrics", answers)
    dvc = [str(environment_of(DVC) / "bin" / "dvc"), "metrics", "show", "--all-tags", "--json"]
    theirs = run(dvc, bench, repo)
    agree("dvc's metrics", sorted(_of_dvc(json.loads(theirs.output))), sorted(json.dumps(each) for each in expected))
    what = f"`gto/metrics` of {versions:,} versions"
    return Table(
        "Metrics",
        _ABOUT,
        [
            row(f"{what}, the first of a daemon", "ms", first, files, kind="slower", goal=3),
            row(f"{what}, from memory", "ms", memory, encoding, kind="slower", goal=1.5),
            row(
                "`gtod metrics --json`, no daemon",
                "ms",
                commands,
                [theirs.wall * 1e3],
                kind="faster",
            ),
        ],
    )


def make(repo: Path, versions: int) -> list[dict[str, float]]:
    """Make the registry, packed, and return the metrics of each version by key, the greatest version first."""
    stream, found = [], []
    for number in range(versions):
        values = {
            f"m{each:02}": round((number * 7919 + each * 104729) % 100_003 / 100_003, 6) for each in range(_METRICS)
        }
        found.append({f"metrics.json:{name}": value for name, value in values.items()})
        when = f"Ben Bench <ben@example.com> {1_600_000_000 + number * 60} +0000"
        stream.append(f"commit refs/heads/main\nmark :{number + 1}\ncommitter {when}\ndata 1\nV\n")
        if not number:
            stream.append(f"M 100644 inline dvc.yaml\ndata {len(_DEFINITION)}\n{_DEFINITION}\n")
            stream.append("M 100644 inline .dvc/config\ndata 0\n\n")
        text = json.dumps(values, indent=2)
        stream.append(f"M 100644 inline metrics.json\ndata {len(text)}\n{text}\n")
        stream.append(f"tag art@v0.{number}.0\nfrom :{number + 1}\ntagger {when}\ndata 1\nV\n")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(repo)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo, input="".join(stream), text=True, check=True)
    subprocess.run(["git", "checkout", "--quiet", "--force", "main"], cwd=repo, check=True)
    subprocess.run(["git", "repack", "-adq"], cwd=repo, check=True)
    subprocess.run(["git", "pack-refs", "--all"], cwd=repo, check=True)
    return found[::-1]


def _commits(bench: Bench, repo: Path) -> list[str]:
    return run(["git", "rev-list", "main"], bench, repo).output.decode().split()


def _timed(bench: Bench, repo: Path, lines: bytes) -> float:
    start = perf_counter()
    subprocess.run(
        ["git", "cat-file", "--batch"],
        cwd=repo,
        input=lines,
        env=dict(bench.environment),
        check=True,
        capture_output=True,
    )
    return (perf_counter() - start) * 1e3


def _ask(connection: Any, method: str, repo: Path, **params: Any) -> tuple[float, Any]:
    message = request(1, method, {"repo": str(repo), **params}) + b"\n"
    start = perf_counter()
    connection.sendall(message)
    answer = line(connection)
    took = (perf_counter() - start) * 1e3
    return took, json.loads(answer)["result"]


def _of_dvc(shown: dict[str, Any]) -> Iterator[str]:
    for name, found in shown.items():
        if name != "workspace":
            values = found["data"]["metrics.json"]["data"]
            yield json.dumps({f"metrics.json:{key}": value for key, value in values.items()})
