"""An index that deltas led to is the index folded from zero, in everything that can be asked of it."""

import weakref
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gto_daemon.registry.artifact_refs import ArtifactRefs
from gto_daemon.registry.config_reading import read_config
from gto_daemon.registry.facts import Annotated, ObjectFacts
from gto_daemon.registry.fold import event_of
from gto_daemon.registry.index import Delta, Index
from gto_daemon.registry.objects import Moment, Tag, TagRef
from gto_daemon.registry.plans import Draft
from gto_daemon.registry.plans.plan import NewTag
from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.queries.show import show_registry, show_versions
from gto_daemon.registry.queries.state import print_state
from gto_daemon.registry.snapshot import Snapshot
from tests.registry.strategies import COMMITS, FILES, OIDS, Step, facts, steps, tag_refs

_CONFIG = read_config(None, {})


def snapshot(index: Index, head: str | None = None) -> Snapshot:
    return Snapshot("/repo", "i:w:0", index, _CONFIG, head)


def everything(index: Index) -> dict[str, Any]:
    """Whatever can be asked of an index."""
    seen = snapshot(index)
    return {
        "order": list(index.order),
        "refs": {name: dict(refs) for name, refs in index.refs.items()},
        "troubled": dict(index.troubled),
        "state": print_state(seen),
        "registry": [list(row.items()) for row in show_registry(seen, deprecated=True).values()],
        "names": list(show_registry(seen, deprecated=True)),
        "versions": {
            name: show_versions(seen, name, deprecated=True, versions_per_stage=-1) for name in index.artifacts
        },
        "history": history(seen, commits=True),
        "findings": doctor(seen),
    }


@settings(max_examples=150)
@given(facts(), st.lists(steps(), min_size=1, max_size=6))
def test_any_sequence_of_deltas_is_a_fold_from_zero(known: ObjectFacts, sequence: list[Step]) -> None:
    refs: dict[str, TagRef] = {}
    index = Index.build((), known, ())
    for step in sequence:
        before = index
        index, touched = index.apply(Delta(step.added, step.removed), known, step.annotated)
        refs.update({ref.name: ref for ref in step.added})
        for name in step.removed:
            refs.pop(name, None)
        zero = Index.build(refs.values(), known, step.annotated)
        assert everything(index) == everything(zero)
        for name in before.artifacts.keys() - touched:
            assert index.artifacts[name] is before.artifacts[name], "folded without need"


@given(facts(), st.lists(steps(), min_size=1, max_size=3), st.randoms())
def test_the_order_in_which_refs_are_listed_makes_no_difference(
    known: ObjectFacts, sequence: list[Step], random: Any
) -> None:
    refs = list({ref.name: ref for step in sequence for ref in step.added}.values())
    shuffled = refs.copy()
    random.shuffle(shuffled)
    annotated = sequence[-1].annotated
    assert everything(Index.build(refs, known, annotated)) == everything(Index.build(shuffled, known, annotated))


@given(facts(), steps(), steps())
def test_the_index_before_a_delta_stays_what_it_was(known: ObjectFacts, first: Step, second: Step) -> None:
    before = Index.build(first.added, known, first.annotated)
    remembered = everything(before)
    before.apply(Delta(second.added, second.removed), known, second.annotated)
    assert everything(before) == remembered


@given(st.data())
def test_an_artifact_is_folded_from_its_own_tags_alone(data: st.DataObject) -> None:
    step = data.draw(steps())
    known = data.draw(facts())
    whole = Index.build(step.added, known, step.annotated)
    for name in whole.artifacts:
        own = [ref for ref in step.added if ref.parsed.artifact == name]
        alone = Index.build(own, known, step.annotated)
        assert print_state(snapshot(alone))["artifacts"][name] == print_state(snapshot(whole))["artifacts"][name]


@given(st.data())
def test_a_commit_that_arrives_is_folded_in_by_asking_for_its_artifacts_again(data: st.DataObject) -> None:
    step = data.draw(steps())
    without = ObjectFacts({oid: commit for oid, commit in COMMITS.items() if oid != OIDS[0]}, {})
    index = Index.build(step.added, without, step.annotated)
    whole = ObjectFacts(COMMITS, {})
    concerned = {ref.parsed.artifact for ref in step.added} | {name for at in step.annotated for name in at.places}
    healed, _ = index.apply(Delta(), whole, step.annotated, again=concerned)
    assert everything(healed) == everything(Index.build(step.added, whole, step.annotated))


@given(tag_refs("a@v1.0.0"))
def test_a_ref_is_found_by_its_name_whether_it_counts_or_not(ref: TagRef) -> None:
    index = Index.build([ref], ObjectFacts(COMMITS), ())
    assert index.ref("a@v1.0.0") == ref
    assert index.ref("a@v2.0.0") is None
    assert index.ref("no tag") is None
    assert list(index.all_refs()) == [ref]


def test_a_moved_head_touches_what_was_and_is_annotated() -> None:
    index = Index.build((), ObjectFacts(COMMITS), (Annotated.at(OIDS[0], FILES[0]),))
    _, touched = index.apply(Delta(), index.facts, (Annotated.at(OIDS[1], FILES[-1]),))
    assert touched == {"a", "dir:c", "dir:d"}
    _, touched = index.apply(Delta(), index.facts, (Annotated.at(OIDS[0], FILES[0]),))
    assert touched == frozenset()


def test_an_artifact_without_tags_and_annotation_is_gone() -> None:
    head = (Annotated.at(OIDS[0], FILES[0]),)
    index = Index.build((), ObjectFacts(COMMITS), head)
    assert list(index.artifacts) == ["a"]
    gone, _ = index.apply(Delta(), index.facts, ())
    assert (dict(gone.artifacts), list(gone.order), dict(gone.refs)) == ({}, [], {})


def test_removing_what_is_not_there_changes_nothing() -> None:
    index = Index.build((), ObjectFacts(COMMITS), ())
    same, _ = index.apply(Delta(removed=("a@v1.0.0", "no tag of GTO's")), index.facts, ())
    assert everything(same) == everything(index)


def _ref(number: int) -> TagRef:
    oid = f"{number:040x}"
    return TagRef(f"a@v{number}.0.0", "a", oid, Tag(oid, "1" * 40, "commit", "Ann", "ann@x", number, 0, "m"))


def test_an_artifact_that_was_replaced_is_kept_no_longer() -> None:
    before = Index.build([_ref(1)], ObjectFacts(), ())
    artifact = weakref.ref(before.artifacts["a"])
    after, _ = before.apply(Delta(added=[_ref(2)]), ObjectFacts(), ())
    assert artifact() is None
    assert len(before.artifacts["a"].versions) == 1
    assert len(after.artifacts["a"].versions) == 2


def test_a_plan_keeps_nothing_of_what_it_folded_and_displaces_nothing() -> None:
    index = Index.build([_ref(1)], ObjectFacts(), ())
    artifact = weakref.ref(index.artifacts["a"])
    draft = Draft(snapshot(index))
    draft.create(NewTag("a@v2.0.0", "1" * 40, "m", "Ann", "ann@x", Moment(2, 0)))
    planned = weakref.ref(draft.snapshot.index.artifacts["a"])
    assert len(draft.snapshot.index.artifacts["a"].versions) == 2
    del draft
    assert planned() is None
    assert artifact() is not None


def test_a_delta_is_true_when_it_holds_anything() -> None:
    assert not Delta()
    assert Delta(removed=("a@v1.0.0",))
    assert Delta(added=(TagRef("a@v1.0.0", "a", "1" * 40, None),))


@given(facts(), st.lists(steps(), min_size=1, max_size=3))
def test_the_event_of_a_tag_is_that_of_its_folded_artifact(known: ObjectFacts, sequence: list[Step]) -> None:
    refs = {ref.name: ref for step in sequence for ref in step.added}
    annotated = sequence[-1].annotated
    folded = Index.build(refs.values(), known, annotated)
    packed = replace(Index.build(refs.values(), known, annotated), folded={})
    for name, ref in refs.items():
        artifact = folded.artifacts.get(ref.artifact)
        events = [] if artifact is None else [each for version in artifact.versions for each in version.tag_events()]
        events += [] if artifact is None else artifact.deprecations
        expected = next((event for event in events if event.ref == name), None)
        for index in (folded, packed):
            found = index.on_commit_of(ref.artifact, name)
            assert found[0] == ref
            assert event_of(ref, found) == expected


@given(st.lists(steps(), min_size=1, max_size=3))
def test_packed_refs_of_an_artifact_are_what_was_packed(sequence: list[Step]) -> None:
    refs = {ref.name: ref for step in sequence for ref in step.added if ref.artifact == "a"}
    packed = ArtifactRefs("a", refs.values())
    assert packed == refs
    assert (list(packed), len(packed), bool(packed)) == (list(refs), len(refs), bool(refs))
    assert packed.on_commit_of("a@v9.9.9") == []
