"""The clock and the journal: what changed since a clock leads from what was there to what is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.daemon.live.journal import Journal, events_between, rows
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.events import Event, TagEvent
from gto_daemon.registry.facts import ObjectFacts
from gto_daemon.registry.index import Delta, Index
from gto_daemon.registry.objects import Tag, TagRef
from tests.builders import RepositoryBuilder
from tests.daemon.reading import applied
from tests.daemon.reading import rows as history_rows
from tests.registry.strategies import Step, facts, steps


def event(number: int, *, seconds: int = 0) -> TagEvent:
    tag = Tag(f"{number:040}", "c" * 40, "commit", "Tina", "tina@e", seconds, 0, "m")
    return TagEvent("registration", "a", f"a@v1.0.{number}", tag, f"v1.0.{number}", None)


def identified(ref: TagRef) -> TagRef:
    """As Git has it: what says something else is another object."""
    if ref.tag is None:
        return ref
    return TagRef(ref.name, ref.artifact, ref.oid, Tag(f"{hash(ref.tag) % 2**64:040x}", *ref.tag[1:]), ref.problems)


_SETS = st.lists(st.frozensets(st.integers(0, 6)), min_size=1, max_size=8)


@given(_SETS)
def test_the_sum_since_any_clock_leads_from_that_set_to_the_last(sets: list[frozenset[int]]) -> None:
    journal = Journal("i", "w")
    clocks = [journal.clock]
    for before, after in zip([frozenset[int](), *sets], sets, strict=False):
        journal.step({"a"}, [event(n) for n in after - before], [event(n) for n in before - after])
        clocks.append(journal.clock)
    for clock, start in zip(clocks, [frozenset[int](), *sets], strict=True):
        since = journal.since(clock)
        assert since is not None
        _, added, removed = since
        held = {event(n) for n in start}
        assert set(removed) <= held
        assert not set(added) & held
        assert (held - set(removed)) | set(added) == {event(n) for n in sets[-1]}
        assert len(added) == len(set(added))
        assert len(removed) == len(set(removed))


def test_what_came_and_went_again_is_in_neither_list() -> None:
    journal = Journal("i", "w")
    start = journal.clock
    journal.step({"a"}, [event(1)], [])
    journal.step({"a"}, [], [event(1)])
    assert journal.since(start) == (frozenset({"a"}), [], [])


def test_the_clock_moves_with_every_step_and_names_instance_and_worktree() -> None:
    journal = Journal("instance", "worktree")
    clocks = [journal.clock]
    for _ in range(3):
        journal.step([], [], [])
        clocks.append(journal.clock)
    assert clocks == [f"instance:worktree:{number}" for number in range(4)]


@pytest.mark.parametrize(
    "clock",
    ["", "i:w:", "i:w:9", "i:w:-1", "i:w:x", "i:w:1.0", "i:w: 0", "i:x:0", "j:w:0", "0", "i:w:٣", "i:w:" + "0" * 5000],
)
def test_a_clock_that_is_not_of_this_journal_is_unknown(clock: str) -> None:
    journal = Journal("i", "w")
    journal.step(["a"], [], [])
    assert journal.since(clock) is None


def test_now_is_a_clock_since_which_nothing_changed() -> None:
    journal = Journal("i", "w")
    journal.step(["a"], [], [])
    assert journal.since(journal.clock) == (frozenset(), [], [])


def test_a_restart_forgets_what_was_before() -> None:
    journal = Journal("i", "w")
    start = journal.clock
    journal.step(["a"], [event(1)], [])
    between = journal.clock
    journal.restart()
    assert journal.since(start) is None
    assert journal.since(between) is None
    now = journal.clock
    journal.step(["b"], [event(2)], [])
    assert journal.since(now) == (frozenset({"b"}), [event(2)], [])


def test_a_clock_that_is_too_old_is_unknown_and_a_newer_one_is_not() -> None:
    journal = Journal("i", "w")
    start = journal.clock
    for number in range(4000):
        journal.step(["a"], [event(number)], [])
    assert journal.since(start) is None
    recent = f"i:w:{4000 - 100}"
    since = journal.since(recent)
    assert since is not None
    assert len(since[1]) == 100


def test_one_step_beyond_all_bounds_is_not_remembered() -> None:
    journal = Journal("i", "w")
    start = journal.clock
    journal.step(["a"], [event(number) for number in range(20_000)], [])
    assert journal.since(start) is None
    assert journal.since(journal.clock) == (frozenset(), [], [])


def test_a_journal_that_continues_another_goes_on_counting() -> None:
    old = Journal("i", "1")
    old.step(["a"], [], [])
    new = Journal("i", "2").continued(old)
    new.restart()
    assert new.clock == "i:2:2"


def test_rows_are_oldest_first() -> None:
    assert [row["version"] for row in rows([event(1, seconds=9), event(2, seconds=3)])] == ["v1.0.2", "v1.0.1"]


def _since(worktree: Worktree, clock: str) -> dict[str, Any]:
    worktree.fresh_blocking()
    return worktree.changes(clock)


def test_changes_since_any_earlier_clock_add_up(registry: RepositoryBuilder, worktree: Worktree) -> None:
    known = [worktree.fresh_blocking()]
    for number in range(3):
        registry.tag(f"churn@v2.0.{number}")
        known.append(worktree.fresh_blocking())
    registry.tag("churn@v2.0.0", message="moved")
    known.append(worktree.fresh_blocking())
    registry.delete_tag("churn@v2.0.1")
    registry.tag("churn#prod#2")
    last = worktree.fresh_blocking()
    for snapshot in known:
        told = worktree.changes(snapshot.clock)
        assert not told["fresh"]
        assert applied(history_rows(snapshot), [told]) == history_rows(last)


def test_an_assignment_that_gets_a_version_is_removed_and_added(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    commit = registry.commit()
    registry.tag("churn#dev#5", commit)
    before = worktree.fresh_blocking()
    registry.tag("churn@v3.0.0", commit)
    told = _since(worktree, before.clock)
    assert [row["version"] for row in told["events"]["removed"]] == [commit]
    assert {row["version"] for row in told["events"]["added"]} == {"v3.0.0"}


def test_an_unknown_clock_is_answered_with_everything(registry: RepositoryBuilder, worktree: Worktree) -> None:
    snapshot = worktree.fresh_blocking()
    for clock in ("", "nonsense", snapshot.clock + "0", snapshot.clock.replace(":", "x:")):
        told = worktree.changes(clock)
        assert told["fresh"]
        assert told["artifacts"] == ["churn", "segment"]
        assert applied(history_rows(snapshot) - history_rows(snapshot), [told]) == history_rows(snapshot)


def test_asking_before_anything_was_read_is_a_fault_of_the_caller(worktree: Worktree) -> None:
    with pytest.raises(RuntimeError):
        worktree.changes("")


def test_equal_clocks_mean_equal_content(registry: RepositoryBuilder, worktree: Worktree) -> None:
    seen: dict[str, object] = {}
    for number in range(12):
        registry.tag(f"churn@v2.0.{number % 3}", message=str(number // 2))
        if number % 4 == 0:
            registry.commit({"artifacts.yaml": f"a{number}:\n  type: model\n"})
        if number % 5 == 0:
            registry.write(".gto", f"stages: [s{number}]\n")
        for _ in range(2):
            snapshot = worktree.fresh_blocking()
            content = (history_rows(snapshot), snapshot.head, snapshot.config, tuple(snapshot.problems))
            assert seen.setdefault(snapshot.clock, content) == content
    assert len(seen) == 12


@given(facts(), steps(), steps())
def test_what_changed_is_what_only_one_of_two_indexes_tells_in_its_order(
    known: ObjectFacts, first: Step, second: Step
) -> None:
    old = Index.build(map(identified, first.added), known, first.annotated)
    new, touched = old.apply(Delta([*map(identified, second.added)], second.removed), known, second.annotated)

    def told(index: Index) -> list[Event]:
        return [
            event for name in sorted(touched & index.artifacts.keys()) for event in index.artifacts[name].tag_events()
        ]

    added, removed = events_between(old, new, touched)
    assert added == [event for event in told(new) if event not in told(old)]
    assert removed == [event for event in told(old) if event not in told(new)]
