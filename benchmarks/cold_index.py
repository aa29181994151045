"""The first reading of a large registry, against `git for-each-ref` printing the same of every tag."""

from benchmarks.bench import Bench
from benchmarks.commands import Run, run
from benchmarks.figures import Table, agree, row
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
    peer = ["git", "for-each-ref", f"--format={FORMAT}", "refs/tags"]
    ours: list[list[dict[str, float]]] = [[] for _ in bench.sides]
    theirs: list[Run] = []
    for _ in range(bench.scale.indexings):
        theirs.append(run(peer, bench, repo))
        listed = sorted(theirs[-1].output.splitlines())
        for side, found in zip(bench.sides, ours, strict=True):
            found.append(run([*side.subject("indexing"), str(repo), str(output)], side, repo).json)
            agree("the tags", output.read_bytes().splitlines(), listed)
            agree("problems", found[-1]["problems"], 0)
    agree("how often an answer was the same", len({each["artifacts"] for found in ours for each in found}), 1)
    return Table(
        f"Cold index of {tags:,} tags",
        _ABOUT,
        [
            row(
                f"index of {tags:,} tags",
                "s",
                [[each["wall"] for each in found] for found in ours],
                [each.wall for each in theirs],
                kind="slower",
                goal=2,
            ),
            row(
                "the same, seconds of CPU",
                "s",
                [[each["cpu"] for each in found] for found in ours],
                [each.cpu for each in theirs],
                kind="slower",
            ),
        ],
    )
