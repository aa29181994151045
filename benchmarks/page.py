"""The results as text for a terminal, and as `docs/performance.md`."""

import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.figures import Row, Table

_INTRODUCTION = """\
<!-- Written by `make bench`: edit benchmarks/, not this page. -->

# Performance

Every figure is a ratio to a peer that was measured in the same run, in turn with ours, because times by themselves
say more about a machine than about a program. Measured with {machine}.

- **ours**, **before**, **peer**: least / median / greatest of the repetitions; before is an earlier build.
- **result**: from the medians, and what the goal is about; **best**: from the best repetition of each side, which
  other work on the machine disturbs least.
- In every benchmark the answers of both sides are compared too; a wrong one fails the run.

## Run it

```console
$ make bench BEFORE=ac892d8               # everything, a quarter of an hour; installs both builds, writes this page
$ make bench BENCH_ARGS=--smoke           # everything once and small, in two minutes: does it work?
$ make bench BENCH_ARGS="--only cold_index --cache /tmp/kept"         # one of them; keep what it makes and installs
$ python -m benchmarks --only acts --before ../before/.venv/bin/python  # beside what another interpreter has
```

The registries are synthetic (`tests/genrepo.py`: artifacts with 25 versions, stages assigned and unassigned, a commit
for each version, tags packed), and the real GTO 1.10.1 runs in a virtual environment of its own. Let the machine do
nothing else meanwhile.

## In short

{summary}
"""


def page(tables: Sequence[Table]) -> str:
    """The whole page."""
    goals = [(table.title, row) for table in tables for row in table.rows if row.goal is not None]
    reached = sum(row.is_reached is True for _, row in goals)
    summary = "\n".join(
        [
            f"{reached} of {len(goals)} goals are reached.",
            "",
            "| what | result | before | goal | |",
            "|---|---|---|---|---|",
            *(
                f"| {title}: {row.what} | {row.result_text} | {row.before_text} | {row.goal_text} | {row.verdict} |"
                for title, row in goals
            ),
        ]
    )
    parts = [_INTRODUCTION.format(machine=_machine(), summary=summary)]
    parts += [f"## {table.title}\n\n{table.about.strip()}\n\n{_markdown(table.rows)}\n" for table in tables]
    return "\n".join(parts)


def lines(table: Table, *, goals: bool) -> Iterator[str]:
    """A table for the terminal."""
    yield f"\n{table.title}"
    for row in table.rows:
        yield f"  {row.what}"
        yield f"    ours {row.ours} {row.ours.unit}"
        if row.before is not None:
            yield f"    before {row.before} {row.before.unit}"
        if row.peer is not None:
            yield f"    peer {row.peer} {row.peer.unit}"
        best = "" if len(row.ours.values) == 1 else f" (best {row.best_text})"
        goal = f"; goal {row.goal_text}: {row.verdict}" if goals and row.goal is not None else ""
        yield f"    {row.result_text}{best}{goal}"
        if row.note:
            yield f"    {row.note}"


def _markdown(rows: Iterable[Row]) -> str:
    rows = list(rows)
    table = ["| | ours | before | peer | result | best | goal | |", "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        series = [f"{each} {each.unit}" if each is not None else "none" for each in (row.ours, row.before, row.peer)]
        cells = [row.what, *series, row.result_text, row.best_text, row.goal_text, row.verdict]
        table.append(f"| {' | '.join(cells)} |")
    notes = [f"- {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*table, "", *notes] if notes else table)


def _machine() -> str:
    git = subprocess.run(["git", "--version"], check=True, capture_output=True, encoding="utf-8").stdout.split()[2]
    system, cores = platform.system(), len(os.sched_getaffinity(0))
    python = platform.python_version()
    return f"Python {python}, Git {git}, {system}, {platform.machine()}, {cores} cores"
