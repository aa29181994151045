"""Tampering leaves signs in counters and dates, and in what was seen before; honest use leaves none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.ledger import LedgerState
from gto_daemon.registry.problems import MAX_TEXT
from gto_daemon.registry.queries.tampering import ALLOWANCE, Evidence, KnownRemote, missing_counters, tampering
from gto_daemon.registry.snapshot import Snapshot
from tests.registry.small import commit, made, oid, with_commit

NOW = 10_000
OTHER = "a" * 40


def found(
    snapshot: Snapshot, ledger: LedgerState | None = None, remote: KnownRemote | None = None, now: int = NOW
) -> list[tuple[str, str]]:
    evidence = tampering(snapshot, ledger, now, remote)
    for each in evidence:
        assert each.message.endswith(".")
        assert each.remedy.endswith(".")
        hint, remedy = each.as_problem().hint, each.as_json()["remedy"]
        # Problems cut what is long.
        assert hint == remedy or hint == f"{remedy[:MAX_TEXT]}…"
    return [(each.kind, each.ref) for each in evidence]


def seen(*records: dict[str, object]) -> LedgerState:
    state = LedgerState()
    for at, record in enumerate(records, 1_000):
        state = state.after({"at": at, **record})
    return state


_SIGNS = {
    "a counter is missing": (made("a@v1.0.0 1 100", "a#prod#2 1 110"), [("counter-gap", "a#prod#2")]),
    "counters are missing in two places": (
        made("a#dev#3 1 100", "a#dev#4 1 110", "a#prod#6 1 120"),
        [("counter-gap", "a#dev#3"), ("counter-gap", "a#prod#6")],
    ),
    "older than its commit": (
        with_commit(made("a@v1.0.0 1 100", "a#prod#1 1 300"), commit("1", 300)),
        [("backdated-tag", "a@v1.0.0")],
    ),
    "older than a deprecation's commit": (
        with_commit(made("a@deprecated 1 100"), commit("1", 300)),
        [("backdated-tag", "a@deprecated")],
    ),
    "older than a lower counter": (
        made("a#dev#1 1 500", "a#prod#2 1 300", "a#prod#3 1 600", "a#dev#4 1 400"),
        [("backdated-tag", "a#dev#4"), ("backdated-tag", "a#prod#2")],
    ),
    "of the future": (made(f"a@v1.0.0 1 {NOW + ALLOWANCE + 1}"), [("future-tag", "a@v1.0.0")]),
    "of the future, which makes no other tag an old one": (
        made(f"a#dev#1 1 {NOW * 9}", "a#prod#2 1 200"),
        [("future-tag", "a#dev#1")],
    ),
    "two assignments in one second": (
        made("a@v1.0.0 1 100", "a@v2.0.0 2 100", "a#prod#1 1 110", "a#prod#2 2 110"),
        [("ambiguous-order", "a#prod#2")],
    ),
    "an unassignment that may have come before": (
        made("a@v1.0.0 1 100", "a#prod 1 110", "a#prod! 1 110"),
        [("ambiguous-order", "a#prod!")],
    ),
    "an unassignment that came before": (
        made("a@v1.0.0 1 100", "a#prod!#1 1 110", "a#prod#2 1 110"),
        [("ambiguous-order", "a#prod#2")],
    ),
}


@pytest.mark.parametrize(("snapshot", "signs"), _SIGNS.values(), ids=_SIGNS.keys())
def test_what_the_tags_themselves_tell(snapshot: Snapshot, signs: list[tuple[str, str]]) -> None:
    assert found(snapshot) == signs


_HONEST = {
    "nothing": made(),
    "simple tags": made("a@v1.0.0 1 100", "a#prod 1 110", "a#prod! 1 120", "a@deprecated 1 130"),
    "one counter for all": made(
        "a@v1.0.0 1 100", "a#dev#1 1 110", "a#prod#2 1 120", "a@v1.0.0!#3 1 130", "a@v1.0.0#4 1 140", "b#dev#1 1 90"
    ),
    "a counter given out twice": made("a#dev#1 1 100", "a#prod#1 1 90"),
    "counters of lightweight tags": made("a#dev#1", "a#prod#2 1 100"),
    "clocks that differ a little": made(
        f"a#dev#1 1 {200 + ALLOWANCE}", "a#prod#2 1 200", f"b@v1.0.0 1 {NOW + ALLOWANCE}"
    ),
    "as old as its commit": with_commit(made("a@v1.0.0 1 300"), commit("1", 300)),
    "an assignment and its end in one second": made("a@v1.0.0 1 100", "a#prod#1 1 110", "a#prod!#2 1 110"),
    "another version after that, in the same second": made(
        "a@v1.0.0 1 100", "a@v2.0.0 2 100", "a#prod#1 1 110", "a#prod!#2 1 110", "a#prod#3 2 110"
    ),
    "another version after a deregistration": made(
        "a@v1.0.0 1 100", "a@v2.0.0 2 100", "a#prod#1 1 110", "a@v1.0.0! 1 110", "a#prod#3 2 110", "a#dev#2 2 110"
    ),
    "two ends in one second": made("a@v1.0.0 1 90", "a@v2.0.0 2 90", "a#prod!#1 1 110", "a#prod!#2 2 110"),
    "two stages in one second": made("a@v1.0.0 1 100", "a#prod#1 1 110", "a#dev#2 1 110"),
}


@pytest.mark.parametrize("snapshot", _HONEST.values(), ids=_HONEST.keys())
def test_honest_tags_are_no_sign(snapshot: Snapshot) -> None:
    assert found(snapshot) == []


def test_a_shallow_clone_lacks_tags_and_that_is_no_sign() -> None:
    assert found(replace(made("a#prod#5 1 100"), is_shallow=True)) == []


@given(st.frozensets(st.integers(0, 30)), st.frozensets(st.integers(0, 30)))
def test_counters_run_from_one_to_the_greatest(present: frozenset[int], filled: frozenset[int]) -> None:
    gaps = list(missing_counters(present, filled))
    told = [number for _, runs in gaps for low, high in runs for number in range(low, high + 1)]
    assert told == [number for number in range(1, max(present, default=0)) if number not in present | filled]
    for counter, runs in gaps:
        assert counter in present
        assert all(low <= high < counter for low, high in runs)
        assert not [each for each in present if runs[0][0] < each < counter]


def test_a_counter_may_have_thousands_of_digits() -> None:
    assert found(made(f"a#prod#{'9' * 4000} 1 100")) == [("counter-gap", f"a#prod#{'9' * 4000}")]


TAGS = {"a@v1.0.0": oid("f"), "a#prod#1": oid("f")}
HERE = made("a@v1.0.0 1 100", "a#prod#1 1 110")


def test_a_tag_that_was_seen_and_is_gone_tells_since_when() -> None:
    state = seen({"seen": TAGS}, {}, {"missing": ["a#prod#1"]}, {})
    (evidence,) = tampering(made("a@v1.0.0 1 100"), state, NOW)
    assert (evidence.kind, evidence.severity) == ("vanished-tag", "error")
    assert "first seen 1970-01-01T00:16:40+00:00, last seen 1970-01-01T00:16:41+00:00" in evidence.message


def test_a_tag_that_is_gone_within_its_second_was_last_seen_in_it() -> None:
    state = LedgerState()
    for record in ({}, {"seen": TAGS}, {"missing": ["a#prod#1"]}):
        state = state.after({"at": 1_000 + bool(record), **record})
    assert state.last_seen("a#prod#1") == state.tags["a#prod#1"].first == 1_001


def test_one_that_is_gone_explains_its_counter() -> None:
    state = seen({"seen": {**TAGS, "a#dev#2": OTHER}})
    assert found(made("a@v1.0.0 1 100", "a#dev#3 1 120"), state) == [
        ("vanished-tag", "a#dev#2"),
        ("vanished-tag", "a#prod#1"),
    ]


def test_an_artifact_without_any_tag_left_is_told_of() -> None:
    assert found(made(), seen({"seen": TAGS})) == [("vanished-tag", "a#prod#1"), ("vanished-tag", "a@v1.0.0")]


def test_a_tag_that_points_elsewhere_is_an_error_however_often_that_was_seen() -> None:
    state = seen({"seen": {**TAGS, "a#prod#1": OTHER}})
    again = state.after({"at": 1_005, "seen": {"a#prod#1": oid("f")}})
    for each in (state, again):
        (evidence,) = tampering(HERE, each, NOW)
        assert (evidence.kind, evidence.ref, evidence.severity) == ("moved-tag", "a#prod#1", "error")
        assert OTHER[:12] in evidence.message
        assert OTHER in evidence.remedy
    assert found(HERE, again.after({"at": 1_006, "seen": {"a#prod#1": OTHER}})) == [("moved-tag", "a#prod#1")]


def test_what_gtod_deleted_is_neither_gone_nor_a_gap() -> None:
    state = seen({"seen": {**TAGS, "a#dev#2": OTHER}}, {"deleted": {"a#prod#1": oid("f"), "a#dev#2": OTHER}})
    assert found(made("a@v1.0.0 1 100", "a#dev#3 1 120"), state) == []
    # Made again under the same name, it is a new tag.
    assert found(HERE, state.after({"at": 1_005, "seen": {"a#prod#1": oid("f")}})) == []


def test_a_deletion_of_what_took_its_place_does_not_hide_a_tag() -> None:
    state = seen({"seen": TAGS}, {"seen": {"a#prod#1": OTHER}}, {"deleted": {"a#prod#1": OTHER}})
    assert found(made("a@v1.0.0 1 100"), state) == [("vanished-tag", "a#prod#1")]


def accepted(state: LedgerState, evidence: Evidence) -> LedgerState:
    return state.after({"at": 1_500, "accepted": [[evidence.kind, evidence.ref, evidence.mark]]})


def test_what_is_accepted_is_told_no_more_until_it_changes_again() -> None:
    state = seen({"seen": TAGS})
    without = made("a@v1.0.0 1 100")
    for _ in range(2):
        (evidence,) = tampering(without, state, NOW)
        state = accepted(state, evidence)
        assert found(without, state) == []
        state = state.after({"at": 1_600, "seen": {"a#prod#1": oid("f")}})
        assert found(HERE, state) == []
    (evidence,) = tampering(HERE, seen({"seen": {**TAGS, "a#prod#1": OTHER}}), NOW)
    state = accepted(seen({"seen": {**TAGS, "a#prod#1": OTHER}}), evidence)
    assert found(HERE, state) == []
    assert found(without, state) == [("vanished-tag", "a#prod#1")]


@pytest.mark.parametrize("snapshot", [each for each, _ in _SIGNS.values()], ids=_SIGNS.keys())
def test_any_finding_can_be_accepted_and_no_other_goes_with_it(snapshot: Snapshot) -> None:
    everything = tampering(snapshot, None, NOW)
    for evidence in everything:
        left = tampering(snapshot, accepted(LedgerState(), evidence), NOW)
        assert left == [each for each in everything if each != evidence]


def test_a_gap_that_grows_is_another_one() -> None:
    (evidence,) = tampering(made("a#dev#1 1 100", "a#prod#3 1 110"), None, NOW)
    state = accepted(LedgerState(), evidence)
    assert found(made("a#prod#3 1 110"), state) == [("counter-gap", "a#prod#3")]


def test_a_remote_that_has_another_tag_of_the_name_differs() -> None:
    remote = KnownRemote("origin", {"a#prod#1": OTHER, "b@v1.0.0": OTHER}, frozenset({("a@v1.0.0", oid("f"))}))
    evidence = tampering(HERE, None, NOW, remote)
    assert [(each.kind, each.ref, each.severity) for each in evidence] == [
        ("differs-from-remote", "a#prod#1", "warning"),
        ("differs-from-remote", "a@v1.0.0", "info"),
    ]


def test_a_branch_of_rules_that_was_rewritten_is_told_of_until_it_is_accepted() -> None:
    branch = "refs/remotes/origin/main"
    state = seen(
        {"rules": {"ref": branch, "commit": oid("1")}},
        {"rules": {"ref": branch, "commit": oid("2")}},
        {"rules": {"ref": branch, "commit": oid("3"), "rewrites": oid("2")}},
    )
    (evidence,) = tampering(HERE, state, NOW)
    assert (evidence.kind, evidence.ref) == ("rules-rewritten", branch)
    assert oid("2") in evidence.remedy
    assert found(HERE, accepted(state, evidence)) == []


_NOTHING = {
    "no time": {},
    "a time that is none": {"at": "now"},
    "a time beyond dates": {"at": 1 << 50},
    "no oids": {"at": 1, "seen": ["a@v1.0.0"]},
    "numbers for oids": {"at": 1, "deleted": {"a@v1.0.0": 1}},
    "half an acknowledgement": {"at": 1, "seen": TAGS, "accepted": [["moved-tag"]]},
    "a branch without commit": {"at": 1, "rules": {"ref": "refs/heads/main"}},
}


@pytest.mark.parametrize("record", _NOTHING.values(), ids=_NOTHING.keys())
def test_a_record_that_is_none_says_nothing(record: dict[str, object]) -> None:
    state = seen({"seen": TAGS})
    with pytest.raises((KeyError, TypeError, ValueError)):
        state.after(record)
    assert state == seen({"seen": TAGS})
