"""Other views of a registry: an earlier moment, more branches, more commits, more files."""

from collections.abc import Callable
from typing import Any

import pytest

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.views import View, view
from gto_daemon.registry.queries.show import show_versions
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import codes, latest, refs

Open = Callable[[RepositoryBuilder], Worktree]


def _annotated(*names: str) -> dict[str, str | bytes | None]:
    return {"artifacts.yaml": "".join(f"{name}:\n  type: model\n" for name in names)}


@pytest.fixture
def look(worktree: Worktree, registry: RepositoryBuilder) -> Callable[..., Snapshot]:
    """The registry seen as a `View` of these arguments."""

    def looked(**arguments: Any) -> Snapshot:
        wanted = View(**arguments)
        if wanted.worktree:
            worktree.follow_files()
        return view(worktree, worktree.fresh_blocking(), wanted)

    return looked


def test_the_current_view_is_the_snapshot_itself(worktree: Worktree) -> None:
    snapshot = worktree.fresh_blocking()
    assert view(worktree, snapshot, View()) is snapshot


def test_a_view_has_the_clock_of_its_snapshot_and_is_another_one(
    worktree: Worktree, look: Callable[..., Snapshot]
) -> None:
    snapshot = worktree.fresh_blocking()
    seen = look(all_branches=True)
    assert seen.clock == snapshot.clock
    assert seen is not snapshot


def test_as_of_a_moment_there_are_only_the_tags_up_to_then(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    middle = registry.clock
    registry.tag("churn@v2.0.0", at=middle + 1)
    assert "churn@v2.0.0" not in refs(look(as_of=middle))
    assert "churn@v2.0.0" in refs(look(as_of=middle + 1))
    assert refs(look(as_of=0.0)) == set()


def test_as_of_a_moment_the_annotations_are_those_of_the_newest_commit_up_to_then(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.commit(_annotated("early"))
    then = registry.clock
    registry.commit(_annotated("late"))
    assert "early" in look(as_of=then).index.artifacts
    assert "late" not in look(as_of=then).index.artifacts
    assert "late" in look(as_of=then + 9999).index.artifacts
    assert "early" not in look(as_of=0.0).index.artifacts


def test_all_branches_make_artifacts_known_that_head_does_not(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.commit(_annotated("here"))
    registry.commit(_annotated("there"), branch="side", parents=(registry.head,))
    registry.commit(_annotated("packed"), branch="team/other", parents=(registry.head,))
    registry.pack()
    assert {"here", "there", "packed"} <= look(all_branches=True).index.artifacts.keys()
    assert "there" not in look().index.artifacts


def test_all_commits_make_artifacts_known_that_were_ever_annotated(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    for name in ("one", "two", "three"):
        registry.commit(_annotated(name))
    registry.commit(_annotated("four"), branch="side", parents=(registry.head,))
    seen = look(all_commits=True)
    assert {"one", "two", "three", "four"} <= seen.index.artifacts.keys()
    assert {"one", "two", "three"} & look(all_branches=True).index.artifacts.keys() == {"three"}


def test_all_commits_follow_first_parents_only(registry: RepositoryBuilder, look: Callable[..., Snapshot]) -> None:
    base = registry.head
    merged = registry.commit(_annotated("merged"), branch="gone", parents=(base,))
    registry.git("update-ref", "-d", "refs/heads/gone")
    registry.commit(_annotated("kept"), parents=(base, merged))
    seen = look(all_commits=True).index.artifacts
    assert "kept" in seen
    assert "merged" not in seen


def test_the_files_on_disk_stand_in_for_those_of_head(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.commit(_annotated("committed", "same"))
    registry.write("artifacts.yaml", "edited:\n  type: model\nsame:\n  type: model\n")
    seen = look(worktree=True)
    assert {"edited", "same"} <= seen.index.artifacts.keys()
    assert "committed" not in seen.index.artifacts
    told = [problem.artifact for problem in seen.problems if problem.code == "uncommitted-annotation"]
    assert told == ["edited"]


def test_a_broken_file_on_disk_is_a_problem_with_its_place(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.write("artifacts.yaml", "a: [\n")
    seen = look(worktree=True)
    assert [(problem.path, problem.commit) for problem in seen.problems] == [("artifacts.yaml", None)]
    assert {"churn", "segment"} <= seen.index.artifacts.keys()


def test_all_annotations_take_every_dvc_yaml(registry: RepositoryBuilder, look: Callable[..., Snapshot]) -> None:
    registry.commit(
        {
            "dvc.yaml": "artifacts:\n  top:\n    type: model\n",
            "a/b/dvc.yaml": "artifacts:\n  deep:\n    path: m.pkl\n",
            "stages/dvc.yaml": "stages: {}\n",
        }
    )
    seen = look(annotations="all")
    assert {"top", "a/b:deep"} <= seen.index.artifacts.keys()
    assert "top" not in look().index.artifacts


def test_all_annotations_describe_versions_by_the_dvc_yaml_of_their_commit(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.commit({"m/dvc.yaml": "artifacts:\n  model:\n    path: old.pkl\n"})
    registry.tag("m=model@v1.0.0")
    registry.commit({"m/dvc.yaml": "artifacts:\n  model:\n    path: new.pkl\n"})
    rows = show_versions(look(annotations="all"), "m:model@v1.0.0")
    enrichment = rows[0]["enrichments"][0]["enrichments"][0]
    assert enrichment["source"] == "dvc"
    assert enrichment["artifact"]["path"] == "old.pkl"


def test_of_two_descriptions_artifacts_yaml_counts_and_the_other_is_said(
    registry: RepositoryBuilder, look: Callable[..., Snapshot]
) -> None:
    registry.commit(
        {
            "artifacts.yaml": "twice:\n  path: gto.pkl\n",
            "dvc.yaml": "artifacts:\n  twice:\n    path: dvc.pkl\n",
        }
    )
    seen = look(annotations="all")
    rows = show_versions(seen, "twice")
    assert rows[0]["enrichments"][0]["enrichments"][0]["artifact"]["path"] == "gto.pkl"
    assert codes(seen) == ["duplicate-artifact"]


def test_problems_of_several_files_keep_their_paths(registry: RepositoryBuilder, look: Callable[..., Snapshot]) -> None:
    registry.commit({"artifacts.yaml": "a: [\n", "sub/dvc.yaml": "artifacts: [\n"})
    seen = look(annotations="all")
    assert {problem.path for problem in seen.problems} == {"artifacts.yaml", "sub/dvc.yaml"}


def test_views_can_be_combined(registry: RepositoryBuilder, look: Callable[..., Snapshot]) -> None:
    registry.commit(_annotated("early"), branch="side", parents=(registry.head,))
    then = registry.clock
    registry.commit({"dvc.yaml": "artifacts:\n  late:\n    path: m\n"}, branch="side")
    seen = look(as_of=then, all_branches=True, annotations="all")
    assert "early" in seen.index.artifacts
    assert "late" not in seen.index.artifacts
    assert "late" in look(all_branches=True, annotations="all").index.artifacts


def test_every_view_of_an_empty_repository_is_empty(repo: RepositoryBuilder, opened: Open) -> None:
    worktree = opened(repo)
    worktree.follow_files()
    snapshot = worktree.fresh_blocking()
    for wanted in (View(as_of=1.0), View(worktree=True), View(all_branches=True), View(all_commits=True)):
        assert dict(view(worktree, snapshot, wanted).index.artifacts) == {}


def test_a_view_of_an_older_snapshot_is_still_a_view(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit(_annotated("before"))
    snapshot = worktree.fresh_blocking()
    registry.commit(_annotated("after"))
    registry.tag("churn@v9.0.0")
    worktree.fresh_blocking()
    seen = view(worktree, snapshot, View(annotations="all"))
    assert "before" in seen.index.artifacts
    assert latest(seen)["churn"] == "v1.1.0"


def test_what_is_wrong_with_a_file_in_the_commit_of_a_version_is_to_be_mended_in_the_next(
    hub: Hub, repo: RepositoryBuilder
) -> None:
    repo.tag("m@v1.0.0", repo.commit({"artifacts.yaml": "m: [\n"}))
    repo.tag("m@v2.0.0", repo.commit({"artifacts.yaml": "m: {type: {}}\n"}))
    hints = {each.commit: each.hint for each in hub.worktree(str(repo.path)).fresh_blocking().problems}
    past, now = hints[repo.git("rev-parse", "m@v1.0.0^{}").strip()], hints[repo.head]
    assert past.startswith("That commit stays as it is. For versions to come: ")
    assert not now.startswith("That commit")
