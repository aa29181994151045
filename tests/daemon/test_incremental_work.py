"""A change costs what changed, not what is there: counted at the reads themselves, never timed."""

from collections.abc import Callable

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live import version_facts
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git import objects
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import latest, refs


class Work:
    """What the counters of a worktree say was done since `begin`."""

    def __init__(self, worktree: Worktree) -> None:
        self.worktree = worktree
        self.begin()

    def begin(self) -> Snapshot:
        snapshot = self.worktree.fresh_blocking()
        self._before = self.worktree.status()["counters"]
        return snapshot

    def done(self) -> dict[str, int]:
        """Which counters moved by how much, leaving out the listing itself and its files."""
        self.worktree.fresh_blocking()
        after = self.worktree.status()["counters"]
        moved = {name: after[name] - self._before[name] for name in after}
        return {
            name: count
            for name, count in moved.items()
            if count and name not in {"listings", "ref_files", "packed_refs"}
        }


@pytest.fixture
def work(worktree: Worktree, registry: RepositoryBuilder) -> Work:
    registry.commit({"artifacts.yaml": "noted:\n  type: model\nother:\n  type: data\n"})
    for number in range(30):
        registry.tag(f"many{number}@v1.0.0")
    return Work(worktree)


def test_nothing_new_costs_nothing(work: Work) -> None:
    assert work.done() == {}


def test_a_tag_on_a_known_commit_costs_its_object_and_one_fold(work: Work, registry: RepositoryBuilder) -> None:
    registry.tag("churn@v2.0.0")
    assert work.done() == {"tags": 1, "folds": 1}


def test_a_tag_costs_the_same_while_files_are_followed(work: Work, registry: RepositoryBuilder) -> None:
    registry.commit({f"folder{number}/dvc.yaml": "artifacts: {}\n" for number in range(20)})
    registry.tag("churn@v1.9.0")
    work.worktree.follow_files()
    work.begin()
    registry.tag("churn@v2.0.0")
    assert work.done() == {"tags": 1, "folds": 1}


def test_a_tag_on_a_new_commit_costs_the_commit_too_and_no_file_seen_before(
    work: Work, registry: RepositoryBuilder
) -> None:
    side = registry.commit({"x": "1"}, branch="side", parents=(registry.head,))
    registry.tag("churn@v2.0.0", side)
    assert work.done() == {"tags": 1, "commits": 1, "trees": 1, "folds": 1}


def test_a_tag_on_a_commit_with_a_new_annotation_file_costs_that_file(work: Work, registry: RepositoryBuilder) -> None:
    side = registry.commit({"artifacts.yaml": "new:\n  type: model\n"}, branch="side", parents=(registry.head,))
    registry.tag("churn@v2.0.0", side)
    assert work.done() == {"tags": 1, "commits": 1, "trees": 1, "blobs": 1, "folds": 1}


def test_a_moved_tag_costs_its_object_and_one_fold(work: Work, registry: RepositoryBuilder) -> None:
    registry.tag("churn@v1.0.0", message="moved")
    assert work.done() == {"tags": 1, "folds": 1}


def test_a_deleted_tag_costs_one_fold(work: Work, registry: RepositoryBuilder) -> None:
    registry.delete_tag("churn@v1.0.0")
    assert work.done() == {"folds": 1}


def test_a_nested_tag_costs_each_tag_object_on_the_way(work: Work, registry: RepositoryBuilder) -> None:
    inner = registry.tag_object("inner", registry.head)
    registry.tag("churn@v2.0.0", inner, target_kind="tag")
    assert work.done() == {"tags": 2, "folds": 1}


def test_tags_that_are_not_gtos_cost_nothing(work: Work, registry: RepositoryBuilder) -> None:
    registry.tag("release-2024")
    registry.lightweight("nightly/1")
    assert work.done() == {}


def test_packing_costs_nothing(work: Work, registry: RepositoryBuilder) -> None:
    registry.pack()
    assert work.done() == {}


def test_ten_tags_of_one_artifact_cost_one_fold(work: Work, registry: RepositoryBuilder) -> None:
    for number in range(10):
        registry.tag(f"churn@v3.0.{number}")
    assert work.done() == {"tags": 10, "folds": 1}


def test_a_moved_head_folds_exactly_the_annotated_artifacts(work: Work, registry: RepositoryBuilder) -> None:
    registry.commit({"model.pkl": "new"})
    assert work.done() == {"commits": 1, "trees": 1, "folds": 2}


def test_a_head_with_another_annotation_folds_what_was_and_is_annotated(
    work: Work, registry: RepositoryBuilder
) -> None:
    registry.commit({"artifacts.yaml": "noted:\n  type: model\nthird:\n  type: data\n"})
    assert work.done() == {"commits": 1, "trees": 1, "blobs": 1, "folds": 3}


def test_going_back_to_a_known_head_reads_no_object(work: Work, registry: RepositoryBuilder) -> None:
    before = registry.head
    registry.commit({"artifacts.yaml": None})
    work.begin()
    registry.detach(before)
    moved = work.done()
    assert moved.pop("folds") == 2
    assert set(moved) <= {"trees"}


def test_a_changed_configuration_folds_nothing(work: Work, registry: RepositoryBuilder) -> None:
    registry.write(".gto", "stages: [dev]\n")
    assert work.done() == {}


def test_another_index_file_is_the_one_thing_that_rebuilds(work: Work, registry: RepositoryBuilder) -> None:
    registry.write(".gto", "INDEX: models.yaml\n")
    moved = work.done()
    assert moved["rebuilds"] == 1
    assert "tags" not in moved


def test_a_second_checkout_reads_no_tag_again(work: Work, registry: RepositoryBuilder, hub: Hub) -> None:
    linked = registry.path.with_name("linked")
    registry.git("worktree", "add", "--quiet", "--detach", str(linked))
    work.begin()
    other = hub.worktree(str(linked))
    snapshot = other.fresh_blocking()
    assert len(refs(snapshot)) == 34
    moved = work.done()
    assert set(moved) <= {"trees"}


def test_a_second_set_of_variables_reads_no_object_again(work: Work, registry: RepositoryBuilder, hub: Hub) -> None:
    other = hub.worktree(str(registry.path), environment={"GTO_STAGES": '["a"]'})
    snapshot = other.fresh_blocking()
    assert snapshot.config.stages == ("a",)
    assert set(work.done()) <= {"trees"}


def test_a_failure_in_the_middle_of_a_delta_is_answered_rightly_by_the_next_read(
    work: Work, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = work.begin()
    registry.tag("churn@v2.0.0")
    registry.tag("segment@v2.0.0")

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("on purpose")

    for _ in range(3):
        with monkeypatch.context() as patched:
            patched.setattr(version_facts.VersionFacts, "load", fail)
            with pytest.raises(MemoryError):
                work.worktree.fresh_blocking()
            assert work.worktree.current(None) is None
    assert latest(work.worktree.fresh_blocking())["segment"] == "v2.0.0"
    assert work.done()["rebuilds"] == 3
    assert work.worktree.changes(before.clock)["fresh"]


def test_a_failure_while_reading_tags_loses_none_of_them(
    work: Work, registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.begin()
    for number in range(5):
        registry.tag(f"late{number}@v1.0.0")
    read = objects.ObjectReader.tag
    calls = 0

    def fail_now_and_then(self: objects.ObjectReader, oid: str) -> object:
        nonlocal calls
        calls += 1
        if calls % 2 == 0:
            raise MemoryError("on purpose")
        return read(self, oid)

    with monkeypatch.context() as patched:
        patched.setattr(objects.ObjectReader, "tag", fail_now_and_then)
        for _ in range(4):
            with pytest.raises(MemoryError):
                work.worktree.fresh_blocking()
    after = work.worktree.fresh_blocking()
    assert {f"late{number}" for number in range(5)} <= after.index.artifacts.keys()
    assert "rebuilds" not in work.done()


def test_the_debug_mode_finds_an_index_that_is_not_what_its_tags_make(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    from gto_daemon.daemon.live.verify import IndexDivergedError

    worktree.fresh_blocking()
    del worktree.repository.tags.changing("segment")["segment@v0.1.0"]
    worktree.repository.tags.changed()
    registry.tag("churn@v2.0.0")
    with pytest.raises(IndexDivergedError):
        worktree.fresh_blocking()


def test_what_is_not_needed_any_more_is_forgotten(
    registry: RepositoryBuilder, opened: Callable[[RepositoryBuilder], Worktree]
) -> None:
    """HEADs of yesterday are not kept for ever: their annotation files may be large."""
    worktree = opened(registry)
    worktree.fresh_blocking()
    for number in range(20):
        registry.commit({"artifacts.yaml": f"a{number}:\n  type: model\n"})
        worktree.fresh_blocking()
    assert len(worktree.fresh_blocking().index.facts.annotations) == 1
