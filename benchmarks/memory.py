"""What the daemon keeps in memory: by itself, and for each tag."""

import subprocess
import sys

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, daemon
from benchmarks.figures import Row, Series, Table, agree

_ABOUT = """\
The base is a daemon that holds a registry of {few} tags, has answered, and has loaded its language server: its
proportional set size (`Pss` of `/proc/PID/smaps_rollup`), mapped files included. A tag is what the daemon's own memory
(`Pss_Anon`) grows by when it reads and shows a registry of {indexed} tags with their commits, divided by the tags;
packs that Git's library maps are the page cache's. GTO keeps nothing, so the peer is the floor that Python has: a fresh
process that holds the same facts of the same tags and commits as plain tuples in two dicts (`benchmarks/holding.py`).
What is above it are versions, stages and events, ready to be asked, and what makes a change cheap: where each ref came
from, and `packed-refs` as it was, {packed}.
"""
_FEW = 10


def measure(bench: Bench) -> Table:
    """Fill a daemon.

    Raises:
        WrongAnswerError: it does not hold what it should.

    """
    tags = bench.scale.indexed
    with daemon(bench) as running:
        running.load_language_server()
        _show(running, str(bench.registries.of(_FEW)), _FEW)
        base, before = running.memory("Pss"), running.memory("Pss_Anon")
        _show(running, str(bench.registries.of(tags)), tags)
        grown = running.memory("Pss_Anon") - before
    repository = bench.registries.of(tags)
    command = [sys.executable, "-m", "benchmarks.holding", str(repository)]
    told = subprocess.run(command, env=bench.environment, stdout=subprocess.PIPE, check=True)
    floor = int(told.stdout)
    rows = [
        Row(what="base", ours=Series("MiB", (base / 2**20,)), peer=None, kind="figure", goal=80),
        Row(
            what=f"a tag, of {tags:,}",
            ours=Series("bytes", (grown / tags,)),
            peer=None,
            kind="figure",
            goal=1536,
        ),
        Row(
            what=f"a tag, of {tags:,}, beside plain tuples",
            ours=Series("bytes", (grown / tags,)),
            peer=Series("bytes", (floor / tags,)),
            kind="slower",
            goal=2.5,
        ),
    ]
    packed = f"{(repository / '.git' / 'packed-refs').stat().st_size / tags:.0f} bytes a tag"
    return Table("Memory", _ABOUT.format(few=_FEW, indexed=f"{tags:,}", packed=packed), rows)


def _show(running: Daemon, repo: str, tags: int) -> None:
    agree("there are artifacts", bool(running.call("gto/show", repo=repo)["artifacts"]), True)
    agree("tags held", running.call("gto/status", repo=repo)["repository"]["tags"], tags)
