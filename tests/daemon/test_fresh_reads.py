"""Every read sees what Git says now, whatever was done to the tags and by what: no watcher is involved here."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.refs import RefChanges, RefListing
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import applied, codes, latest, refs, rows
from tests.waiting import eventually

Open = Callable[[RepositoryBuilder], Worktree]


def _changed(worktree: Worktree, before: Snapshot) -> Snapshot:
    """The next snapshot, after seeing that the journal leads from the last one to it."""
    after = worktree.fresh_blocking()
    told = worktree.changes(before.clock)
    assert not told["fresh"]
    assert applied(rows(before), [told]) == rows(after)
    return after


def test_a_new_tag_is_there(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.git("tag", "-a", "-m", "m", "churn@v2.0.0")
    after = _changed(worktree, before)
    assert latest(after)["churn"] == "v2.0.0"
    assert after.clock != before.clock


def test_a_moved_tag_is_removed_and_added(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.git("tag", "-a", "-f", "-m", "moved", "segment@v0.1.0", "HEAD")
    after = _changed(worktree, before)
    told = worktree.changes(before.clock)
    assert [row["ref"] for row in told["events"]["removed"]] == ["segment@v0.1.0"]
    assert [row["message"] for row in told["events"]["added"]] == ["moved"]
    assert after.index.artifacts["segment"].versions[0].hexsha == registry.head


def test_a_deleted_tag_is_gone(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.git("tag", "-d", "segment@v0.1.0")
    assert "segment" not in _changed(worktree, before).index.artifacts


def test_packing_changes_nothing(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.pack()
    after = worktree.fresh_blocking()
    assert after is before


def test_a_packed_tag_can_be_deleted_and_moved(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.pack()
    before = worktree.fresh_blocking()
    registry.git("tag", "-d", "churn@v1.1.0")
    between = _changed(worktree, before)
    assert latest(between)["churn"] == "v1.0.0"
    registry.git("tag", "-a", "-f", "-m", "moved", "churn@v1.0.0", "HEAD")
    assert _changed(worktree, between).index.artifacts["churn"].latest is not None


def test_fetched_and_pruned_tags_are_followed(
    registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder], opened: Open
) -> None:
    clone = make_repository("clone")
    clone.git("remote", "add", "origin", str(registry.path))
    worktree = opened(clone)
    before = worktree.fresh_blocking()
    assert refs(before) == set()
    clone.git("fetch", "--quiet", "--tags", "origin")
    fetched = _changed(worktree, before)
    assert refs(fetched) == {"churn@v1.0.0", "churn@v1.1.0", "churn#prod#1", "segment@v0.1.0"}
    registry.git("tag", "-d", "segment@v0.1.0")
    clone.git("fetch", "--quiet", "--prune", "origin", "refs/tags/*:refs/tags/*")
    assert "segment" not in _changed(worktree, fetched).index.artifacts


def test_a_commit_makes_annotated_artifacts_known(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    head = registry.commit({"artifacts.yaml": "fresh:\n  type: model\n"})
    after = _changed(worktree, before)
    assert "fresh" in after.index.artifacts
    assert after.head == head
    assert worktree.changes(before.clock)["artifacts"] == ["fresh"]


def test_a_commit_without_annotations_moves_the_clock(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.commit({"model.pkl": "3"})
    after = _changed(worktree, before)
    assert after.head != before.head
    assert after.clock != before.clock


def test_switching_the_branch_switches_the_annotations(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"artifacts.yaml": "here:\n  type: model\n"})
    registry.commit({"artifacts.yaml": "there:\n  type: model\n"}, branch="side", parents=(registry.head,))
    before = worktree.fresh_blocking()
    assert "here" in before.index.artifacts
    registry.git("checkout", "--quiet", "--force", "side")
    after = _changed(worktree, before)
    assert "there" in after.index.artifacts
    assert "here" not in after.index.artifacts


def test_a_detached_head_is_followed(registry: RepositoryBuilder, worktree: Worktree) -> None:
    annotated = registry.commit({"artifacts.yaml": "here:\n  type: model\n"})
    before = worktree.fresh_blocking()
    registry.git("checkout", "--quiet", "--force", "--detach", "HEAD~1")
    away = _changed(worktree, before)
    assert "here" not in away.index.artifacts
    registry.git("checkout", "--quiet", "--force", "--detach", annotated)
    assert "here" in _changed(worktree, away).index.artifacts


def test_a_branch_packed_with_all_others_is_still_head(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"artifacts.yaml": "here:\n  type: model\n"})
    registry.pack()
    assert "here" in worktree.fresh_blocking().index.artifacts
    registry.git("gc", "--quiet")
    assert "here" in worktree.fresh_blocking().index.artifacts


def test_the_configuration_is_read_anew(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.write(".gto", "stages: [dev, prod]\n")
    after = _changed(worktree, before)
    assert after.config.stages == ("dev", "prod")
    assert set(worktree.changes(before.clock)["artifacts"]) == {"churn", "segment"}
    (registry.path / ".gto").unlink()
    assert _changed(worktree, after).config.stages is None


def test_a_configuration_that_says_the_same_is_no_change(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.write(".gto", "stages: [dev]\n")
    before = worktree.fresh_blocking()
    registry.write(".gto", "# a comment\nstages:\n- dev\n")
    assert worktree.fresh_blocking() is before


def test_another_index_file_answers_everything_anew(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"models.yaml": "here:\n  type: model\n"})
    before = worktree.fresh_blocking()
    registry.write(".gto", "INDEX: models.yaml\n")
    after = worktree.fresh_blocking()
    assert "here" in after.index.artifacts
    told = worktree.changes(before.clock)
    assert told["fresh"]
    assert set(told["artifacts"]) == {"churn", "here", "segment"}
    assert applied(rows(after) - rows(after), [told]) == rows(after)
    assert worktree.rebuilds == 2


def test_edits_of_annotation_files_count_once_files_are_followed(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    registry.commit({"sub/dvc.yaml": "artifacts:\n  inner:\n    path: m\n"})
    registry.checkout()
    worktree.follow_files()
    before = worktree.fresh_blocking()
    assert worktree.fresh_blocking().clock == before.clock
    registry.write("artifacts.yaml", "here:\n  type: model\n")
    here = _changed(worktree, before)
    assert worktree.changes(before.clock)["artifacts"] == ["here"]
    registry.write("sub/dvc.yaml", "artifacts:\n  inner:\n    path: n\n")
    inner = _changed(worktree, here)
    assert worktree.changes(here.clock)["artifacts"] == ["sub:inner"]
    (registry.path / "artifacts.yaml").unlink()
    _changed(worktree, inner)
    assert worktree.changes(inner.clock)["artifacts"] == ["here"]


def test_files_that_begin_to_count_are_no_change(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.write("artifacts.yaml", "here:\n  type: model\n")
    before = worktree.fresh_blocking()
    worktree.follow_files()
    assert worktree.current(None) is None
    assert worktree.fresh_blocking() is before
    assert list(worktree.disk()) == ["artifacts.yaml"]


def test_an_unchanged_repository_is_answered_from_memory(registry: RepositoryBuilder, worktree: Worktree) -> None:
    snapshot = _settled(worktree)
    listings = worktree.repository.counters.listings
    assert worktree.current(None) is snapshot
    assert worktree.repository.counters.listings == listings


def test_one_comparison_serves_all_requests_of_one_socket_read(registry: RepositoryBuilder, worktree: Worktree) -> None:
    snapshot = _settled(worktree)
    assert worktree.current(7) is snapshot
    registry.git("tag", "-a", "-m", "m", "churn@v2.0.0")
    assert worktree.current(7) is snapshot
    assert worktree.current(8) is None


def test_a_moved_branch_elsewhere_moves_the_clock_quietly(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = worktree.fresh_blocking()
    registry.commit({"model.pkl": "9"}, branch="side", parents=(registry.head,))
    after = worktree.fresh_blocking()
    assert after.clock != before.clock
    assert worktree.changes(before.clock) == {
        "fresh": False,
        "artifacts": [],
        "events": {"added": [], "removed": []},
    }


def test_a_renamed_repository_is_not_there_until_it_is_back(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = hub.worktree(str(registry.path))
    before = worktree.fresh_blocking()
    away = registry.path.with_name("away")
    registry.path.rename(away)
    with pytest.raises(Exception, match="moved, deleted or replaced"):
        worktree.fresh_blocking()
    with pytest.raises(Exception, match="no such file"):
        hub.worktree(str(registry.path))
    away.rename(registry.path)
    assert hub.worktree(str(registry.path)).fresh_blocking().index.artifacts.keys() == before.index.artifacts.keys()


def test_a_repository_that_is_moved_while_it_is_listed_loses_no_tag(
    registry: RepositoryBuilder, worktree: Worktree, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = worktree.fresh_blocking()
    registry.tag("churn@v2.0.0")
    away = registry.path.with_name("away")
    listing = RefListing.refresh

    def moved(self: RefListing) -> RefChanges:
        registry.path.rename(away)
        return listing(self)

    with monkeypatch.context() as patched:
        patched.setattr(RefListing, "refresh", moved)
        with pytest.raises(RegistryError, match="moved, deleted or replaced"):
            worktree.fresh_blocking()
    away.rename(registry.path)
    after = _changed(worktree, before)
    assert refs(after) - refs(before) == {"churn@v2.0.0"}
    assert worktree.changes(before.clock)["events"]["removed"] == []


def test_a_replaced_repository_is_opened_anew_at_once(
    hub: Hub, registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    before = hub.worktree(str(registry.path)).fresh_blocking()
    other = make_repository("other")
    other.commit()
    other.tag("other@v1.0.0")
    registry.path.rename(registry.path.with_name("old"))
    other.path.rename(registry.path)
    after = hub.worktree(str(registry.path)).fresh_blocking()
    assert list(after.index.artifacts) == ["other"]
    assert after.clock.split(":")[:2] != before.clock.split(":")[:2]


def test_a_repository_that_lost_its_git_directory_is_none(
    hub: Hub, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    hub.worktree(str(registry.path)).fresh_blocking()
    registry.git_dir.rename(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="neither it nor a directory above"):
        hub.worktree(str(registry.path))


def test_a_broken_ref_is_a_problem_until_it_is_mended(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = _settled(worktree)
    place = registry.git_dir / "refs/tags/churn@v1.1.0"
    good = place.read_text()
    (registry.git_dir / "x").write_text("nonsense\n")
    (registry.git_dir / "x").rename(place)
    broken = _changed(worktree, before)
    assert codes(broken) == ["broken-ref"]
    assert worktree.changes(before.clock)["artifacts"] == ["churn"]
    registry.tag("segment@v9.0.0")
    assert codes(_changed(worktree, broken)) == ["broken-ref"]
    settled = _settled(worktree)
    # In place, so that no directory tells.
    place.write_text(good)
    mended = _changed(worktree, settled)
    assert codes(mended) == []
    assert rows(before) - rows(mended) == rows(before) - rows(before)


def test_a_new_ref_that_is_broken_from_the_start_is_a_change(registry: RepositoryBuilder, worktree: Worktree) -> None:
    before = _settled(worktree)
    registry.ref("refs/tags/churn@v7.0.0", "nonsense")
    after = _changed(worktree, before)
    assert codes(after) == ["broken-ref"]
    assert after.clock != before.clock


def test_a_ref_without_read_permission_spoils_nothing_else(registry: RepositoryBuilder, worktree: Worktree) -> None:
    place = registry.git_dir / "refs/tags/segment@v0.1.0"
    place.chmod(0)
    if os.access(place, os.R_OK):  # the superuser reads everything: the ref is simply there
        assert "segment" in worktree.fresh_blocking().index.artifacts
        return
    before = worktree.fresh_blocking()
    assert list(before.index.artifacts) == ["churn"]
    assert codes(before) == ["broken-ref"]
    place.chmod(0o644)
    assert "segment" in worktree.fresh_blocking().index.artifacts


def _settled(worktree: Worktree) -> Snapshot:
    """A snapshot that is answered from memory: nothing it rests on is so young that its mtime proves nothing."""
    return eventually(lambda: worktree.fresh_blocking() and worktree.current(None))


def test_a_folder_where_the_annotation_file_belongs_is_a_problem(repo: RepositoryBuilder) -> None:
    commit = repo.commit({"artifacts.yaml/readme": "a folder"}, at=1_700_000_000)
    repo.tag("churn@v1.0.0", commit, at=1_700_000_100)
    snapshot = Hub(watch=False).worktree(str(repo.path)).fresh_blocking()
    assert list(snapshot.index.artifacts) == ["churn"]
    (problem,) = snapshot.problems
    assert (problem.code, problem.path, problem.commit) == ("wrong-artifacts-yaml", "artifacts.yaml", commit)
