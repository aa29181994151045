"""What it costs a question that tags are in files of their own, each of which is compared before the answer."""

import json
import socket
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bench import Bench
from benchmarks.daemon import daemon, line, request
from benchmarks.figures import Row, Series, Table, agree

_ABOUT = """\
`gto/checkRef`, one at a time, in a registry whose tags are all in files of their own, as `git tag` leaves them until
`git pack-refs` or `git gc`; the peer is gtod itself in the same registry, packed. Each file is compared before each
answer, so that a tag that is written in place is seen: up to 256 on the event loop, more in the repository's thread.
"""
_REQUESTS = 40


def measure(bench: Bench) -> Table:
    """Ask of each size, packed and loose in turn.

    Raises:
        WrongAnswerError: an answer is not the one that it should be.

    """
    rows = []
    for tags in bench.scale.sizes:
        packed, loose = bench.registries.of(tags), bench.registries.copy(tags)
        name = _unpack(loose)
        times: dict[Path, list[float]] = {packed: [], loose: []}
        with daemon(bench) as running, running.connect() as connection:
            for repo in times:
                _ask(connection, repo, name)
            for _ in range(bench.scale.blocks):
                for repo, found in times.items():
                    found.append(min(_ask(connection, repo, name) for _ in range(_REQUESTS)) * 1e6)
        each = (min(times[loose]) - min(times[packed])) / tags
        rows.append(
            Row(
                what=f"`gto/checkRef`, {tags:,} loose tags",
                ours=Series("µs", tuple(times[loose])),
                peer=Series("µs", tuple(times[packed])),
                kind="slower",
                goal=None,
                note=f"{each:.1f} µs for each loose tag",
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
