"""What the daemon keeps in memory: by itself, and for each tag."""

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.daemon import Daemon, daemon
from benchmarks.figures import Table, agree, row

_ABOUT = """\
The base is a daemon that holds a registry of {few} tags, has answered, and has loaded its language server: its
proportional set size (`Pss` of `/proc/PID/smaps_rollup`), mapped files included. A tag is what the daemon's own memory
(`Pss_Anon`) grows by when it reads and shows a registry of {indexed} tags with their commits, divided by the tags;
packs that Git's library maps are the page cache's. GTO keeps nothing, so the peer is the floor that Python has: a fresh
process that holds the same facts of the same tags and commits as plain tuples in two dicts (`benchmarks/holding.py`).
Here tags are packed, by artifact. Besides there is what lists say of each artifact, the versions, stages and events of
those that were asked for last, of 12,000 tags, and what makes a change cheap: where each ref came from, and
`packed-refs` as it was, {packed}.
"""
_FEW = 10


def measure(bench: Bench) -> Table:
    """Fill a daemon.

    Raises:
        WrongAnswerError: it does not hold what it should.

    """
    tags = bench.scale.indexed
    base, grown = [], []
    for side in bench.sides:
        with daemon(side) as running:
            running.load_language_server()
            _show(running, str(bench.registries.of(_FEW)), _FEW)
            base.append([running.memory("Pss") / 2**20])
            before = running.memory("Pss_Anon")
            _show(running, str(bench.registries.of(tags)), tags)
            grown.append([(running.memory("Pss_Anon") - before) / tags])
    repository = bench.registries.of(tags)
    floor = [int(run([*bench.peer("holding"), str(repository)], bench, repository).output) / tags]
    rows = [
        row("base", "MiB", base, goal=45),
        row(f"a tag, of {tags:,}", "bytes", grown, goal=750),
        row(f"a tag, of {tags:,}, beside plain tuples", "bytes", grown, floor, kind="slower", goal=1.1),
    ]
    packed = f"{(repository / '.git' / 'packed-refs').stat().st_size / tags:.0f} bytes a tag"
    return Table("Memory", _ABOUT.format(few=_FEW, indexed=f"{tags:,}", packed=packed), rows)


def _show(running: Daemon, repo: str, tags: int) -> None:
    agree("there are artifacts", bool(running.call("gto/show", repo=repo)["artifacts"]), True)
    agree("tags held", running.call("gto/status", repo=repo)["repository"]["tags"], tags)
