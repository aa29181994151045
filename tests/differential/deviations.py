"""Where we differ from GTO on purpose: one row for each row of the specification's table, and of `docs/differences.md`.

A row says from a *history* whether it applies, and how to mend the history so that GTO can read it as we read the
original: without what it chokes on, with what it misreads said plainly. Then its answer about the mended history is
what ours about the original must be. Rows that concern the command line alone mend nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from gto_daemon.registry.tag_names import parse_tag_name
from tests.builders import Content
from tests.differential.annotation_files import is_bad, names_in
from tests.differential.histories import Commit, History, Tag

#: Stands in mended histories for a text that is empty, and that GTO would refuse. ASCII, so that JSON keeps it whole.
EMPTY: Final = "EMPTY-IDENTITY"

#: Configurations that GTO refuses; the defaults hold in their place.
BAD_CONFIGURATIONS: Final = (
    "stages: dev\n",
    "stages: [dev\n",
    "- dev\n",
    "unknown: 1\n",
    "stages: ['no good']\n",
)

#: Variables that GTO refuses, and which then count for nothing.
BAD_ENVIRONMENTS: Final = ({"GTO_STAGES": "dev"}, {"GTO_STAGES": '["no good"]'}, {"GTO_AUTOLOAD_ENRICHMENTS": "maybe"})


@dataclass(frozen=True)
class Row:
    """One deviation.

    Attributes:
        id: as in `docs/differences.md`.
        gto: what GTO does.
        ours: what we do.
        applies: whether a history has what makes the difference.
        mend: the history that GTO reads as we read the original.

    """

    id: str
    gto: str
    ours: str
    applies: Callable[[History], bool] = lambda _: False
    mend: Callable[[History], History] = lambda history: history


def applying(history: History) -> list[Row]:
    """The rows that apply to a history."""
    return [row for row in ROWS if row.applies(history)]


def mend(history: History) -> History:
    """The history as GTO can read it."""
    for row in applying(history):
        history = row.mend(history)
    return history


# -- one bad thing


def is_unreadable(tag: Tag) -> bool:
    """GTO knows the name and then fails on the tag: the reserved `@created`, or a version on what is no commit."""
    parsed = parse_tag_name(tag.name)
    if parsed is None:
        return False
    if parsed.kind is None:
        return True
    return tag.target != "commit" and parsed.kind != "deprecation" and not tag.lightweight


def _has_bad_things(history: History) -> bool:
    contents = (content for commit in history.commits for content in commit.files.values())
    return (
        any(is_unreadable(tag) for tag in history.tags)
        or any(is_bad(content) for content in contents)
        or history.config in BAD_CONFIGURATIONS
        or history.env in BAD_ENVIRONMENTS
    )


def _without_bad_things(history: History) -> History:
    events = tuple(event for event in history.events if isinstance(event, Commit) or not is_unreadable(event))
    config = None if history.config in BAD_CONFIGURATIONS else history.config
    env = {} if history.env in BAD_ENVIRONMENTS else history.env
    # The commits must keep their ids, so the good files are there in both histories, and GTO is told to read those.
    return replace(history, events=events, config=config, env={**env, "GTO_INDEX": f"mended/{history.index}"})


# -- tags of tags, and tags that only a plumbing command makes


def _each_tag(change: Callable[[Tag], Tag]) -> Callable[[History], History]:
    def mended(history: History) -> History:
        events = tuple(change(event) if isinstance(event, Tag) else event for event in history.events)
        return replace(history, events=events)

    return mended


def _counts(tag: Tag) -> bool:
    return not tag.lightweight and parse_tag_name(tag.name) is not None


def is_odd(tag: Tag) -> bool:
    """No tagger, one without name, e-mail or time zone, a message that is not UTF-8, or another name than the ref's."""
    return (
        tag.tagger is None
        or re.fullmatch(r"[+-]-?\d+", tag.tz) is None
        or _identity(tag.tagger) != tag.tagger
        or _message(tag.message) != tag.message
        or tag.object_name not in {None, tag.name}
    )


def _identity(tagger: Content | None) -> Content | None:
    if not isinstance(tagger, str) or re.fullmatch(r".+\s<.+>", tagger):
        return tagger
    name, _, rest = tagger.rpartition("<")
    email = rest.rstrip(">")
    return f"{name.strip() or EMPTY} <{email or EMPTY}>"


def _zone(zone: str) -> str:
    """The zone as GTO can read it: Git reads a number at the beginning of the word, UTC where there is none."""
    number = re.match(r"[+-]?-?\d+", zone)
    return f"{int(number[0]):+05}" if number and abs(int(number[0])) < 2400 else "+0000"


def _message(message: Content) -> Content:
    text = message.decode(errors="replace") if isinstance(message, bytes) else message
    return message if text.encode() == message else text


def _plain(tag: Tag) -> Tag:
    # Foreign tags too: `gto check-ref` reads any.
    if tag.lightweight:
        return tag
    if tag.tagger is None:
        # Without a tagger there is no time either: the epoch.
        tag = replace(tag, tagger=f"{EMPTY} <{EMPTY}>", at=NO_TIME, tz="+0000")
    return replace(tag, tagger=_identity(tag.tagger), message=_message(tag.message), object_name=None, tz=_zone(tag.tz))


# -- several versions on one commit


def crowded_commits(history: History) -> set[tuple[str, int]]:
    """(artifact, commit's ordinal) where several of its versions are registered or deregistered."""
    names: dict[tuple[str, int], set[str]] = {}
    for tag, commit in history.placed_tags():
        parsed = parse_tag_name(tag.name)
        if parsed and parsed.version and _counts(tag) and tag.target == "commit":
            names.setdefault((parsed.artifact, commit), set()).add(parsed.version)
    return {place for place, versions in names.items() if len(versions) > 1}


def is_ambiguous(history: History, tag: Tag, commit: int) -> bool:
    """Whether `tag` assigns or unassigns on a commit where its artifact has several versions."""
    parsed = parse_tag_name(tag.name)
    stages = parsed is not None and parsed.stage is not None and _counts(tag) and tag.target == "commit"
    return parsed is not None and stages and (parsed.artifact, commit) in crowded_commits(history)


def has_many_versions(history: History) -> bool:
    """Whether GTO refuses everything: a stage on such a commit, or HEAD is one and annotates the artifact."""
    if any(is_ambiguous(history, tag, commit) for tag, commit in history.placed_tags()):
        return True
    head = history.head_commit()
    if head is None:
        return False
    names = names_in(history.files_at(head).get(history.index))
    return any(commit == head and artifact in names for artifact, commit in crowded_commits(history))


#: `at` of a tag without tagger line, which has no time: the epoch, seen from `builders.START`.
NO_TIME: Final = -1_700_000_000

ROWS: Final[tuple[Row, ...]] = (
    Row(
        "bad-things",
        "one bad tag, commit, annotation file or configuration, and every command fails for the whole repository",
        "the rest answers; the bad thing is in `problems`",
        _has_bad_things,
        _without_bad_things,
    ),
    Row("config-no-file", "a `.gto` that is no file is no configuration", "it cannot be read, so acts are refused"),
    Row(
        "many-versions",
        "`ManyVersions` for everything when a commit with several versions has a stage tag",
        "the stage is shown on each version registered there, and a finding says so",
        has_many_versions,
    ),
    Row(
        "nested-tags",
        "the inner tag's id is taken for the commit",
        "peeled to the commit",
        lambda history: any(tag.nested and _counts(tag) for tag in history.tags),
        _each_tag(lambda tag: replace(tag, nested=0) if _counts(tag) else tag),
    ),
    Row(
        "odd-tag-objects",
        "everything fails, or the name inside the object is read",
        "read as far as it can be; the ref's name counts, and a finding says so",
        lambda history: any(is_odd(tag) and not tag.lightweight for tag in history.tags),
        _each_tag(_plain),
    ),
    Row("tables", "versions cut to seven characters, 80 columns in a pipe", "whole versions, as wide as needed"),
    Row("nothing-found", "nothing, or an empty table, for what is not there", "the same, and the reason on stderr"),
    Row("names-of-dvc", "`dir/dvc.yaml:name` is another artifact", "`dir:name`, where only that is known"),
    Row("check-ref-reason", "nothing printed for what is no event", "nothing on stdout; the reason on stderr"),
    Row("history-shortcuts", "`history a#stage` is empty", "that stage's, that version's events"),
    Row("usage-errors", "`Unexpected error` for wrong flags", "usage errors, exit code 2, and named refusals"),
)
