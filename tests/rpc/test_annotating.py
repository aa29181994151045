"""`gto/annotate` and `gto/removeAnnotation`: on disk, or as an edit for the editor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.conftest import ANNOTATIONS
from tests.rpc.peer import CallFailedError, Peer

FILE = "artifacts.yaml"


async def refused(peer: Peer, params: dict[str, Any], method: str = "gto/annotate") -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call(method, params)
    return caught.value


async def test_an_annotation_is_written_and_the_rest_of_the_file_stays(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.write(FILE, "# ours\n" + ANNOTATIONS)
    (registry.path / FILE).chmod(0o640)
    answer = await peer.call("gto/annotate", {"repo": path, "name": "segment", "type": "model", "labels": ["x"]})
    assert answer["annotation"] == {"type": "model", "labels": ["x"]}
    text = (registry.path / FILE).read_text()
    assert text == "# ours\n" + ANNOTATIONS.replace("segment: {}", "segment: {type: model, labels: [x]}")
    assert (registry.path / FILE).stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in registry.path.iterdir()) == [".git", FILE, "models"]


async def test_a_link_stays_one(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.write("real.yaml", "{}\n")
    (registry.path / FILE).unlink()
    (registry.path / FILE).symlink_to("real.yaml")
    await peer.call("gto/annotate", {"repo": path, "name": "a", "type": "model"})
    assert (registry.path / FILE).is_symlink()
    assert (registry.path / "real.yaml").read_text() == "a:\n  type: model\n"


async def test_what_gto_would_not_take_is_refused_and_nothing_is_written(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.write(".gto", "types: [model]\n")
    before = (registry.path / FILE).read_bytes()
    ask = {"repo": path, "name": "new"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": "-wrong-"}, "ValidationError"),
        ({"labels": ["no label"]}, "ValidationError"),
        ({"type": "dataset"}, "UnknownType"),
        ({"must_exist": True}, "WrongArgs"),
        ({"must_exist": True, "path": "nowhere"}, "NoFile"),
        ({"path": "models"}, "PathIsUsed"),
        ({"branch": "other"}, "WrongArgs"),
    ]
    for params, kind in cases:
        assert (await refused(peer, {**ask, **params})).kind == kind
    assert (await refused(peer, ask, "gto/removeAnnotation")).kind == "ArtifactNotFound"
    assert (registry.path / FILE).read_bytes() == before
    await peer.call("gto/annotate", {**ask, "path": "models/churn.pkl", "must_exist": True, "allow_same_path": True})


async def test_dvcs_spelling_of_a_name_is_understood(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    for spelled, file in (
        ("dvc.yaml:new", "dvc.yaml"),
        ("a/b/dvc.yaml:new", "a/b/dvc.yaml"),
        ("./a:new", "a/dvc.yaml"),
    ):
        answer = await peer.call("gto/annotate", {"repo": path, "name": spelled, "path": "p"})
        assert answer["path"] == file
        assert (registry.path / file).read_text() == "artifacts:\n  new:\n    path: p\n"
        answer = await peer.call("gto/removeAnnotation", {"repo": path, "name": spelled})
        assert answer["path"] == file
        assert (registry.path / file).read_text() == "artifacts: {}\n"


async def test_a_file_of_another_tool_is_left_alone(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    text = "artifacts:\n- name: x\n  path: y\n"
    registry.write(FILE, text)
    error = await refused(peer, {"repo": path, "name": "new", "path": "a"})
    assert (error.kind, "looks like another tool's" in error.message) == ("WrongArtifactsYaml", True)
    assert (registry.path / FILE).read_text() == text
    # Both remedies.
    await peer.call("gto/annotate", {"repo": path, "name": "new", "path": "a", "file": "dvc.yaml"})
    registry.write(".gto", "index: gto.yaml\n")
    answer = await peer.call("gto/annotate", {"repo": path, "name": "other", "path": "b"})
    assert answer["path"] == "gto.yaml"


async def test_a_dry_run_shows_the_difference_and_writes_nothing(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    before = (registry.path / FILE).read_bytes()
    answer = await peer.call("gto/annotate", {"repo": path, "name": "churn", "type": "data", "dry_run": True})
    assert "-  type: model\n+  type: data" in answer["diff"]
    assert not answer["written"]
    assert (registry.path / FILE).read_bytes() == before


async def test_only_the_file_is_committed_whatever_else_is_staged(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    registry.write("other", "x")
    registry.git("add", "other")
    answer = await peer.call("gto/annotate", {"repo": path, "name": "a", "type": "model", "path": "p", "commit": True})
    assert answer["commit"] == registry.git("rev-parse", "HEAD")
    assert registry.git("show", "--format=%s", "--name-only", "HEAD").split("\n\n") == [
        "Annotate artifact `a` of type `model` with path `p`",
        FILE,
    ]
    assert registry.git("status", "--porcelain") == "A  other"


async def test_a_file_with_changes_is_not_committed_and_a_hooks_veto_restores_it(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    hook = registry.git_dir / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    before = (registry.path / FILE).read_bytes()
    ask = {"repo": path, "name": "a", "type": "model", "commit": True}
    error = await refused(peer, ask)
    assert error.kind == "GitFailed"
    assert "not today" in error.message
    assert (registry.path / FILE).read_bytes() == before
    registry.write(FILE, "changed: {}\n")
    assert (await refused(peer, ask)).kind == "UncommittedChanges"
    assert (registry.path / FILE).read_text() == "changed: {}\n"


async def test_a_hook_that_says_nothing_is_told_as_that(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    hook = registry.git_dir / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    error = await refused(peer, {"repo": path, "name": "a", "type": "model", "commit": True})
    assert error.message == "git commit failed: it said nothing, exit code 1"


async def test_a_lock_of_the_index_is_named_and_nothing_was_changed(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    before = (registry.path / FILE).read_bytes()
    lock = registry.git_dir / "index.lock"
    lock.touch()
    error = await refused(peer, {"repo": path, "name": "a", "type": "model", "commit": True})
    assert (error.kind, error.data["path"]) == ("RefLocked", str(lock.resolve()))
    assert "a git is changing the index" in error.message
    assert error.data["hint"].endswith(f"delete that file and try again. {FILE} is as it was before.")
    assert (registry.path / FILE).read_bytes() == before
    lock.unlink()
    assert registry.git("status", "--porcelain") == ""


async def test_a_detached_head_has_no_branch_to_push(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.git("remote", "add", "origin", "elsewhere")
    registry.git("checkout", "--quiet", "--detach")
    before = registry.git("rev-parse", "HEAD")
    error = await refused(peer, {"repo": path, "name": "a", "type": "model", "push": True})
    assert (error.kind, "HEAD is detached" in error.message) == ("WrongArgs", True)
    assert registry.git("rev-parse", "HEAD") == before
    assert registry.git("status", "--porcelain") == ""


async def test_a_bare_repository_has_no_files_to_annotate_in(
    peer: Peer, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    bare = make_repository("bare", bare=True)
    bare.commit()
    error = await refused(peer, {"repo": str(bare.path.resolve()), "name": "a", "type": "model"})
    assert error.kind == "WrongArgs"


async def test_an_artifact_of_a_folder_is_in_the_dvc_yaml_there(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    await peer.call("gto/annotate", {"repo": path, "name": "some/dir:m", "path": "m.pkl", "custom": {"k": [1]}})
    assert (registry.path / "some/dir/dvc.yaml").read_text() == (
        "artifacts:\n  m:\n    path: m.pkl\n    meta: {k: [1]}\n"
    )
    described = await peer.call("gto/describe", {"repo": path, "name": "some/dir:m", "worktree": True})
    assert described["annotation"] == {"path": "m.pkl", "custom": {"k": [1]}}


async def test_an_entry_of_the_root_is_changed_in_the_file_that_has_it(
    peer: Peer, path: str, registry: RepositoryBuilder
) -> None:
    entry = "artifacts:\n  alpha:\n    path: alpha.pkl\n"
    registry.write("dvc.yaml", entry)
    ask = {"repo": path, "name": "alpha"}
    answer = await peer.call("gto/annotate", {**ask, "labels": ["y"]})
    assert answer["path"] == "dvc.yaml"
    assert (registry.path / "dvc.yaml").read_text() == f"{entry}    labels: [y]\n"
    assert (await peer.call("gto/removeAnnotation", {**ask, "dry_run": True}))["path"] == "dvc.yaml"
    # That of artifacts.yaml counts where both have it.
    registry.write(FILE, "alpha: {}\n")
    assert (await peer.call("gto/annotate", {**ask, "type": "model"}))["path"] == FILE


async def test_a_file_that_is_asked_for_gets_the_entry(peer: Peer, path: str, registry: RepositoryBuilder) -> None:
    registry.write("dvc.yaml", "artifacts:\n  alpha: {path: alpha.pkl}\n")
    ask = {"repo": path, "name": "alpha", "labels": ["y"]}
    assert (await peer.call("gto/annotate", {**ask, "file": FILE}))["path"] == FILE


async def test_an_editor_gets_an_edit_of_what_it_has_open(
    connect: Callable[..., Peer], path: str, registry: RepositoryBuilder
) -> None:
    editor = connect("headers")
    await editor.call("initialize", {"processId": None, "rootUri": Path(path).as_uri(), "capabilities": {}})
    editor.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
    uri = (registry.path.resolve() / FILE).as_uri()
    text = "churn: {description: \U0001d482, type: x}\n"
    document = {"uri": uri, "languageId": "yaml", "version": 7, "text": text}
    editor.send({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}})
    before = (registry.path / FILE).read_bytes()
    answer = await editor.call("gto/annotate", {"name": "churn", "type": "y", "apply": "edit"})
    (change,) = answer["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 7}
    (edit,) = change["edits"]
    assert edit["newText"] == ": y"
    line = text.encode("utf-16-le")
    start, end = (edit["range"][side]["character"] * 2 for side in ("start", "end"))
    assert line[start:end].decode("utf-16-le") == ": x"
    assert not answer["written"]
    assert (registry.path / FILE).read_bytes() == before


async def test_an_edit_creates_the_file_where_there_is_none(peer: Peer, repo: RepositoryBuilder) -> None:
    repo.commit()
    answer = await peer.call(
        "gto/annotate", {"repo": str(repo.path.resolve()), "name": "a", "type": "model", "apply": "edit"}
    )
    create, change = answer["edit"]["documentChanges"]
    assert create["kind"] == "create"
    assert change["edits"][0]["newText"] == "a:\n  type: model\n"
    assert not (repo.path / FILE).exists()
