"""`gtod mcp` from its start to its first answer, against an empty server of the SDK that answers the same."""

import json
import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench
from benchmarks.daemon import daemon
from benchmarks.figures import Table, agree, row

_ABOUT = """\
From the start of a server of the Model Context Protocol to the answer to its first `tools/call`, in turns: `gtod mcp`
with a daemon that runs and knows the repository, and an empty server of the official SDK that has the very same answer
in memory. Nearly all of it is the import of the SDK. **CPU** is that of the server up to its end.
"""
_TAGS = 300
_ROUNDS, _SMOKE_ROUNDS = 9, 2
_GOAL = 1.3
_CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
_ASKED = (
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": _CLIENT},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "registry", "arguments": {}}},
)


def measure(bench: Bench) -> Table:
    """Run both.

    Raises:
        WrongAnswerError: they answer differently.

    """
    repo = bench.registries.of(_TAGS)
    answer = bench.scratch / "answer.json"
    peer = [str(bench.python), str(Path(__file__).with_name("empty_server.py")), str(answer)]
    sides = [side for side in bench.sides if _has_server(side)]
    ours: list[list[tuple[float, float]]] = [[] for _ in sides]
    theirs: list[tuple[float, float]] = []
    with ExitStack() as stack:
        for side in sides:
            stack.enter_context(daemon(side))
        answer.write_text(json.dumps(_first_answer([*bench.gtod, "mcp"], bench, repo)[2]))
        for turn in range(-1, _SMOKE_ROUNDS if bench.smoke else _ROUNDS):
            for side, runs in zip(sides, ours, strict=True):
                wall, cpu, said = _first_answer([*side.gtod, "mcp"], side, repo)
                expected = json.loads(answer.read_text())
                if side is bench:
                    agree("the registry", _without_clock(said), _without_clock(expected))
                if turn >= 0:
                    runs.append((wall, cpu))
            wall, cpu, said = _first_answer(peer, bench, repo)
            agree("the registry", said, json.loads(answer.read_text()))
            if turn >= 0:
                theirs.append((wall, cpu))
    walls = [[wall * 1e3 for wall, _ in runs] for runs in ours]
    cpus = [[cpu * 1e3 for _, cpu in runs] for runs in ours]
    return Table(
        "Agents: a first answer of `gtod mcp`",
        _ABOUT,
        [
            row("time", "ms", walls, [wall * 1e3 for wall, _ in theirs], kind="slower", goal=_GOAL),
            row("CPU", "ms", cpus, [cpu * 1e3 for _, cpu in theirs], kind="slower"),
        ],
    )


def _has_server(side: Bench) -> bool:
    """Whether a build has the command, and its environment the SDK."""
    asked = subprocess.run([str(side.python), "-c", "import mcp, gto_daemon.mcp"], check=False, capture_output=True)
    return asked.returncode == 0


def _first_answer(command: list[str], bench: Bench, cwd: Path) -> tuple[float, float, dict[str, Any]]:
    """Seconds to the answer, seconds of CPU to the end, and the answer."""
    start = perf_counter()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, env=bench.environment, cwd=cwd, stderr=subprocess.DEVNULL, **pipes)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(b"".join(json.dumps(each).encode() + b"\n" for each in _ASKED))
        process.stdin.flush()
        process.stdout.readline()
        line = process.stdout.readline()
        wall = perf_counter() - start
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, json.loads(line)["result"]


def _without_clock(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result["structuredContent"].items() if key != "clock"}
