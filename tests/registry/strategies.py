"""What hypothesis makes registries of: names, tags, annotations, and small histories that collide often."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from gto_daemon.registry.annotations import parse_artifacts_yaml, parse_dvc_yaml
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.objects import Commit, Tag, TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import parse_tag_name

NAMES = st.from_regex(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-/_]{0,8}[a-zA-Z0-9])?", fullmatch=True)
DIRECTORIES = st.from_regex(r"[a-zA-Z0-9\-_./]{1,8}", fullmatch=True)
ARTIFACTS = st.one_of(NAMES, st.tuples(DIRECTORIES, NAMES).map(":".join))
NUMBERS = st.integers(0, 10**6).map(str)
IDENTIFIERS = st.from_regex(r"0|[1-9][0-9]{0,4}|[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,4}", fullmatch=True)
BUILDS = st.from_regex(r"[0-9a-zA-Z-]{1,5}", fullmatch=True)
VERSIONS = st.builds(
    lambda core, pre, build: "v" + ".".join(core) + (pre and "-" + ".".join(pre)) + (build and "+" + ".".join(build)),
    st.tuples(NUMBERS, NUMBERS, NUMBERS),
    st.lists(IDENTIFIERS, max_size=3).map(lambda parts: parts or ""),
    st.lists(BUILDS, max_size=2).map(lambda parts: parts or ""),
)
COUNTERS = st.one_of(st.none(), st.integers(0, 10**6))

# Few of each, so that events meet: one second, one commit, one stage, one version.
_ARTIFACT_NAMES = ("a", "b", "dir=c")
_SAID = (
    "@v1.0.0",
    "@v1.0.0!",
    "@v1.1.0",
    "@v1.1.0!#7",
    "@v2.0.0-rc.1",
    "#p",
    "#p#1",
    "#p!#2",
    "#q#3",
    "#q!#4",
    "@deprecated",
)
TAG_NAMES = tuple(f"{artifact}{said}" for artifact in _ARTIFACT_NAMES for said in (*_SAID, "@created"))
OIDS = tuple(letter * 40 for letter in "123")
MISSING = "9" * 40

COMMITS: Mapping[str, Commit] = {
    oid: Commit(oid, "Ann", "ann@e", "Carl", "carl@e", 100 + place, 0, f"commit {place}\n")
    for place, oid in enumerate(OIDS)
}
FILES = (
    *map(
        parse_artifacts_yaml, (b"a:\n  type: m\n", b"b:\n  path: p\na:\n  type: n\n", b"only:\n  type: m\n", b"a: [\n")
    ),
    parse_dvc_yaml(b"artifacts:\n  c:\n    path: m\n  d:\n    path: n\n", "dir"),
)


def _artifact(tag: str) -> str:
    parsed = parse_tag_name(tag)
    assert parsed is not None
    return parsed.artifact


@st.composite
def tag_refs(draw: st.DrawFn, name: str) -> TagRef:
    """A ref of that name: annotated mostly, else lightweight, unreadable, or odd."""
    shape = draw(st.sampled_from(["annotated"] * 5 + ["lightweight", "unreadable", "odd"]))
    oid = draw(st.text("abcdef", min_size=40, max_size=40)) if shape == "annotated" else shape[:1] * 40
    if shape == "lightweight":
        return TagRef(name, _artifact(name), oid, None)
    problem = Problem(code=f"{shape}-tag", severity="error", message=f"{name} is {shape}", hint="None.", tag=name)
    if shape == "unreadable":
        return TagRef(name, _artifact(name), oid, None, (problem,))
    kind = draw(st.sampled_from(["commit"] * 6 + ["blob"]))
    target = draw(st.sampled_from([*OIDS, *OIDS, MISSING]))
    seconds = draw(st.integers(98, 104))
    tag = Tag(oid, target, kind, draw(st.sampled_from(["Tina", "Tom"])), "t@e", seconds, 0, "m")
    return TagRef(name, _artifact(name), oid, tag, (problem,) if shape == "odd" else ())


@dataclass(frozen=True)
class Step:
    """What changes at once: refs that come or move, names that go, and the commits that are annotated then."""

    added: tuple[TagRef, ...]
    removed: tuple[str, ...]
    annotated: tuple[Annotated, ...]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Any step, those included that remove what is not there."""
    names = draw(st.lists(st.sampled_from(TAG_NAMES), unique=True, max_size=6))
    gone = draw(st.lists(st.sampled_from(TAG_NAMES), unique=True, max_size=4))
    return Step(
        tuple(draw(tag_refs(name)) for name in names),
        tuple(name for name in gone if name not in names),
        draw(annotated_commits()),
    )


def annotated_commits() -> st.SearchStrategy[tuple[Annotated, ...]]:
    """HEAD without an annotation file, with one, or, as under `all_branches`, several commits with one each."""
    one = st.builds(Annotated.at, st.sampled_from([*OIDS, MISSING]), st.sampled_from(FILES))
    return st.one_of(st.just(()), one.map(lambda each: (each,)), st.lists(one, max_size=3).map(tuple))


def facts() -> st.SearchStrategy[ObjectFacts]:
    """The commits, with annotation files at some of them."""
    files = st.dictionaries(st.sampled_from(OIDS), st.sampled_from(FILES))
    return files.map(lambda annotations: ObjectFacts(COMMITS, annotations))
