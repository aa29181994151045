"""`show --json` as a whole process, ours and GTO's in turn."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figures import Row, Series, agree


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end: seconds by the clock, seconds of CPU, what it printed."""

    wall: float
    cpu: float
    output: bytes

    @property
    def json(self) -> Any:
        """What it printed."""
        return json.loads(self.output)


def run(command: list[str], bench: Bench, cwd: Path) -> Run:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed.

    """
    output = bench.scratch / "output"
    with output.open("wb") as file:
        start = perf_counter()
        process = subprocess.Popen(command, stdout=file, env=bench.environment, cwd=cwd)
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(wall, usage.ru_utime + usage.ru_stime, output.read_bytes())


def against_gto(bench: Bench, options: list[str], goals: dict[int, float]) -> list[Row]:
    """Rows for `gtod show --json OPTIONS` at every size, with these goals for how much faster it is than GTO."""
    rows = []
    command = [*bench.gtod, "show", "--json", *options]
    peer = [*bench.gto, "show", "--json"]
    for tags, rounds in zip(bench.scale.sizes, bench.scale.rounds, strict=True):
        repo = bench.registries.of(tags)
        run(command, bench, repo)  # the page cache, and the daemon, know the repository then
        slow = bench.scale.slow_rounds if tags >= 10_000 else rounds
        ours, theirs = [], []
        for turn in range(rounds):
            if turn < slow:
                theirs.append(run(peer, bench, repo))
            ours.append(run(command, bench, repo))
            agree(f"show --json at {tags} tags", list(ours[-1].json.items()), list(theirs[-1].json.items()))
        cpu = [min(each.cpu for each in side) * 1e3 for side in (ours, theirs)]
        rows.append(
            Row(
                what=f"{tags:,} tags",
                ours=Series("ms", tuple(each.wall * 1e3 for each in ours)),
                peer=Series("ms", tuple(each.wall * 1e3 for each in theirs)),
                kind="faster",
                goal=goals.get(tags),
                note=f"CPU {cpu[0]:,.0f} ms, GTO {cpu[1]:,.0f} ms",
            )
        )
    return rows
