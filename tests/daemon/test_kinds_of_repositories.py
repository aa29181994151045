"""Linked worktrees, bare, shallow and empty repositories, submodules; and what cannot be read says why."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import codes, latest, refs
from tests.waiting import eventually

Make = Callable[..., RepositoryBuilder]


@pytest.fixture
def linked(registry: RepositoryBuilder) -> Path:
    """A second checkout, on a branch whose HEAD annotates `there`."""
    registry.commit({"artifacts.yaml": "there:\n  type: model\n"}, branch="side", parents=(registry.head,))
    place = registry.path.with_name("linked")
    registry.git("worktree", "add", "--quiet", str(place), "side")
    return place


def test_two_checkouts_share_tags_and_have_heads_of_their_own(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked / "."))
    assert main.repository is side.repository
    assert main.fresh_blocking().index.artifacts.keys() == {"churn", "segment"}
    assert side.fresh_blocking().index.artifacts.keys() == {"churn", "segment", "there"}
    assert main.resolve("HEAD") != side.resolve("HEAD")
    registry.tag("churn@v9.0.0")
    assert latest(main.fresh_blocking())["churn"] == latest(side.fresh_blocking())["churn"] == "v9.0.0"


def test_the_checkout_that_is_opened_first_lends_its_head_to_none(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    side, main = hub.worktree(str(linked)), hub.worktree(str(registry.path))
    assert "there" in side.fresh_blocking().index.artifacts
    assert "there" not in main.fresh_blocking().index.artifacts


def test_two_checkouts_have_configurations_and_clocks_of_their_own(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked))
    before, other = main.fresh_blocking(), side.fresh_blocking()
    (linked / ".gto").write_text("stages: [a]\n")
    assert side.fresh_blocking().config.stages == ("a",)
    assert side.fresh_blocking().clock != other.clock
    assert main.fresh_blocking() is before
    assert main.changes(other.clock)["fresh"]


def test_a_commit_in_one_checkout_leaves_the_head_of_the_other(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked))
    before, other = main.fresh_blocking(), side.fresh_blocking()
    registry.git("-C", str(linked), "commit", "--quiet", "--allow-empty", "-m", "more")
    assert side.fresh_blocking().head != other.head
    assert main.fresh_blocking().head == before.head


def test_a_removed_checkout_is_none_and_the_other_stays(hub: Hub, registry: RepositoryBuilder, linked: Path) -> None:
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked))
    main.fresh_blocking()
    side.fresh_blocking()
    registry.git("worktree", "remove", "--force", str(linked))
    with pytest.raises(RegistryError) as caught:
        side.fresh_blocking()
    assert caught.value.kind == "NotARepository"
    with pytest.raises(RegistryError) as caught:
        hub.worktree(str(linked))
    assert caught.value.kind == "NotARepository"
    assert hub.worktree(str(registry.path)) is main
    registry.git("worktree", "add", "--quiet", str(linked), "side")
    assert "there" in hub.worktree(str(linked)).fresh_blocking().index.artifacts


def test_a_tag_deleted_and_made_again_between_the_reads_of_one_checkout(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    """Each checkout takes its own delta; that of the slower one holds the sum."""
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked))
    main.fresh_blocking()
    before = side.fresh_blocking()
    oid = registry.git("rev-parse", "refs/tags/churn@v1.1.0")
    odd = registry.tag("churn@v5.0.0", tagger=None)
    main.fresh_blocking()
    for name in ("churn@v1.1.0", "churn@v5.0.0"):
        registry.delete_tag(name)
    main.fresh_blocking()
    registry.ref("refs/tags/churn@v5.0.0", odd)
    registry.ref("refs/tags/churn@v1.1.0", oid)
    assert refs(main.fresh_blocking()) == refs(side.fresh_blocking())
    assert [row["ref"] for row in side.changes(before.clock)["events"]["added"]] == ["churn@v5.0.0"]


def test_what_is_written_in_place_is_seen_by_every_checkout(
    hub: Hub, registry: RepositoryBuilder, linked: Path
) -> None:
    main, side = hub.worktree(str(registry.path)), hub.worktree(str(linked))
    main.fresh_blocking()
    eventually(lambda: side.fresh_blocking() is side.current(None))
    oid = registry.tag_object("churn@v1.0.0", registry.head, message="in place")
    with (registry.git_dir / "refs/tags/churn@v1.0.0").open("r+") as file:
        file.write(f"{oid}\n")
    assert "in place" in messages(main.fresh_blocking())
    assert "in place" in messages(side.current(None) or side.fresh_blocking())


def messages(snapshot: Snapshot) -> set[str]:
    return {row["message"] for row in history(snapshot)}


def test_several_odd_tags_of_one_artifact_are_the_same_problems_in_any_order(
    hub: Hub, registry: RepositoryBuilder
) -> None:
    worktree = hub.worktree(str(registry.path))
    worktree.fresh_blocking()
    for number in (3, 1, 2):
        registry.tag(f"churn@v5.0.{number}", tagger=None)
    problems = worktree.fresh_blocking().problems
    assert [problem.tag for problem in problems] == ["churn@v5.0.1", "churn@v5.0.2", "churn@v5.0.3"]


def test_a_bare_repository_is_read_with_its_own_configuration(hub: Hub, make_repository: Make) -> None:
    bare = make_repository("bare.git", bare=True)
    bare.commit({"artifacts.yaml": "noted:\n  type: model\n"})
    bare.tag("churn@v1.0.0")
    (bare.path / ".gto").write_text("stages: [a]\n")
    snapshot = hub.worktree(str(bare.path)).fresh_blocking()
    assert snapshot.index.artifacts.keys() == {"churn", "noted"}
    assert snapshot.repo == str(bare.path)
    assert snapshot.config.stages == ("a",)
    assert hub.worktree(str(bare.path)).status()["bare"]


def test_a_submodule_has_a_registry_of_its_own(hub: Hub, registry: RepositoryBuilder, make_repository: Make) -> None:
    outer = make_repository("outer")
    outer.commit()
    outer.tag("outer@v1.0.0")
    outer.checkout()
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(registry.path), "inner")
    assert latest(hub.worktree(str(outer.path)).fresh_blocking()) == {"outer": "v1.0.0"}
    inner = hub.worktree(str(outer.path / "inner"))
    assert set(latest(inner.fresh_blocking())) == {"churn", "segment"}
    outer.git("-C", str(outer.path / "inner"), "tag", "-a", "-m", "m", "inner@v1.0.0")
    assert "inner" in inner.fresh_blocking().index.artifacts


def test_a_shallow_clone_answers_without_the_commits_it_lacks_until_they_are_fetched(
    hub: Hub, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    registry.commit({"model.pkl": "3"})
    clone = tmp_path / "clone"
    url = f"file://{registry.path}"
    # --no-tags and a partial set of tags: those of commits that the clone does not hold.
    subprocess.run(["git", "clone", "--quiet", "--depth=1", "--no-tags", url, str(clone)], check=True)
    for name in ("churn@v1.0.0", "churn#prod#1", "segment@v0.1.0"):
        _copy_ref_and_tag_object(registry, clone, name)
    worktree = hub.worktree(str(clone))
    shallow = worktree.fresh_blocking()
    assert latest(shallow) == {"churn": "v1.0.0", "segment": "v0.1.0"}
    assert set(codes(shallow)) == {"missing-commit"}
    assert "git fetch --unshallow" in shallow.problems[0].hint
    subprocess.run(["git", "fetch", "--quiet", "--unshallow", "--tags"], cwd=clone, check=True)
    whole = worktree.fresh_blocking()
    assert codes(whole) == []
    assert latest(whole)["churn"] == "v1.1.0"
    assert all(version.commits for version in whole.index.artifacts["churn"].versions)
    assert worktree.rebuilds == 1


def _copy_ref_and_tag_object(source: RepositoryBuilder, clone: Path, name: str) -> None:
    """As a fetch of tags leaves it when their commits are beyond the depth."""
    oid = source.git("rev-parse", f"refs/tags/{name}")
    loose = source.git_dir / "objects" / oid[:2] / oid[2:]
    place = clone / ".git/objects" / oid[:2] / oid[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(loose.read_bytes())
    (clone / ".git/refs/tags" / name).write_text(f"{oid}\n")


def test_missing_commits_are_not_searched_for_at_every_read(hub: Hub, registry: RepositoryBuilder) -> None:
    registry.tag("lost@v1.0.0", "9" * 40)
    worktree = hub.worktree(str(registry.path))
    worktree.fresh_blocking()
    looked: list[str] = []
    commit = worktree.repository.commit

    def counted(oid: str) -> object:
        looked.append(oid)
        return commit(oid)

    _let_grow_old(worktree)
    worktree.repository.commit = counted  # type: ignore[method-assign, assignment]
    registry.lightweight("not-of-gto")
    worktree.fresh_blocking()
    assert looked == []
    registry.tag("churn@v7.0.0")
    worktree.fresh_blocking()
    assert "9" * 40 in looked


def _let_grow_old(worktree: Worktree) -> None:
    eventually(lambda: worktree.fresh_blocking() and worktree.current(None))


def _let_listings_grow_old(worktree: Worktree) -> None:
    eventually(lambda: worktree.fresh_blocking() and not worktree.repository.fingerprint().racy)


def test_a_tag_object_that_arrives_after_its_ref_counts_from_then_on(hub: Hub, registry: RepositoryBuilder) -> None:
    oid = registry.tag("churn@v8.0.0")
    place = registry.git_dir / "objects" / oid[:2] / oid[2:]
    hidden = place.rename(place.with_suffix(".hidden"))
    worktree = hub.worktree(str(registry.path))
    before = worktree.fresh_blocking()
    assert codes(before) == ["unreadable-tag"]
    _let_listings_grow_old(worktree)
    assert worktree.current(None) is None
    hidden.rename(place)
    after = worktree.fresh_blocking()
    assert codes(after) == []
    assert latest(after)["churn"] == "v8.0.0"
    assert after.clock != before.clock


def test_a_repository_before_its_first_commit_has_an_empty_registry_until_then(
    hub: Hub, repo: RepositoryBuilder
) -> None:
    worktree = hub.worktree(str(repo.path))
    empty = worktree.fresh_blocking()
    assert (empty.head, dict(empty.index.artifacts), codes(empty)) == (None, {}, [])
    repo.commit({"artifacts.yaml": "noted:\n  type: model\n"})
    assert worktree.fresh_blocking().index.artifacts.keys() == {"noted"}


def test_nested_and_odd_names_live_side_by_side(hub: Hub, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("a/b/c=model@v1.0.0")
    repo.tag("a/b/model#prod#1")
    repo.tag("a.b=x@v1.0.0")
    repo.lightweight(b"caf\xe9@v1.0.0")
    repo.pack()
    worktree = hub.worktree(str(repo.path))
    assert worktree.fresh_blocking().index.artifacts.keys() == {"a/b/c:model", "a/b/model", "a.b:x"}


def test_symbolic_tags_follow_what_they_name(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = hub.worktree(str(registry.path))
    registry.git("symbolic-ref", "refs/tags/alias@v1.0.0", "refs/tags/real@v1.0.0")
    assert "alias" not in worktree.fresh_blocking().index.artifacts
    registry.tag("real@v1.0.0", object_name="alias@v1.0.0")
    assert "alias" in worktree.fresh_blocking().index.artifacts
    moved = registry.tag("real@v1.0.0", message="moved")
    registrations = worktree.fresh_blocking().index.artifacts["alias"].versions[0].registrations
    assert [event.tag.oid for event in registrations] == [moved]
    registry.ref("refs/tags/alias@v1.0.0", registry.tag_object("alias@v1.0.0", registry.head, message="plain now"))
    registrations = worktree.fresh_blocking().index.artifacts["alias"].versions[0].registrations
    assert [event.message for event in registrations] == ["plain now"]
    registry.git("symbolic-ref", "refs/tags/loop@v1.0.0", "refs/tags/loop@v1.0.0")
    assert "loop" not in worktree.fresh_blocking().index.artifacts


def test_a_head_that_names_a_branch_of_a_remote_is_read(hub: Hub, registry: RepositoryBuilder) -> None:
    oid = registry.commit({"artifacts.yaml": "noted:\n  type: model\n"})
    registry.ref("refs/remotes/origin/main", oid)
    (registry.git_dir / "HEAD").write_text("ref: refs/remotes/origin/main\n")
    assert "noted" in hub.worktree(str(registry.path)).fresh_blocking().index.artifacts


def test_objects_borrowed_from_another_repository_are_read(
    hub: Hub, registry: RepositoryBuilder, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(registry.path), str(clone)], check=True)
    assert set(latest(hub.worktree(str(clone)).fresh_blocking())) == {"churn", "segment"}


def test_gc_changes_nothing_and_new_tags_are_read_after_it(hub: Hub, registry: RepositoryBuilder) -> None:
    worktree = hub.worktree(str(registry.path))
    before = worktree.fresh_blocking()
    registry.git("gc", "--quiet", "--prune=now")
    assert worktree.fresh_blocking().clock == before.clock
    registry.git("tag", "-a", "-m", "m", "churn@v9.0.0")
    assert latest(worktree.fresh_blocking())["churn"] == "v9.0.0"


def test_a_format_that_cannot_be_read_is_refused_for_as_long_as_it_lasts(hub: Hub, registry: RepositoryBuilder) -> None:
    registry.git("config", "core.repositoryFormatVersion", "1")
    registry.git("config", "extensions.sparkling", "true")
    for _ in range(2):
        with pytest.raises(RegistryError) as caught:
            hub.worktree(str(registry.path)).fresh_blocking()
        assert caught.value.kind == "UnsupportedRepository"
        assert caught.value.hint
    (registry.git_dir / "config").write_text("[core]\n\trepositoryformatversion = 0\n")
    assert latest(hub.worktree(str(registry.path)).fresh_blocking())["churn"] == "v1.1.0"


def test_a_loop_of_links_in_place_of_the_configuration_spoils_nothing(hub: Hub, registry: RepositoryBuilder) -> None:
    (registry.path / ".gto").symlink_to(".gto")
    snapshot = hub.worktree(str(registry.path)).fresh_blocking()
    assert codes(snapshot) == ["wrong-config"]
    assert set(latest(snapshot)) == {"churn", "segment"}


def test_a_folder_in_place_of_the_configuration_spoils_nothing(hub: Hub, registry: RepositoryBuilder) -> None:
    (registry.path / ".gto").mkdir()
    snapshot = hub.worktree(str(registry.path)).fresh_blocking()
    assert codes(snapshot) == ["wrong-config"]
    assert set(latest(snapshot)) == {"churn", "segment"}
