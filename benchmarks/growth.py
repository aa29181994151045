"""What grows with a registry, from a hundred tags to a million, and what does not."""

import json
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.curves import Curve, draw
from benchmarks.figures import Row, Table, agree, row
from benchmarks.indexing import FORMAT

_ABOUT = """\
Each size in processes of its own. **First reading**: from an open repository to the index, beside `git for-each-ref`,
which reads the tag objects and nothing else. **From the store**: from an open repository to one artifact's versions, in
a process that finds what an earlier daemon stored; imports are not part of it, and `git for-each-ref` with the names
of one artifact's tags is the peer. **One change**: from the end of a `git tag` to the index that holds it, beside
`git for-each-ref` printing names and ids, which is what a program without an index has to do. `gtod show NAME` is a
whole process from its start, imports and all, that goes on from the store.

![First answers](pictures/growth-first.svg)

![One change](pictures/growth-change.svg)
"""
_GOAL = 300.0


def measure(bench: Bench) -> Table:
    """Grow.

    Raises:
        WrongAnswerError: the index and git do not have the same tags.

    """
    rows: list[Row] = []
    curves: dict[str, Curve] = {}

    def noted(curve: str, tags: int, seconds: float) -> None:
        curves.setdefault(curve, Curve(curve, [])).points.append((tags, seconds))

    for tags in bench.scale.grown:
        repo = bench.registries.copy(tags)
        listed = [run(["git", "for-each-ref", f"--format={FORMAT}", "refs/tags"], bench, repo) for _ in range(2)]
        polled = [run(["git", "for-each-ref", "refs/tags"], bench, repo) for _ in range(3)]
        firsts = [_living("first", side, repo, str(bench.scale.changed)) for side in bench.sides]
        agree("the index and git", [each["tags"] for each in firsts], [polled[-1].output.count(b"\n")] * len(firsts))
        name = firsts[0]["name"]
        own = ["git", "for-each-ref", f"--format={FORMAT}", f"refs/tags/{name}@*", f"refs/tags/{name}#*"]
        one = []
        restored: list[list[dict[str, Any]]] = [[] for _ in bench.sides]
        whole = bench.times()
        for _ in range(3):
            one.append(run(own, bench, repo))
            for side, said, found, times in zip(bench.sides, firsts, restored, whole, strict=True):
                found.append(_living("next", side, repo, name))
                shown = run([*side.gtod, "show", "--json", "--no-daemon", name], side, repo)
                times.append(shown.wall * 1e3)
                agree("versions", len(shown.json), said["versions"])
        what = f"{tags:,} tags"
        change = row(
            f"{what}, one change",
            "ms",
            [each["change"] for each in firsts],
            [each.wall * 1e3 for each in polled],
            kind="faster",
        )
        rows += [
            row(
                f"{what}, first reading",
                "s",
                [[each["index"]] for each in firsts],
                [each.wall for each in listed],
                kind="slower",
                note=f"{firsts[0]['memory']:,.0f} bytes of memory a tag",
            ),
            row(
                f"{what}, from the store",
                "ms",
                [[each["one"] * 1e3 for each in found] for found in restored],
                [each.wall * 1e3 for each in one],
                kind="slower",
                note=f"all artifacts after {min(each['all'] for each in restored[0]) * 1e3:,.0f} ms",
            ),
            row(
                f"{what}, `gtod show NAME` from the store, a whole process",
                "ms",
                whole,
                goal=_GOAL if tags == 100_000 else None,
            ),
            change,
        ]
        noted("first reading", tags, firsts[0]["index"])
        noted("from the store", tags, min(each["one"] for each in restored[0]))
        noted("git for-each-ref, all tag objects", tags, min(each.wall for each in listed))
        noted("one change", tags, change.ours.middle / 1e3)
        noted("git for-each-ref, names", tags, min(each.wall for each in polled))
        if tags <= bench.scale.grown_with_gto:
            noted("gto show", tags, run([*bench.gto, "show", "--json"], bench, repo).wall)
    if not bench.smoke:
        first = ("first reading", "from the store", "git for-each-ref, all tag objects", "gto show")
        draw("growth-first.svg", "Seconds until the first answer", [curves[each] for each in first])
        later = ("one change", "git for-each-ref, names", "gto show")
        draw("growth-change.svg", "Seconds until a change is known", [curves[each] for each in later])
    return Table("Growth", _ABOUT, rows)


def _living(which: str, side: Bench, repo: Path, last: str) -> dict[str, Any]:
    store = Path(side.environment["XDG_CACHE_HOME"]) / "gtod" / "registries"
    command = [*side.subject("living"), which, str(repo), str(store), last]
    said: dict[str, Any] = json.loads(run(command, side, repo).output.splitlines()[-1])
    return said
