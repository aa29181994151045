"""`gtod show --json` as a whole process, with a daemon and without, against `gto show --json`."""

from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.bench import Bench
from benchmarks.commands import Run, run
from benchmarks.daemon import daemon
from benchmarks.figures import Row, Table, agree, row

_ABOUT = """\
Whole processes, from start to end, in turns; all print the same JSON, which is compared. **Daemon warm**: answered by a
daemon that runs and knows the repository; one peer is `gto show --json`, the other `python -c pass`, which is what any
command in Python costs. **No daemon**: `gtod show --json --no-daemon` imports, reads and folds everything itself, as
GTO does, and finds nothing that a daemon stored.
"""
_WARM_GOALS = {10: 5.0, 1_000: 20.0, 10_000: 300.0}
_COLD_GOALS = {10: 5.0, 10_000: 20.0}


def measure(bench: Bench) -> Table:
    """Run all of them.

    Raises:
        WrongAnswerError: they print different JSON.

    """
    rows: list[Row] = []
    with ExitStack() as stack:
        for side in bench.sides:
            stack.enter_context(daemon(side))
        for tags, rounds in zip(bench.scale.sizes, bench.scale.rounds, strict=True):
            rows += _of_size(bench, tags, rounds)
    return Table("`gtod show --json`", _ABOUT, rows)


def _of_size(bench: Bench, tags: int, rounds: int) -> list[Row]:
    repo = bench.registries.of(tags)
    sides = bench.sides
    warm: list[list[Run]] = [[] for _ in sides]
    cold: list[list[Run]] = [[] for _ in sides]
    bare: list[Run] = []
    gto: list[Run] = []
    for turn in range(-1, rounds):
        if turn + 1 < (bench.scale.slow_rounds if tags >= 10_000 else rounds):
            gto.append(run([*bench.gto, "show", "--json"], bench, repo))
        bare.append(run([str(bench.python), "-c", "pass"], bench, repo))
        for side, warm_runs, cold_runs in zip(sides, warm, cold, strict=True):
            warm_runs.append(run([*side.gtod, "show", "--json"], side, repo))
            cold_runs.append(run([*side.gtod, "show", "--json", "--no-daemon"], side.storing_nothing(), repo))
            for ours in (warm_runs[-1], cold_runs[-1]):
                agree(f"show --json at {tags} tags", list(ours.json.items()), list(gto[-1].json.items()))
    # The page cache, and the daemon, know the repository after the first turn.
    warm, cold, bare = [runs[1:] for runs in warm], [runs[1:] for runs in cold], bare[1:]
    said = f"{tags:,} tags"
    return [
        row(
            f"{said}, daemon warm",
            "ms",
            [_walls(runs) for runs in warm],
            _walls(gto),
            kind="faster",
            goal=_WARM_GOALS.get(tags),
            note=_cpu(warm[0], gto),
        ),
        row(
            f"{said}, daemon warm, beside `python -c pass`",
            "ms",
            [_walls(runs) for runs in warm],
            _walls(bare),
            kind="slower",
            goal=1.7 if tags == min(_WARM_GOALS) else None,
        ),
        row(
            f"{said}, no daemon",
            "ms",
            [_walls(runs) for runs in cold],
            _walls(gto),
            kind="faster",
            goal=_COLD_GOALS.get(tags),
            note=_cpu(cold[0], gto),
        ),
    ]


def _walls(runs: Sequence[Run]) -> list[float]:
    return [each.wall * 1e3 for each in runs]


def _cpu(ours: Sequence[Run], theirs: Sequence[Run]) -> str:
    least = [min(each.cpu for each in side) * 1e3 for side in (ours, theirs)]
    return f"CPU {least[0]:,.0f} ms, GTO {least[1]:,.0f} ms"
