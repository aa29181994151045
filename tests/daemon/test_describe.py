"""`describe`: what the annotation files say of an artifact, at which commit, and where."""

from dataclasses import fields
from typing import Any

import pytest

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.queries.describe import describe
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem
from tests.builders import RepositoryBuilder


def _described(
    worktree: Worktree, name: str, rev: str | None = None, *, on_disk: bool = False
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    if on_disk:
        worktree.follow_files()
    found = describe(worktree, worktree.fresh_blocking(), name, rev, on_disk=on_disk)
    return {field.name: getattr(found, field.name) for field in fields(found)}, found.problems


def _refused(worktree: Worktree, name: str, rev: str | None = None) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        _described(worktree, name, rev)
    assert caught.value.hint
    return caught.value


def test_the_annotation_of_head_comes_without_defaults_and_with_its_place(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    head = registry.commit({"artifacts.yaml": "# models\nchurn:\n  type: model\n  path: m.pkl\n  virtual: false\n"})
    found, problems = _described(worktree, "churn")
    assert found["annotation"] == {"type": "model", "path": "m.pkl", "virtual": False}
    assert found["location"]["path"] == "artifacts.yaml"
    assert found["location"]["commit"] == head
    assert found["location"]["range"]["start"] == {"line": 1, "character": 0}
    assert problems == ()


def test_an_entry_of_a_dvc_yaml_is_named_by_its_folder(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"some/dir/dvc.yaml": "artifacts:\n  model:\n    path: m.pkl\n    type: model\n"})
    found, _ = _described(worktree, "some/dir:model")
    assert found["annotation"] == {"type": "model", "path": "m.pkl"}
    assert found["location"]["path"] == "some/dir/dvc.yaml"


def test_artifacts_yaml_wins_over_dvc_yaml_and_the_other_is_said(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    registry.commit({"artifacts.yaml": "churn:\n  path: gto\n", "dvc.yaml": "artifacts:\n  churn:\n    path: dvc\n"})
    found, problems = _described(worktree, "churn")
    assert found["annotation"]["path"] == "gto"
    assert [(problem.code, problem.path) for problem in problems] == [("duplicate-artifact", "dvc.yaml")]


def test_a_revision_names_the_commit_that_is_read(registry: RepositoryBuilder, worktree: Worktree) -> None:
    old = registry.commit({"artifacts.yaml": "churn:\n  path: old\n"})
    registry.commit({"artifacts.yaml": "churn:\n  path: new\n"})
    assert _described(worktree, "churn", "HEAD~1")[0]["annotation"] == {"path": "old"}
    assert _described(worktree, "churn", old)[0]["location"]["commit"] == old
    assert _described(worktree, "churn")[0]["annotation"] == {"path": "new"}
    assert _refused(worktree, "churn", "missing").kind == "RefNotFound"


def test_a_shortcut_reads_the_commit_of_its_version(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"artifacts.yaml": "churn:\n  path: two\n"})
    registry.tag("churn@v2.0.0")
    registry.tag("churn#dev#2")
    registry.commit({"artifacts.yaml": "churn:\n  path: three\n"})
    for name in ("churn@v2.0.0", "churn@latest", "churn@greatest", "churn#dev"):
        assert _described(worktree, name)[0]["annotation"] == {"path": "two"}


def test_a_shortcut_that_names_nothing_says_so(registry: RepositoryBuilder, worktree: Worktree) -> None:
    found, _ = _described(worktree, "churn#nowhere")
    assert found["annotation"] is None
    assert "in the stage 'nowhere'" in found["reason"]


def test_a_shortcut_for_several_versions_is_refused(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit()
    registry.tag("churn@v1.0.0#9", registry.head)
    assert _refused(worktree, "churn@v1.0.0").kind == "NotImplementedInGTO"


def test_a_shortcut_of_an_unknown_artifact_is_refused(worktree: Worktree) -> None:
    assert _refused(worktree, "unknown@latest").kind == "ArtifactNotFound"


def test_a_shortcut_with_a_revision_is_refused(worktree: Worktree) -> None:
    assert _refused(worktree, "churn@latest", "HEAD").kind == "WrongArgs"


def test_an_artifact_without_an_annotation_has_none_and_the_reason(worktree: Worktree) -> None:
    found, problems = _described(worktree, "churn")
    assert (found["annotation"], found["location"], problems) == (None, None, ())
    assert "churn" in found["reason"]


def test_before_the_first_commit_nothing_is_described(repo: RepositoryBuilder, hub: Any) -> None:
    found, _ = _described(hub.worktree(str(repo.path)), "churn")
    assert "no commit" in found["reason"]


def test_the_files_on_disk_are_read_when_asked_for(registry: RepositoryBuilder, worktree: Worktree) -> None:
    registry.commit({"artifacts.yaml": "churn:\n  path: committed\n"})
    registry.write("artifacts.yaml", "churn:\n  path: edited\n")
    found, _ = _described(worktree, "churn", on_disk=True)
    assert found["annotation"] == {"path": "edited"}
    assert found["location"]["commit"] is None
    registry.write("new/dvc.yaml", "artifacts:\n  model:\n    path: m\n")
    registry.commit({"new/dvc.yaml": "artifacts: {}\n"})
    assert _described(worktree, "new:model", on_disk=True)[0]["annotation"] == {"path": "m"}


def test_problems_of_the_file_come_along_and_those_of_other_entries_do_not(
    registry: RepositoryBuilder, worktree: Worktree
) -> None:
    registry.commit({"artifacts.yaml": "churn:\n  path: m\nother:\n  type: [\n"})
    _, problems = _described(worktree, "churn")
    assert all(problem.artifact in (None, "churn") for problem in problems)
    assert problems
