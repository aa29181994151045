"""When a tag or commit was made is read as Git reads it, however odd its line is."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gto_daemon.git.git_store import GitStore
from gto_daemon.git.layout import find_layout
from gto_daemon.git.libgit_store import LibgitStore
from gto_daemon.git.parse import parse_commit_object, parse_tag_object
from gto_daemon.git.store import ObjectStore
from tests.builders import RepositoryBuilder

#: Git fails for the whole listing at a year that its system cannot print.
_SECONDS = st.integers(0, 200_000_000_000).map(str)
#: What `datetime` can print; later dates are clipped, with a problem.
_LATEST = 253_402_128_000
_BLANKS = st.sampled_from(["", " ", " ", " ", "  ", "\t", " \t"])
_SIGNED = st.from_regex(r"[+-]\d{1,6}", fullmatch=True)
_ZONES = st.one_of(
    _SIGNED,
    st.sampled_from(
        ["", "+", "-", "UTC", "Z", "+0530", "-0030", "+9999", "-0000", "+2400", "+02000", "+02:00", "0530"]
    ),
    st.text("0123456789+- :xZ", max_size=6).filter(
        lambda zone: not zone.lstrip(" ").startswith(("++", "+-", "--", "-+"))
    ),
)
_WHO = st.text("T <>@.", max_size=12) | st.sampled_from(
    ["Tina <tina@e>", "<tina@e>", "Tina <>", "Tina", "Tina <tina@e"]
)
_LINES = st.builds(
    "".join, st.tuples(_WHO, _BLANKS, st.just("<t@e>") | st.just(">") | st.just(""), _BLANKS, _SECONDS, _BLANKS, _ZONES)
)


class Date(NamedTuple):
    """Seconds since the epoch, and minutes from UTC."""

    seconds: int
    offset: int


class Reading(NamedTuple):
    """A repository that is read by both stores."""

    repo: RepositoryBuilder
    stores: tuple[ObjectStore, ...]


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    repo = RepositoryBuilder(tmp_path_factory.mktemp("dates") / "repo")
    repo.commit({"a": "1"})
    layout = find_layout(str(repo.path))
    stores = (LibgitStore(layout), GitStore(layout, "objectformat"))
    yield Reading(repo, stores)
    for store in stores:
        store.close()


def date(text: str) -> Date | None:
    """What Git prints of a date with `raw`; None for nothing."""
    seconds, _, zone = text.partition(" ")
    if not seconds:
        return None
    hours, minutes = divmod(abs(int(zone)), 100)
    offset = hours * 60 + minutes
    # No clock shows more, and no time in JSON can say it.
    return Date(int(seconds), 0 if offset >= 24 * 60 else -offset if int(zone) < 0 else offset)


def dates_of_tags(repo: RepositoryBuilder, lines: list[bytes]) -> list[tuple[str, Date | None]]:
    """Each tag's id, and its date as `git for-each-ref` reads it, which needs no sign before the zone."""
    head = repo.head.encode()
    for number, line in enumerate(lines):
        data = b"object %s\ntype commit\ntag %d\ntagger %s\n\nx\n" % (head, number, line)
        repo.ref(f"refs/tags/{number}", repo.raw("tag", data))
    names = [f"refs/tags/{number}" for number in range(len(lines))]
    listed = repo.git("for-each-ref", "--sort=version:refname", "--format=%(objectname) %(taggerdate:raw)", *names)
    return [(oid, date(text)) for oid, _, text in (line.partition(" ") for line in listed.splitlines())]


def dates_of_commits(repo: RepositoryBuilder, lines: list[bytes]) -> list[tuple[str, Date | None]]:
    """Each commit's id, and its date as `git log` reads it, which minds no stray `>`."""
    tree = _tree(repo)
    oids = [repo.raw("commit", b"tree %s\nauthor %s\ncommitter %s\n\nx\n" % (tree, line, line)) for line in lines]
    printed = repo.git("log", "--no-walk=unsorted", "--format=%H %cd", "--date=raw", *oids)
    found = {oid: date(text) for oid, _, text in (line.partition(" ") for line in printed.splitlines())}
    return [(oid, found[oid]) for oid in oids]


@cache
def _tree(repo: RepositoryBuilder) -> bytes:
    return repo.git("rev-parse", "HEAD^{tree}").encode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LINES.map(str.encode), min_size=1, max_size=30, unique=True))
def test_a_date_that_git_can_read_is_read_as_git_reads_it(reading: Reading, lines: list[bytes]) -> None:
    tags, commits = dates_of_tags(reading.repo, lines), dates_of_commits(reading.repo, lines)
    for line, (tag, listed), (commit, logged) in zip(lines, tags, commits, strict=True):
        # `git for-each-ref` reads what follows the first `> `, and 0 where that is no date.
        expected = logged or (listed if listed and listed.seconds and line.count(b">") == 1 else None)
        if expected is not None and expected.seconds > _LATEST:
            continue
        for store in reading.stores:
            found = store.read(tag)
            raw = parse_tag_object(found.data) if found is not None else None
            assert raw is not None
            assert expected in (None, (raw.seconds, raw.offset)), (line, raw)
            found = store.read(commit)
            parsed = parse_commit_object(commit, found.data) if found is not None else None
            assert parsed is not None
            assert expected in (None, (parsed[0].seconds, parsed[0].offset)), (line, parsed)


@pytest.mark.parametrize(
    "zone", ["+2", "+053", "UTC", "", "+02000", "+9999", "-0000", "+0200  ", "0530", "+", "x +0200"]
)
def test_an_odd_zone_moves_no_tag_in_time(reading: Reading, zone: str) -> None:
    ((tag, listed),) = dates_of_tags(reading.repo, [b"Tina <tina@e> 1704200000 " + zone.encode()])
    for store in reading.stores:
        found = store.read(tag)
        raw = parse_tag_object(found.data) if found is not None else None
        assert raw is not None
        assert (raw.seconds, raw.offset) == listed
        assert raw.seconds == 1704200000
