"""Random histories, and random questions about them, made to collide: few names, few seconds, everything mixed.

What GTO refuses everything for and cannot be mended (several versions on a commit *and* a stage there) is left out as
the history is made; `test_deviations` has those.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from hypothesis import strategies as st

from gto_daemon.registry.tag_names import parse_tag_name
from tests.builders import Content
from tests.differential import questions as ask
from tests.differential.annotation_files import BAD, GOOD
from tests.differential.deviations import BAD_CONFIGURATIONS, has_many_versions, is_ambiguous
from tests.differential.histories import Commit, Event, History, Tag
from tests.differential.questions import Question

ARTIFACTS: Final = ("m", "n", "some/dir:m", "a/b", "X9", "x.y:z_1")
STAGES: Final = ("dev", "prod", "1", "eu/prod")
VERSIONS: Final = ("v0.0.1", "v1.0.0", "v1.0.0-rc.1", "v1.0.0-rc.1.b", "v1.0.0+b1", "v1.0.0+b2", "v1.10.0", "v1.9.0")
ZONES: Final = ("+0000", "+0530", "-0800", "+1345", "-0030")
COUNTERS: Final = ("", "", "#0", "#1", "#2", "#007", "#10")
MESSAGES: Final = ("A tag", "  around \n\n", "Zweite Änderung 🪴", "", 'quotes " and \\ back', "two\n\nlines")
CONFIGURATIONS: Final = (
    None,
    None,
    None,
    "",
    "stages: [prod, dev, never]\n",
    "stages: []\n",
    "STAGES: [dev]\n",
    "INDEX: other.yaml\n",
    "types: [model]\nemojis: false\n",
)
#: Names that are no tags of GTO's, or are and mean something odd.
ODD_NAMES: Final = ("v1.0.0", "m@1.0.0", "m@v01.0.0", "m#prod@v1.0.0", "m@deprecated!", "m#k#1#2", "u=v=w@v1.0.0")


@dataclass(frozen=True)
class Sample:
    """A history, what to ask about it, and after which of its events ours looks at it before."""

    history: History
    questions: tuple[Question, ...]
    looks: frozenset[int]


_seconds = st.integers(0, 6)


@st.composite
def _commits(draw: st.DrawFn, ordinal: int) -> Commit:
    files: dict[str, Content | None] = {}
    if draw(st.integers(0, 2)) == 0:
        path = draw(st.sampled_from(["artifacts.yaml", "artifacts.yaml", "artifacts.yaml", "other.yaml"]))
        bad = draw(st.integers(0, 11)) == 11
        files[path] = draw(st.sampled_from([*BAD] if bad else [*GOOD, None]))
    return Commit(
        draw(_seconds),
        files,
        draw(st.sampled_from(ZONES)),
        branch=draw(st.sampled_from(["main", "main", "main", "side"])),
        message=f"Commit {ordinal}\n",
    )


@st.composite
def _tags(draw: st.DrawFn, artifacts: list[str], before: list[Tag], commits: int) -> Tag:
    artifact = draw(st.sampled_from(artifacts)).replace(":", "=")
    on = draw(st.integers(0, commits - 1))
    kind = draw(st.sampled_from(["@", "@", "@", "#", "#", "#", "#", "!", "#!", "#!", "deprecated", "odd"]))
    registered = [tag for tag in before if tag.name.startswith(f"{artifact}@v")]
    again = registered and kind in {"#", "!", "#!"} and draw(st.integers(0, 3)) > 0
    version = draw(st.sampled_from(VERSIONS))
    if again:
        earlier = draw(st.sampled_from(registered))
        on, version = earlier.on, earlier.name.partition("@")[2].partition("#")[0].rstrip("!")
    stage = draw(st.sampled_from(STAGES))
    counter = draw(st.sampled_from(COUNTERS))
    name = {
        "@": f"{artifact}@{version}{counter}",
        "!": f"{artifact}@{version}!{counter}",
        "#": f"{artifact}#{stage}{counter}",
        "#!": f"{artifact}#{stage}!{counter}",
        "deprecated": f"{artifact}@deprecated{counter}",
        "odd": draw(st.sampled_from(ODD_NAMES)),
    }[kind]
    tag = Tag(
        name,
        draw(_seconds),
        on,
        draw(st.sampled_from(ZONES)),
        message=draw(st.sampled_from(MESSAGES)),
    )
    return draw(_forms(tag))


@st.composite
def _forms(draw: st.DrawFn, tag: Tag) -> Tag:
    """Mostly an ordinary annotated tag; now and then what else Git can make of it."""
    form = draw(st.integers(0, 79))
    if form in {30, 31, 32}:
        return replace(tag, lightweight=True)
    if form in {33, 34}:
        return replace(tag, nested=form - 32)
    return {
        35: replace(tag, target="blob"),
        36: replace(tag, target="tree"),
        37: replace(tag, name="m@created"),
        38: replace(tag, object_name="m@v7.7.7"),
        39: replace(tag, message=b"\xe9t\xe9"),
    }.get(form, tag)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history of up to five commits and twenty tags."""
    artifacts = draw(st.lists(st.sampled_from(ARTIFACTS), min_size=1, max_size=3, unique=True))
    count = draw(st.integers(1, 5))
    events: list[Event] = [draw(_commits(ordinal)) for ordinal in range(count)]
    tags: dict[str, Tag] = {}
    for _ in range(draw(st.integers(1, 20))):
        tag = draw(_tags(artifacts, list(tags.values()), count))
        tags.setdefault(tag.name, tag)
    bad_config = draw(st.integers(0, 19)) == 19
    env = draw(st.sampled_from([{}, {}, {}, {}, {"GTO_STAGES": '["dev", "eu/prod"]'}, {"gto_stages": "[]"}]))
    history = History(
        (*events, *tags.values()),
        head=draw(st.one_of(st.sampled_from(["main", "main", "side"]), st.integers(0, count - 1))),
        config=draw(st.sampled_from(BAD_CONFIGURATIONS if bad_config else CONFIGURATIONS)),
        env={} if bad_config else env,
        packed=draw(st.booleans()),
    )
    return _unambiguous(history)


def _unambiguous(history: History) -> History:
    ambiguous = {tag.name for tag, commit in history.placed_tags() if is_ambiguous(history, tag, commit)}
    kept = tuple(event for event in history.events if isinstance(event, Commit) or event.name not in ambiguous)
    history = replace(history, events=kept)
    # Left is the case that HEAD has several versions of what it annotates; then HEAD is put where nothing is.
    return replace(history, head="unborn") if has_many_versions(history) else history


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A history and about a dozen questions, some always asked and some drawn."""
    history = draw(histories())
    names = sorted({parsed.artifact for tag in history.tags if (parsed := parse_tag_name(tag.name))}) or ["m"]
    chosen: list[Question] = [ask.show(), ask.print_state(), ask.history(), draw(st.sampled_from(_STAGE_QUESTIONS))]
    chosen += [ask.show(None, **draw(_options())) for _ in range(3)]
    for name in draw(st.lists(st.sampled_from([*names, "lonely"]), min_size=1, max_size=2, unique=True)):
        suffix = draw(st.sampled_from(["", "@latest", "@greatest", *(f"@{v}" for v in VERSIONS), *_STAGE_SUFFIXES]))
        chosen += [ask.show(name, **draw(_options())), ask.show(name + suffix, **draw(_options()))]
    chosen.append(ask.history(draw(st.sampled_from([*names, None])), ascending=draw(st.booleans())))
    refs = [tag.name for tag in history.tags]
    if refs:
        chosen += [ask.check_ref(ref) for ref in draw(st.lists(st.sampled_from(refs), max_size=3, unique=True))]
    looks = draw(st.frozensets(st.integers(0, len(history.events) - 1), max_size=4))
    return Sample(history, tuple(dict.fromkeys(chosen)), looks)


@st.composite
def _options(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "ro": draw(st.booleans()),
        "d": draw(st.booleans()),
        "av": draw(st.sampled_from([-1, -1, -1, 0, 0, 1, 1, 2, -2])),
        "vs": draw(st.sampled_from([1, -1, -1, 0, 2])),
        "sort": draw(st.sampled_from(ask.SORTS)),
    }


_STAGE_SUFFIXES = tuple(f"#{stage}" for stage in STAGES)
_STAGE_QUESTIONS = (ask.stages(), ask.stages(used=True), ask.stages(allowed=True))
