"""What the daemon keeps in memory: by itself, and for each tag."""

from benchmarks.bench import Bench
from benchmarks.daemon import Daemon, daemon
from benchmarks.figures import Row, Series, Table, agree

_ABOUT = """\
The base is a daemon that holds a registry of {few} tags, has answered, and has loaded its language server: its
proportional set size (`Pss` of `/proc/PID/smaps_rollup`), mapped files included. A tag is what the daemon's own memory
(`Pss_Anon`) grows by when it reads and shows a registry of {indexed} tags with their commits, divided by the tags;
packs that Git's library maps are the page cache's. There is no peer: GTO keeps nothing.
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
    rows = [
        Row(what="base", ours=Series("MiB", (base / 2**20,)), peer=None, kind="figure", goal=80),
        Row(
            what=f"a tag, of {tags:,}",
            ours=Series("bytes", (grown / tags,)),
            peer=None,
            kind="figure",
            goal=1536,
        ),
    ]
    return Table("Memory", _ABOUT.format(few=_FEW, indexed=f"{tags:,}"), rows)


def _show(running: Daemon, repo: str, tags: int) -> None:
    agree("there are artifacts", bool(running.call("gto/show", repo=repo)["artifacts"]), True)
    agree("tags held", running.call("gto/status", repo=repo)["repository"]["tags"], tags)
