"""The first reading of a large registry, against `git for-each-ref` printing the same of every tag."""

import json
import sys

from benchmarks.bench import Bench
from benchmarks.commands import run
from benchmarks.figures import Row, Series, Table, agree
from benchmarks.indexing import FORMAT

_ABOUT = """\
From an open repository to the first answer: all tag objects, the commits that they are on, the trees of those
(for the annotations in them), folded into the index; in a process that has read nothing yet. The peer,
`git for-each-ref`, reads the tag objects and prints name, target, tagger, date and message of each. It reads no commit
and no tree. What both say of every tag is compared.
"""


def measure(bench: Bench) -> Table:
    """Index and list in turn.

    Raises:
        WrongAnswerError: they say different things of a tag.

    """
    tags = bench.scale.indexed
    repo = bench.registries.of(tags)
    output = bench.scratch / "indexed"
    command = [sys.executable, "-m", "benchmarks.indexing", str(repo), str(output)]
    peer = ["git", "for-each-ref", f"--format={FORMAT}", "refs/tags"]
    ours, theirs = [], []
    for _ in range(bench.scale.indexings):
        listed = run(peer, bench, repo)
        theirs.append(listed)
        indexed = run(command, bench, repo).json
        ours.append(indexed)
        agree("the tags", output.read_bytes().splitlines(), sorted(listed.output.splitlines()))
        agree("problems", indexed["problems"], 0)
    agree("how often an answer was the same", len({json.dumps(each["artifacts"]) for each in ours}), 1)
    return Table(
        f"Cold index of {tags:,} tags",
        _ABOUT,
        [
            Row(
                what=f"index of {tags:,} tags",
                ours=Series("s", tuple(each["wall"] for each in ours)),
                peer=Series("s", tuple(each.wall for each in theirs)),
                kind="slower",
                goal=3,
            ),
            Row(
                what="the same, seconds of CPU",
                ours=Series("s", tuple(each["cpu"] for each in ours)),
                peer=Series("s", tuple(each.cpu for each in theirs)),
                kind="slower",
                goal=None,
            ),
        ],
    )
