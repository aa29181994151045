"""Histories that the specification of GTO's reading singles out, each under the name of what is tricky about it.

Whatever is written here as a surprise is GTO's, found in its source and by running it, and kept.
"""

from typing import Final

from tests.differential.histories import Commit, History, Tag

_M: Final = "m:\n  type: model\n"


def _h(*events: Commit | Tag, **rest: object) -> History:
    return History(events, **rest)  # type: ignore[arg-type]


def _one_commit(*tags: Tag, **rest: object) -> History:
    return _h(Commit(0), *tags, **rest)


_THREE: Final = (
    Commit(0, message="1\n"),
    Tag("m@v1.0.0", 10),
    Commit(20, message="2\n"),
    Tag("m@v2.0.0", 30),
    Commit(40, message="3\n"),
    Tag("m@v1.5.0", 50),
)

#: What is empty or absent.
NOTHING: Final = {
    "no commit at all": _h(),
    "a commit and no tag": _one_commit(),
    "a branch without commits is checked out": _h(Commit(0), Tag("m@v1.0.0", 10), head="unborn"),
    "annotations without any tag": _h(Commit(0, {"artifacts.yaml": _M + "n: {}\n"})),
    "an empty annotation map": _h(Commit(0, {"artifacts.yaml": "{}\n"}), Tag("m@v1.0.0", 10)),
}

#: What is a tag of GTO's, and what it says.
GRAMMAR: Final = {
    "a stage called 1, with and without a counter": _one_commit(Tag("j@v1.0.0", 5), Tag("j#1", 10), Tag("k#1#2", 20)),
    "counters 0 and 007": _one_commit(Tag("h@v1.0.0", 5), Tag("h#prod#0", 10), Tag("i#prod#007", 20)),
    "names that are not GTO's": _one_commit(
        *(
            Tag(name, 10)
            for name in (
                *("q#prod@v1.0.0", "r@v1.0.0#prod", "x@deprecated!", "x@v1.0.0#-1", "x@V1.0.0", "x@1.0.0", "v1.0.0"),
                *("x@v01.0.0", "u=v=w@v1.0.0", "x.y@v1.0.0", "w_@v1.0.0", "-a@v1.0.0", "a-@v1.0.0", "x#prod!!"),
                *("x@v1.0", "x@v1.0.0.0", "x@v1.0.0-", "x@v1.0.0-01", "x@v1.0.0+", "x@", "x@v1.0.0#", "release-1"),
            )
        ),
        Tag("m@v1.0.0", 20),
    ),
    "folders with dots, dashes and slashes": _one_commit(
        Tag("x.y=z@v1.0.0", 10), Tag("-.-/_=z@v1.0.0", 20), Tag("a/b/c=d/e@v1.0.0", 30), Tag("a/b/c=d/e#prod#1", 40)
    ),
    "dir:model, dir/model and model are three artifacts": _one_commit(
        Tag("dir=model@v1.0.0", 10), Tag("dir/model@v2.0.0", 20), Tag("model@v3.0.0", 30)
    ),
    "one letter, capitals, digits and underscores": _one_commit(
        Tag("A@v1.0.0", 10), Tag("0_x@v1.0.0", 20), Tag("aB-c#Q_A#1", 30), Tag("7#7#7", 40)
    ),
    "prereleases and builds": _one_commit(
        Tag("m@v1.0.0-alpha.1+build.5", 10), Tag("n@v0.0.0--.-", 20), Tag("o@v1.0.0+001", 30), Tag("p@v1.0.0-0a", 40)
    ),
    "every kind of event with a counter": _one_commit(
        Tag("m@v1.0.0#1", 10),
        Tag("m#prod#2", 20),
        Tag("m#prod!#3", 30),
        Tag("m@v1.0.0!#4", 40),
        Tag("m@deprecated#5", 50),
    ),
}

#: Which tags count, and what is read off them.
TAGS: Final = {
    "lightweight tags count for nothing": _h(
        Commit(0), Tag("m@v1.0.0", lightweight=True), Tag("m@v2.0.0", 10), Tag("m#prod#9", lightweight=True)
    ),
    "an artifact with lightweight tags alone": _one_commit(Tag("m@v1.0.0", lightweight=True), Tag("n@v1.0.0", 10)),
    "a deprecation on a blob": _one_commit(Tag("m@v1.0.0", 10), Tag("m@deprecated", 20, target="blob")),
    "a deprecation on a tree": _one_commit(Tag("m@deprecated", 20, target="tree")),
    "foreign tags of blobs and trees": _one_commit(
        Tag("notes", 10, target="blob"), Tag("tree", 10, target="tree"), Tag("m@v1.0.0", 20)
    ),
    "messages are stripped, and empty ones stay": _one_commit(
        Tag("m@v1.0.0", 10, message="\n\n  text \n more\t\n\n"),
        Tag("m#prod#1", 20, message=""),
        Tag("m#qa#2", 30, message=" "),
    ),
    "messages with quotes, accents and emoji": _one_commit(
        Tag("m@v1.0.0", 10, message='"a" \\ Ä 🪴 \x7f \u2028'), Tag("m#prod#1", 20, tagger="Zoë Ünal <zoë@example.com>")
    ),
    "a message that looks like headers": _one_commit(Tag("m@v1.0.0", 10, message="object 1\n\ntagger x\n\n\nend")),
    "a tagger with odd characters": _one_commit(
        Tag("m@v1.0.0", 10, tagger="A. (B) 'C', D-E <a+b@c>"), Tag("n@v1.0.0", 10, tagger="one <two words>")
    ),
    "a tagger with stray brackets and blanks": _one_commit(
        Tag("m@v1.0.0", 10, tagger="Ann <a> <ann@e>"),
        Tag("m#prod#1", 20, tagger="Ann> <<ann@e>>"),
        Tag("n@v1.0.0", 10, tagger=" Ann  < ann@e >"),
    ),
    "a signed tag": _one_commit(
        Tag("m@v1.0.0", 10, message="text\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n")
    ),
    "a tag signed with ssh": _one_commit(
        Tag("m@v1.0.0", 10, message="text\n-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")
    ),
    "time zones do not move the order": _h(
        Commit(0, tz="-1130"),
        Tag("m@v1.0.0", 100, tz="+1345"),
        Tag("m#prod#1", 200, tz="-0800"),
        Tag("m#dev#2", 150, tz="+0030"),
        Tag("m#qa#3", 160, tz="-0030"),
    ),
    "time zones that Git does not write": _h(
        Commit(0, tz="+053"),
        *(
            Tag(f"m{number}@v1.0.0", number, tz=tz)
            for number, tz in enumerate(("+2", "+053", "+02000", "+0260", "+-200"))
        ),
        Tag("m0#prod#1", 100, tz="-5"),
    ),
    "packed refs": _h(*_THREE, Tag("m#prod#1", 60), packed=True),
    "tags older than the epoch's first day": _h(Commit(-1_699_999_999), Tag("m@v1.0.0", -1_699_999_000)),
}

#: Ties within a second, and time against counters.
TIES: Final = {
    "unassign beats assign": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod!#1", 10), Tag("m#prod#2", 10)),
    "deregister beats register": _one_commit(Tag("m@v1.0.0!", 10), Tag("m@v1.0.0#2", 10)),
    "a registration beats a deprecation": _one_commit(Tag("m@v1.0.0", 10), Tag("m@deprecated", 10)),
    "a commit beats a deprecation": _h(
        Commit(0), Tag("m@v1.0.0", 5), Commit(10), Tag("m@v2.0.0", 9), Tag("m@deprecated", 10)
    ),
    "an unassignment beats a deprecation": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 7), Tag("m#prod!#2", 10), Tag("m@deprecated", 10)
    ),
    "two assignments of one stage": _h(*_THREE, Tag("m#prod#1", 60, 0), Tag("m#prod#2", 60, 1), Tag("m#prod#3", 60, 2)),
    "two assignments of one stage, the other way round": _h(
        *_THREE, Tag("m#prod#3", 60, 0), Tag("m#prod#2", 60, 1), Tag("m#prod#1", 60, 2)
    ),
    "everything in one second": _h(
        Commit(0, message="1\n"),
        Commit(0, message="2\n"),
        Tag("m@v1.0.0", 0, 0),
        Tag("m@v2.0.0", 0, 1),
        Tag("m#prod#1", 0, 0),
        Tag("m#prod#2", 0, 1),
        Tag("m#dev#3", 0, 1),
        Tag("m#dev!#4", 0, 0),
        Tag("m@v1.0.0!", 0, 0),
        Tag("m@deprecated", 0),
        Tag("a@v1.0.0", 0, 0),
        Tag("n#prod", 0, 1),
    ),
    "the counter contradicts the time": _h(*_THREE, Tag("m#prod#9", 60, 0), Tag("m#prod#1", 70, 1)),
    "artifacts that begin in the same second": _one_commit(
        Tag("z@v1.0.0", 10), Tag("a@v1.0.0", 10), Tag("b#prod#1", 10), Tag("y@deprecated", 10)
    ),
    "ref names sort by character and not by number": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#10", 10), Tag("m#prod!#9", 10), Tag("m#dev#2", 10), Tag("m#dev#10", 10)
    ),
    "artifacts appear by kind of event before time": _h(
        Commit(0), Tag("s#prod#1", 1), Tag("r@v1.0.0", 2), Tag("d@deprecated", 3), Tag("e@v1.0.0!", 4)
    ),
}

#: Registrations and deregistrations.
VERSIONS: Final = {
    "the greatest is not the newest": _h(*_THREE),
    "a lower version is registered later": _h(*_THREE, Commit(60), Tag("m@v0.1.0", 70)),
    "deregistered": _h(*_THREE, Tag("m@v2.0.0!", 60, 1)),
    "deregistered on another commit": _h(*_THREE, Tag("m@v2.0.0!", 60, 0)),
    "deregistered before it was registered": _one_commit(Tag("m@v1.0.0!", 5), Tag("m@v1.0.0", 10)),
    "only deregistered": _one_commit(Tag("m@v1.0.0!", 5)),
    "registered again": _one_commit(Tag("m@v1.0.0", 5), Tag("m@v1.0.0!", 10), Tag("m@v1.0.0#3", 20)),
    "registered and deregistered over and over": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m@v1.0.0!", 10), Tag("m@v1.0.0#3", 20), Tag("m@v1.0.0!#4", 30), Tag("m#prod#5", 40)
    ),
    "all deregistered": _h(*_THREE, *(Tag(f"m@v{v}.0!", 60 + n, n) for n, v in enumerate(("1.0", "2.0", "1.5")))),
    "latest is deregistered": _h(*_THREE, Tag("m@v2.0.0!", 60, 1), Tag("m#prod#1", 70, 1)),
    "several versions on a commit without stages": _h(
        Commit(0), Tag("m@v1.0.0", 10), Tag("m@v2.0.0", 20), Commit(30), Tag("m@v3.0.0", 40), Tag("m#prod#1", 50)
    ),
    "several versions on a commit, one of them deregistered": _one_commit(
        Tag("m@v1.0.0", 10), Tag("m@v2.0.0", 20), Tag("m@v1.0.0!", 30), Tag("n#prod#1", 40)
    ),
    "one version on two commits": _h(
        Commit(0), Tag("m@v1.0.0", 10), Commit(20), Tag("m@v1.0.0#2", 30), Tag("m#prod#3", 40), Tag("m#dev#4", 50, 0)
    ),
    "one version on two commits, one of them deregistered": _h(
        Commit(0), Tag("m@v1.0.0", 10), Commit(20), Tag("m@v1.0.0#2", 30), Tag("m#prod#3", 40), Tag("m@v1.0.0!", 50, 0)
    ),
    "builds of one version tie": _h(
        *(event for n in range(4) for event in (Commit(10 * n, message=f"{n}\n"), Tag(f"m@v1.0.0+{'dbca'[n]}", 10 * n)))
    ),
    "precedence of prereleases": _h(
        *(
            event
            for n, v in enumerate(
                ("1.0.0", "1.0.0-rc.1", "1.0.0-beta.11", "1.0.0-beta.2", "1.0.0-alpha", "1.0.0-1", "1.0.0-alpha.beta")
            )
            for event in (Commit(10 * n, message=f"{n}\n"), Tag(f"m@v{v}", 10 * n + 5))
        )
    ),
    "numbers, not text": _h(
        Commit(0),
        Tag("m@v1.9.0", 10),
        Commit(20),
        Tag("m@v1.10.0", 30),
        Commit(40),
        Tag("m@v1.2.99999999999999999999", 50),
    ),
}

#: Which version is in which stage.
STAGES: Final = {
    "the newest assignment wins, or the greatest version": _h(*_THREE, Tag("m#prod#1", 60, 1), Tag("m#prod#2", 70, 0)),
    "unassigned": _h(*_THREE, Tag("m#prod#1", 60, 1), Tag("m#prod#2", 70, 0), Tag("m#prod!#3", 80, 0)),
    "unassigned and assigned again": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m#prod!#2", 20), Tag("m#prod#3", 30)
    ),
    "unassigned twice": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m#prod!#2", 20), Tag("m#prod!#3", 30)
    ),
    "only unassigned": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod!#1", 10)),
    "assigned twice": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m#dev#2", 20), Tag("m#prod#3", 30)),
    "assigned before it was registered": _one_commit(Tag("m#prod#1", 5), Tag("m@v1.0.0", 10)),
    "assigned on an unregistered commit: two rows": _h(Commit(0), Tag("m@v1.0.0", 5), Commit(10), Tag("m#prod#1", 20)),
    "three stages on an unregistered commit: six rows": _one_commit(
        Tag("m#prod#1", 10), Tag("m#dev#2", 20), Tag("m#qa#3", 30)
    ),
    "unassigning on an unregistered commit does nothing": _one_commit(Tag("m#prod#1", 10), Tag("m#prod!#2", 20)),
    "assigned on several unregistered commits": _h(
        *(event for n in range(4) for event in (Commit(10 * n, message=f"{n}\n"), Tag(f"m#prod#{n}", 10 * n + 5)))
    ),
    "stages of a deregistered version": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m@v1.0.0!", 20)),
    "a stage on a version that was only deregistered": _one_commit(Tag("m@v1.0.0!", 5), Tag("m#prod#1", 10)),
    "several versions in a stage": _h(
        *_THREE,
        *(Tag(f"m#{s}#{n}{c}", 60 + 7 * n - c, c) for n, s in enumerate(("prod", "dev", "qa")) for c in range(3)),
    ),
    "the oldest stages survive --av": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#a1#1", 10), Tag("m#b1#2", 20), Tag("m#c1#3", 30), Tag("m#a1#4", 40)
    ),
    "stages with slashes": _one_commit(Tag("m@v1.0.0", 5), Tag("m#eu/prod#1", 10), Tag("m#eu/dev", 20)),
    "a simple stage tag": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod", 10), Tag("m#prod!", 20)),
    "columns are the stages of deprecated artifacts too": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("n@v1.0.0", 10), Tag("n#old#1", 11), Tag("n@deprecated", 20)
    ),
    "a stage that nobody is in any more is no column": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#gone#1", 10), Tag("m#gone!#2", 20), Tag("m#prod#3", 30)
    ),
    "registered and unregistered in one stage": _h(
        Commit(0), Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Commit(20), Tag("m#prod#2", 30), Tag("m#dev#3", 40)
    ),
}

#: What is deprecated, and what takes that back.
DEPRECATIONS: Final = {
    "deprecated": _h(*_THREE, Tag("m#prod#1", 60), Tag("m@deprecated", 70)),
    "deprecated twice": _one_commit(Tag("m@v1.0.0", 5), Tag("m@deprecated", 10), Tag("m@deprecated#2", 20)),
    "only deprecated": _one_commit(Tag("m@deprecated", 10)),
    "registered after it": _h(Commit(0), Tag("m@v1.0.0", 5), Tag("m@deprecated", 10), Commit(20), Tag("m@v2.0.0", 30)),
    "assigned after it": _one_commit(Tag("m@v1.0.0", 5), Tag("m@deprecated", 10), Tag("m#prod#1", 20)),
    "unassigned after it": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 7), Tag("m@deprecated", 10), Tag("m#prod!#2", 20)
    ),
    "deregistered after it": _one_commit(Tag("m@v1.0.0", 5), Tag("m@deprecated", 10), Tag("m@v1.0.0!", 20)),
    "a commit dated after it": _h(Commit(100), Tag("m@v1.0.0", 5), Tag("m@deprecated", 50)),
    "an annotated artifact lives on with the next commit": _h(
        Commit(0, {"artifacts.yaml": _M}), Tag("m@v1.0.0", 5), Tag("m@deprecated", 10), Commit(20, message="later\n")
    ),
    "an annotated artifact stays deprecated": _h(
        Commit(0, {"artifacts.yaml": _M}), Tag("m@v1.0.0", 5), Tag("m@deprecated", 10)
    ),
}

#: Commits and clocks.
COMMITS: Final = {
    "tags older than their commits": _h(Commit(100), Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m#prod!#2", 20)),
    "author and committer differ": _h(
        Commit(0, author="A <a@x>", committer="C <c@x>", message="  subject \n\nbody\n\n"), Tag("m@v1.0.0", 5)
    ),
    "a commit in Latin-1": _h(
        Commit(0, author="Änne <ä@x>", message="Zweite Änderung\n", encoding="ISO-8859-1"), Tag("m@v1.0.0", 5)
    ),
    "a commit that is not UTF-8 and does not say so": _h(
        Commit(0, message=b"Zweite \xc4nderung\n"), Tag("m@v1.0.0", 5)
    ),
    "a committer without name, an author without e-mail": _h(
        Commit(0, author="A <>", committer="<c@x>"), Tag("m@v1.0.0", 5)
    ),
    "a commit without message": _h(Commit(0, message=""), Tag("m@v1.0.0", 5)),
    "a commit in another zone": _h(Commit(0, tz="+0545"), Tag("m@v1.0.0", 5, tz="-0330")),
    "a version on a side branch": _h(
        Commit(0, message="0\n"), Commit(10, branch="side"), Tag("m@v1.0.0", 20), Commit(30), Tag("m@v2.0.0", 40)
    ),
    "HEAD is detached at an old version": _h(*_THREE, Tag("m#prod#1", 60), head=0),
    "HEAD is on a side branch": _h(
        Commit(0, {"artifacts.yaml": _M}), Commit(5, {"artifacts.yaml": "n: {}\n"}, branch="side"), head="side"
    ),
}

#: Annotations at HEAD and at the commits of versions.
ANNOTATIONS: Final = {
    "annotated and not registered": _h(Commit(0, {"artifacts.yaml": _M})),
    "annotated at HEAD, registered earlier": _h(Commit(0), Tag("m@v1.0.0", 5), Commit(10, {"artifacts.yaml": _M})),
    "annotated at an old version only": _h(
        Commit(0, {"artifacts.yaml": _M}), Tag("m@v1.0.0", 5), Commit(10, {"artifacts.yaml": None}), Tag("m@v2.0.0", 20)
    ),
    "another annotation at every version": _h(
        Commit(0, {"artifacts.yaml": "m:\n  path: one\n"}),
        Tag("m@v1.0.0", 5),
        Commit(10, {"artifacts.yaml": "m:\n  path: two\n  labels: [b, a, b]\n"}),
        Tag("m@v2.0.0", 20),
        Commit(30, {"artifacts.yaml": "m:\n  path: three\n  virtual: false\n"}),
    ),
    "registered at the annotated HEAD": _h(Commit(0, {"artifacts.yaml": _M}), Tag("m@v1.0.0", 5), Tag("m#prod#1", 10)),
    "assigned at an annotated, unregistered HEAD: three rows": _h(
        Commit(0, {"artifacts.yaml": _M}), Tag("m#prod#1", 10)
    ),
    "deregistered at the annotated HEAD": _h(
        Commit(0, {"artifacts.yaml": _M}), Tag("m@v1.0.0", 5), Tag("m@v1.0.0!", 10)
    ),
    "deprecated, annotated, unregistered": _h(Commit(0, {"artifacts.yaml": _M}), Tag("m@deprecated", 10)),
    "annotated at HEAD, in file order, after what has tags": _h(
        Commit(0, {"artifacts.yaml": "z: {}\nm: {}\na: {}\n"}), Tag("n@v1.0.0", 10), Tag("z@v1.0.0", 20)
    ),
    "dvc.yaml is not GTO's": _h(Commit(0, {"dvc.yaml": "artifacts:\n  m:\n    path: m.pkl\n"}), Tag("n@v1.0.0", 10)),
    "the name sub/model": _h(Commit(0, {"artifacts.yaml": "sub/m: {}\n"}), Tag("sub/m@v1.0.0", 10)),
    "two versions at HEAD, which annotates another artifact": _h(
        Commit(0, {"artifacts.yaml": "n: {}\n"}), Tag("m@v1.0.0", 10), Tag("m@v2.0.0", 20)
    ),
    "annotations only in the worktree of a side branch": _h(
        Commit(0), Commit(5, {"artifacts.yaml": _M}, branch="side"), Tag("n@v1.0.0", 10)
    ),
}

#: `.gto` and `GTO_*`.
CONFIGURATION: Final = {
    "stages restrict and order the columns": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), Tag("m#dev#2", 20), config="stages: [prod, never, qa]\n"
    ),
    "no stage is allowed": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), config="stages: []\n"),
    "keys in capitals": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), config="STAGES: [prod]\nTypes: [model]\n"),
    "an empty file": _one_commit(Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), config=""),
    "the environment wins": _one_commit(
        Tag("m@v1.0.0", 5), Tag("m#prod#1", 10), config="stages: [dev]\n", env={"GTO_STAGES": '["prod", "qa"]'}
    ),
    "a variable in lower case": _one_commit(Tag("m@v1.0.0", 5), env={"gto_stages": '["prod"]'}),
    "another annotation file": _h(
        Commit(0, {"artifacts.yaml": _M, "meta/registry.yaml": "n: {}\n"}), config="INDEX: meta/registry.yaml\n"
    ),
    "another annotation file by the environment": _h(
        Commit(0, {"artifacts.yaml": _M, "other.yaml": "n: {}\n"}), Tag("n@v1.0.0", 10), env={"GTO_INDEX": "other.yaml"}
    ),
    "settings that change no answer": _one_commit(
        Tag("m@v1.0.0", 5), config="emojis: false\nlog_level: DEBUG\ndebug: true\nautoload_enrichments: true\n"
    ),
}

CASES: Final[dict[str, History]] = {
    f"{section}: {name}": history
    for section, table in (
        ("nothing", NOTHING),
        ("grammar", GRAMMAR),
        ("tags", TAGS),
        ("ties", TIES),
        ("versions", VERSIONS),
        ("stages", STAGES),
        ("deprecations", DEPRECATIONS),
        ("commits", COMMITS),
        ("annotations", ANNOTATIONS),
        ("configuration", CONFIGURATION),
    )
    for name, history in table.items()
}
