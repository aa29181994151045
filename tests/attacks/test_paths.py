"""Paths that lead out of the repository: in annotations, in its configuration, as links, and in its trees."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import Editor
from tests.rpc.peer import CallFailedError, Peer

_ROOT = Path(__file__).parents[2]


def get(registry: RepositoryBuilder, place: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gto_daemon", "--no-daemon", "get", "churn", "-r", str(registry.path)],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def entry(mode: str, name: bytes, oid: str) -> bytes:
    return mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid)


def committed(registry: RepositoryBuilder, models: bytes) -> None:
    """Have HEAD's tree hold a folder `models` that was made by hand, as the artifact's files."""
    annotation = entry("100644", b"artifacts.yaml", registry.blob("churn: {path: models}\n"))
    tree = registry.raw("tree", annotation + entry("40000", b"models", registry.raw("tree", models)))
    who = "A <a@x> 1 +0000"
    registry.ref(
        "refs/heads/main", registry.raw("commit", f"tree {tree}\nauthor {who}\ncommitter {who}\n\nx\n".encode())
    )


_OUTSIDE = [
    "../secret",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "models/../../secret",
    "..",
    ".",
    "./..",
    "a/../../b",
]


def annotated(repo: RepositoryBuilder, path: str) -> None:
    repo.commit({"artifacts.yaml": f"churn: {{path: {json.dumps(path)}}}\n"})
    repo.tag("churn@v9.0.0")
    repo.checkout()


@pytest.mark.parametrize("where", _OUTSIDE)
async def test_the_path_of_an_artifact_ends_at_the_root(
    peer: Peer, registry: RepositoryBuilder, path: str, where: str
) -> None:
    (Path(path).parent / "secret").write_text("secret")
    annotated(registry, where)
    content = (await peer.call("gto/describe", {"repo": path, "name": "churn"}))["content"]
    assert content["kind"] == "missing"
    assert ("the repository itself" if where == "." else "out of the repository") in content["reason"]
    assert "oid" not in content


@pytest.mark.parametrize("where", _OUTSIDE)
async def test_an_editor_is_led_to_no_file_outside(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path, where: str
) -> None:
    (root.parent / "secret").write_text("secret")
    annotated(registry, where)
    editor = new_editor()
    await editor.initialize(root, trusted=False)
    uri = editor.open(root / "artifacts.yaml")
    links = await editor.ask("documentLink", uri)
    for found in [*(links or []), *(await editor.ask("definition", uri, position={"line": 0, "character": 16}) or [])]:
        target = found.get("target") or found.get("uri") or found.get("targetUri")
        assert target.startswith((root.as_uri() + "/", "https:", "http:")), target


async def refused(peer: Peer, params: dict[str, Any]) -> CallFailedError:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/annotate", params)
    return caught.value


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("../precious", "UnreadableRepository"),
        (".git/hooks/post-checkout", "UnreadableRepository"),
        # It is there, and no annotation: refused for that, before it comes to writing.
        (".git/config", "WrongArtifactsYaml"),
    ],
)
@pytest.mark.parametrize("text", [None, "churn: {type: data}\n"], ids=["nothing there", "an annotation there"])
async def test_no_annotation_is_written_through_a_link_to_elsewhere(
    peer: Peer, registry: RepositoryBuilder, path: str, target: str, kind: str, text: str | None
) -> None:
    there = Path(path) / target
    there.parent.mkdir(exist_ok=True)
    if text is not None and not there.exists():
        there.write_text(text)
    before = there.read_bytes() if there.exists() else None
    place = Path(path) / "artifacts.yaml"
    place.unlink()
    place.symlink_to(target)
    error = await refused(peer, {"repo": path, "name": "churn", "type": "model"})
    assert error.kind == kind
    assert (there.read_bytes() if there.exists() else None) == before
    assert place.is_symlink()


async def test_a_link_within_the_repository_stays_one(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    place = Path(path) / "artifacts.yaml"
    place.rename(Path(path) / "real.yaml")
    place.symlink_to("real.yaml")
    await peer.call("gto/annotate", {"repo": path, "name": "churn", "type": "data"})
    assert place.is_symlink()
    assert "data" in (Path(path) / "real.yaml").read_text()


@pytest.mark.parametrize(
    "index", [".git/hooks/post-checkout", ".GIT/config.yaml", "../out.yaml", "/etc/out.yaml", "a/../../x"]
)
async def test_no_configuration_has_annotations_written_elsewhere(
    peer: Peer, registry: RepositoryBuilder, path: str, index: str
) -> None:
    registry.write(".gto", f"index: {index}\n")
    inside = {place for place in Path(path).rglob("*") if ".git" in place.parts}
    around = set(Path(path).parent.iterdir())
    peer.send({"jsonrpc": "2.0", "id": "x", "method": "gto/annotate", "params": {"repo": path, "name": "churn"}})
    answer = await peer.message()
    assert answer.get("error", {}).get("code") in (None, -32803), answer
    assert {place for place in Path(path).rglob("*") if ".git" in place.parts} == inside
    assert set(Path(path).parent.iterdir()) == around
    assert not Path("/etc/out.yaml").exists()


async def test_a_pipe_in_the_place_of_a_file_is_no_file(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    for name in ("artifacts.yaml", ".gto", "dvc.yaml"):
        (Path(path) / name).unlink(missing_ok=True)
        os.mkfifo(Path(path) / name)
    assert (await peer.call("gto/show", {"repo": path, "worktree": True}))["artifacts"]
    assert await peer.call("gto/describe", {"repo": path, "name": "churn", "worktree": True})


@pytest.mark.parametrize("name", [b"..", b".", b"../../escaped", b"/escaped", b".git", b".GIT", b"a/b"])
def test_no_tree_has_files_copied_elsewhere(registry: RepositoryBuilder, tmp_path: Path, name: bytes) -> None:
    """Git refuses to check such a tree out, libgit2 reads it, and `gtod get` is by libgit2."""
    blob = registry.blob("escaped")
    inner = registry.raw("tree", entry("100644", b"escaped", blob))
    place = tmp_path / "deep" / "place"
    place.mkdir(parents=True)
    for evil in (entry("100644", name, blob), entry("40000", name, inner)):
        committed(registry, evil)
        done = get(registry, place)
        assert done.returncode == 1
        assert "is no name of a file" in done.stderr or "Nothing found" in done.stderr, done.stderr
        assert list(place.iterdir()) == []
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["place"]
        assert not (tmp_path / "escaped").exists()


def test_no_link_in_a_tree_has_files_copied_elsewhere(registry: RepositoryBuilder, tmp_path: Path) -> None:
    outside, place = tmp_path / "outside", tmp_path / "place"
    outside.mkdir()
    place.mkdir()
    inner = registry.raw("tree", entry("100644", b"escaped", registry.blob("escaped")))
    committed(registry, entry("120000", b"a", registry.blob(str(outside))) + entry("40000", b"a", inner))
    # Of two entries of one name the last one counts, so nothing is written through the first.
    get(registry, place)
    assert list(outside.iterdir()) == []
    assert not any(each.is_symlink() for each in place.rglob("*"))


def test_a_folder_without_tricks_is_copied(registry: RepositoryBuilder, tmp_path: Path) -> None:
    committed(registry, entry("100644", b"a", registry.blob("text")) + entry("120000", b"b", registry.blob("a")))
    assert get(registry, tmp_path).returncode == 0
    assert (tmp_path / "models" / "b").read_text() == "text"
