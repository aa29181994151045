"""The results as text for a terminal, and as `docs/performance.md`."""

import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.figures import Row, Table, quantity

_INTRODUCTION = """\
<!-- Written by `make bench`: edit benchmarks/, not this page. -->

# Performance

Every figure is a ratio to a peer that was measured in the same run, in turn with ours, because times by themselves
say more about a machine than about a program. Measured with {machine}.

- **ours**, **before**, **peer**: least / median / greatest of the repetitions; before is an earlier build.
- **result**: from the medians, and what the goal is about; **best**: from the best repetition of each side, which
  other work on the machine disturbs least.
- The answers of both sides are compared too, wherever both answer the same; a wrong one fails the run. Where the peer
  answers something else (the other language server, the plain tuples), what ours has to say is checked by itself.

## What to expect

{expectation}

## Run it

```console
$ make bench BEFORE=ac892d8               # everything, a quarter of an hour; installs both builds, writes this page
$ make bench BENCH_ARGS=--smoke           # everything once and small, in two minutes: does it work?
$ make bench BENCH_ARGS="--only cold_index --cache /tmp/kept"           # one of them; keep what it makes
$ python -m benchmarks --only acts --before ../before/.venv/bin/python  # beside what another interpreter has
```

Whether a daemon stays as small as it was: `python -m benchmarks.soak --state FILE` asks and tells it a million things,
goes on where it was interrupted, and fails where the last half adds more than 1 MiB to what is kept.

The registries are synthetic (`tests/genrepo.py`: artifacts with 25 versions, stages assigned and unassigned, a commit
for each version, tags packed), and the real GTO 1.10.1 runs in a virtual environment of its own. Let the machine do
nothing else meanwhile.

## In short

{summary}
"""

_EXPECTATION = """\
On a machine like that one: a question to a daemon that runs is answered in {asked}, and `gtod show` at the prompt
prints after {warm}; without a daemon it takes {cold} for a thousand tags. A hundred thousand tags are read once, in
{first}, and found again in {again} by the next process. Registering a version takes {act}, and every editor and
dashboard knows of a tag {notice} after it is written. Lenses and diagnostics of a file of a thousand artifacts follow a
keystroke within {typed}. The daemon takes {base} of memory, and {tag} for each tag; while nothing happens it uses
{idle}.
"""
#: The section and the row that each of these is the median of.
_FIGURES = {
    "asked": ("Round trips", "`gto/checkRef`, one at a time"),
    "warm": ("`gtod show --json`", "1,000 tags, daemon warm"),
    "cold": ("`gtod show --json`", "1,000 tags, no daemon"),
    "first": ("Cold index of 100,000 tags", "index of 100,000 tags"),
    "again": ("Growth", "100,000 tags, `gtod show NAME` from the store, a whole process"),
    "act": ("Acts", "against `git tag -a`"),
    "notice": ("Changes", "the ref written to `gto/didChange`, 20 subscribers, 10,000 tags, median"),
    "typed": ("An editor", "lenses and diagnostics after a keystroke, p95"),
    "base": ("Memory", "base"),
    "tag": ("Memory", "a tag, of 100,000"),
    "idle": ("Changes", "idle, CPU"),
}


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
    rows = {(table.title, row.what): row.ours for table in tables for row in table.rows}
    medians = {name: f"{quantity(rows[row].middle)} {rows[row].unit}" for name, row in _FIGURES.items()}
    expectation = _EXPECTATION.format(**medians).strip()
    parts = [_INTRODUCTION.format(machine=_machine(), expectation=expectation, summary=summary)]
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
