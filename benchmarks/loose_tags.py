"""What it costs a question that tags are in files of their own, each of which is compared before the answer."""

import json
import socket
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench
from benchmarks.daemon import daemon, line, request
from benchmarks.figures import Table, agree, row

_ABOUT = """\
`gto/checkRef`, one at a time, in a registry whose tags are all in files of their own, as `git tag` leaves them until
`git pack-refs` or `git gc`; the peer is this build itself in the same registry, packed. Each file is compared before
each answer, so that a tag that is written in place is seen, until the repository is asked more than 50 times a second
or somebody listens: then it is [watched](decisions/an-empty-queue-instead-of-stat.md) instead. In the rows there is
some of both.
"""
_REQUESTS = 20


def measure(bench: Bench) -> Table:
    """Ask of each size, packed and loose in turn.

    Raises:
        WrongAnswerError: an answer is not the one that it should be.

    """
    rows = []
    with ExitStack() as stack:
        served = [stack.enter_context(daemon(side)) for side in bench.sides]
        connections = [stack.enter_context(running.connect()) for running in served]
        for tags in bench.scale.sizes:
            packed, loose = bench.registries.of(tags), bench.registries.copy(tags)
            name = _unpack(loose)
            times: dict[Path, list[list[float]]] = {repo: [[] for _ in served] for repo in (packed, loose)}
            for turn in range(-1, bench.scale.blocks):
                for repo, sides in times.items():
                    for connection, found in zip(connections, sides, strict=True):
                        took = median(_ask(connection, repo, name) for _ in range(_REQUESTS)) * 1e6
                        if turn >= 0:
                            found.append(took)
            each = (min(times[loose][0]) - min(times[packed][0])) / tags
            rows.append(
                row(
                    f"`gto/checkRef`, {tags:,} loose tags",
                    "µs",
                    times[loose],
                    times[packed][0],
                    kind="slower",
                    note=f"{each:.2f} µs for each loose tag",
                )
            )
    return Table("Loose tags", _ABOUT, rows)


def _unpack(repo: Path) -> str:
    """Have each tag in a file of its own, and answer the name of one."""
    packed = repo / ".git" / "packed-refs"
    kept, name = [], ""
    for entry in packed.read_text().splitlines():
        oid, _, ref = entry.partition(" ")
        if ref.startswith("refs/tags/"):
            name = ref.removeprefix("refs/tags/")
            place = repo / ".git" / ref
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{oid}\n")
        elif not entry.startswith("^"):
            kept.append(f"{entry}\n")
    packed.write_text("".join(kept))
    return name


def _ask(connection: socket.socket, repo: Path, name: str) -> float:
    """Seconds for an answer."""
    params: dict[str, Any] = {"repo": str(repo), "ref": name}
    start = perf_counter()
    connection.sendall(request(1, "gto/checkRef", params) + b"\n")
    answer = line(connection)
    took = perf_counter() - start
    agree("checkRef's tag", json.loads(answer)["result"]["event"]["tag"], name)
    return took
