"""What grows with a registry, from a hundred tags to a million, and what does not."""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.curves import Curve, draw
from benchmarks.figures import Row, Series, Table, agree
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
        store = Path(bench.environment["XDG_CACHE_HOME"]) / "gtod" / "registries"
        said = _living(bench, repo, store, str(bench.scale.changed))
        restored = [_living(bench, repo, store) for _ in range(3)]
        listed = [run(["git", "for-each-ref", f"--format={FORMAT}", "refs/tags"], bench, repo) for _ in range(2)]
        name = said["name"]
        own = ["git", "for-each-ref", f"--format={FORMAT}", f"refs/tags/{name}@*", f"refs/tags/{name}#*"]
        one = [run(own, bench, repo) for _ in range(3)]
        polled = [run(["git", "for-each-ref", "refs/tags"], bench, repo) for _ in range(3)]
        agree("tags of the index", said["tags"], polled[-1].output.count(b"\n"))
        command = [*bench.gtod, "show", "--json", "--no-daemon", name]
        whole = [run(command, bench, repo) for _ in range(5)]
        agree("versions", len(whole[-1].json), said["versions"])
        what = f"{tags:,} tags"
        rows += [
            Row(
                what=f"{what}, first reading",
                ours=Series("s", (said["index"],)),
                peer=Series("s", tuple(each.wall for each in listed)),
                kind="slower",
                goal=None,
                note=f"{said['memory']:,.0f} bytes of memory a tag",
            ),
            Row(
                what=f"{what}, from the store",
                ours=Series("ms", tuple(each["one"] * 1e3 for each in restored)),
                peer=Series("ms", tuple(each.wall * 1e3 for each in one)),
                kind="slower",
                goal=None,
                note=f"all artifacts after {min(each['all'] for each in restored) * 1e3:,.0f} ms",
            ),
            Row(
                what=f"{what}, `gtod show NAME` from the store, a whole process",
                ours=Series("ms", tuple(each.wall * 1e3 for each in whole)),
                peer=None,
                kind="figure",
                goal=_GOAL if tags == 100_000 else None,
            ),
            Row(
                what=f"{what}, one change",
                ours=Series("ms", tuple(said["change"])),
                peer=Series("ms", tuple(each.wall * 1e3 for each in polled)),
                kind="faster",
                goal=None,
            ),
        ]
        noted("first reading", tags, said["index"])
        noted("from the store", tags, min(each["one"] for each in restored))
        noted("git for-each-ref, all tag objects", tags, min(each.wall for each in listed))
        noted("one change", tags, rows[-1].ours.middle / 1e3)
        noted("git for-each-ref, names", tags, min(each.wall for each in polled))
        if tags <= bench.scale.grown_with_gto:
            noted("gto show", tags, run([*bench.gto, "show", "--json"], bench, repo).wall)
    if not bench.smoke:
        first = ("first reading", "from the store", "git for-each-ref, all tag objects", "gto show")
        draw("growth-first.svg", "Seconds until the first answer", [curves[each] for each in first])
        change = ("one change", "git for-each-ref, names", "gto show")
        draw("growth-change.svg", "Seconds until a change is known", [curves[each] for each in change])
    return Table("Growth", _ABOUT, rows)


def _living(bench: Bench, repo: Path, store: Path, *changes: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.living", str(repo), str(store), *changes]
    said: dict[str, Any] = json.loads(run(command, bench, repo).output.splitlines()[-1])
    return said
