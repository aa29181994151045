"""A process from start to end."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench


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
