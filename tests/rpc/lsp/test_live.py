"""What the editor shows follows the registry, from whatever side it changed, and is left alone when nothing did."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import CAPABLE, PULLING, Editor, looked

REFRESHES = {"workspace/codeLens/refresh", "workspace/inlayHint/refresh", "workspace/diagnostic/refresh"}


def methods(heard: list[Any]) -> set[str]:
    return {each["method"] for each in heard} & {*REFRESHES, "textDocument/publishDiagnostics"}


async def quiet(editor: Editor) -> None:
    """The registry is followed and everything was said."""
    await editor.until("experimental/serverStatus")
    await editor.nothing_more()


async def test_a_tag_made_elsewhere_is_shown(editor: Editor, registry: RepositoryBuilder, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await editor.titles(uri)
    await quiet(editor)
    registry.tag("churn#prod#3", at=1_700_000_600)
    await editor.until("workspace/codeLens/refresh")
    assert (await editor.titles(uri))[0] == "v2.0.0 · dev v2.0.0 · prod v2.0.0"
    assert methods(await editor.nothing_more()) == set()


async def test_a_tag_of_what_is_not_shown_refreshes_nothing(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await editor.titles(uri)
    await quiet(editor)
    registry.tag("other@v1.0.0", at=1_700_000_600)
    registry.tag("churn@v2.0.1", registry.commit({"x": "1"}), at=1_700_000_700)
    await editor.until("workspace/codeLens/refresh")
    await editor.titles(uri)
    registry.tag("other@v1.0.1", registry.commit({"x": "2"}), at=1_700_000_800)
    worktree = await editor.peer.connection.session.context.worktree_at(str(root))
    while "v1.0.1" not in {each.name for each in (await worktree.fresh()).index.artifacts["other"].versions}:
        pass
    assert methods(await editor.nothing_more()) == set()


async def test_lenses_that_nobody_asked_for_are_not_refreshed(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await quiet(editor)
    registry.tag("churn", at=1)  # no tag of GTO's
    registry.tag("segment@v1.0.0!#x", at=1)
    registry.ref("refs/tags/segment@v1.0.0", registry.head)  # a lightweight one is told at the key
    assert await editor.published(uri) == ["lightweight-tag"]
    assert methods(await editor.nothing_more()) == set()


async def test_published_diagnostics_follow_the_keystrokes(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await quiet(editor)
    version = editor.change(uri, "churn: [\n")
    params = await editor.until("textDocument/publishDiagnostics")
    assert (params["uri"], params["version"], params["diagnostics"][0]["code"]) == (uri, version, "invalid-yaml")
    editor.change(uri, "\nchurn: [\n")
    assert methods(await editor.nothing_more()) == {"textDocument/publishDiagnostics"}  # the place moved
    editor.change(uri, "# x", "\nchurn: [\n")
    assert methods(await editor.nothing_more()) == set()
    editor.change(uri, (root / "artifacts.yaml").read_text())
    assert await editor.published(uri) == []


async def test_a_closed_document_has_no_diagnostics(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", "churn: [\n")
    assert await editor.published(uri) == ["invalid-yaml"]
    editor.close(uri)
    assert await editor.published(uri) == []
    assert await editor.ask("codeLens", uri) == []


async def test_a_document_has_to_do_with_another(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    other = editor.open(root / "dvc.yaml", "artifacts:\n  churn:\n    path: models/churn.pkl\n")
    assert await editor.published(uri) == ["duplicate-artifact"]
    editor.close(other)
    assert await editor.published(uri) == []


async def test_pulling_editors_are_told_to_ask_again(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path
) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities=PULLING)
    uri = editor.open(root / "artifacts.yaml")
    assert (await editor.ask("diagnostic", uri))["items"] == []
    await quiet(editor)
    registry.ref("refs/tags/segment@v1.0.0", registry.head)
    await editor.until("workspace/diagnostic/refresh")
    assert [each["code"] for each in (await editor.ask("diagnostic", uri))["items"]] == ["lightweight-tag"]
    registry.tag("elsewhere@v1.0.0", at=1_700_000_900)
    assert methods(await editor.nothing_more()) == set()


async def test_an_act_of_the_editor_itself_refreshes_after_its_answer(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await editor.titles(uri)
    await quiet(editor)
    (assign, *_) = [each for each in await editor.actions(uri, 0) if each["title"].startswith("Assign")]
    assert assign["title"] == "Assign churn v2.0.0 to prod — churn#prod#3"
    result = await editor.execute(assign["command"])
    assert [tag["tag"] for tag in result["created"]] == ["churn#prod#3"]
    await editor.until("workspace/codeLens/refresh")
    said = (await editor.until("window/showMessage"))["message"]
    assert said == "Created tag churn#prod#3. churn#prod: v1.0.0 → v2.0.0."


async def test_the_configuration_on_disk_counts_at_once(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await quiet(editor)
    (root / ".gto").write_text("types: [dataset]\n")
    assert await editor.published(uri) == ["type-not-allowed"]


async def test_several_folders_each_have_their_registry(
    new_editor: Callable[[], Editor], root: Path, make_repository: Callable[..., RepositoryBuilder]
) -> None:
    other = make_repository("other")
    other.commit({"artifacts.yaml": "rank: {}\n"})
    other.tag("rank@v7.0.0")
    other.checkout()
    editor = new_editor()
    await editor.initialize(root, other.path)
    here, there = editor.open(root / "artifacts.yaml"), editor.open(other.path / "artifacts.yaml")
    assert (await editor.titles(here))[0].startswith("v2.0.0")
    assert (await editor.titles(there))[0] == "v7.0.0"
    found = await editor.request("workspace/symbol", {"query": ""})
    assert {each["name"] for each in found} == {"churn", "segment", "rank"}
    gone = {"added": [], "removed": [{"uri": root.as_uri(), "name": "x"}]}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": gone})
    found = await editor.request("workspace/symbol", {"query": ""})
    assert {each["name"] for each in found} == {"rank"}
    # A document that is open keeps its registry, whatever the folders are.
    assert (await editor.titles(here))[0].startswith("v2.0.0")


async def test_health_is_told_once_and_when_it_changes(
    new_editor: Callable[[], Editor], registry: RepositoryBuilder, root: Path
) -> None:
    editor = new_editor()
    await editor.initialize(root)
    assert await editor.until("experimental/serverStatus") == {"health": "ok", "quiescent": True, "message": ""}
    (root / ".gto").write_text("stages: 1\n")
    status = await editor.until("experimental/serverStatus")
    assert status["health"] == "warning"
    assert ".gto" in status["message"]


async def test_a_folder_without_a_repository_is_said(new_editor: Callable[[], Editor], tmp_path: Path) -> None:
    editor = new_editor()
    await editor.initialize(tmp_path)
    status = await editor.until("experimental/serverStatus")
    assert status["health"] == "warning"
    assert "No Git repo" in status["message"]


async def test_the_session_leaves_nothing_behind(editor: Editor, root: Path) -> None:
    editor.open(root / "artifacts.yaml", "churn: [\n")
    await quiet(editor)
    session = editor.peer.connection.session
    worktree = await session.context.worktree_at(str(root))
    assert worktree.has_listeners
    editor.peer.transport.close()
    await editor.peer.closed()
    assert not worktree.has_listeners


async def test_a_file_that_comes_ends_the_complaint_about_it(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", "churn:\n  path: models/new.pkl\n")
    assert await editor.published(uri) == ["uncommitted-annotation", "missing-path"]
    await editor.until("client/registerCapability")
    (watched,) = (await editor.until("client/registerCapability"))["registrations"]
    assert [each["globPattern"] for each in watched["registerOptions"]["watchers"]] == [
        str(root / "models" / "new.pkl")
    ]
    (root / "models" / "new.pkl").touch()
    made = {"uri": (root / "models" / "new.pkl").as_uri(), "type": 1}
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [made]})
    assert await editor.published(uri) == ["uncommitted-annotation"]
    editor.close(uri)
    assert (await editor.until("client/unregisterCapability"))["unregisterations"][0]["id"] == "gtod-paths"


# --- what is registered while it runs --------------------------------------------------------------------------


async def test_references_everywhere_when_a_setting_asks_for_them(editor: Editor, root: Path) -> None:
    first = await editor.until("client/registerCapability")
    assert [each["method"] for each in first["registrations"]] == [
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeConfiguration",
    ]
    notes = editor.open(root / "notes.md", "see churn@v2.0.0\n")
    assert await editor.at("hover", notes, 0, 6) is None
    editor.notify("workspace/didChangeConfiguration", {"settings": {"gto": {"refs": {"enabled": True}}}})
    wanted = await editor.until("client/registerCapability")
    assert [each["method"] for each in wanted["registrations"]] == [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/documentLink",
    ]
    assert await editor.at("hover", notes, 0, 6) is not None
    editor.notify("workspace/didChangeConfiguration", {"settings": {"gto": {"refs": {"enabled": False}}}})
    gone = await editor.until("client/unregisterCapability")
    assert len(gone["unregisterations"]) == 6
    assert await editor.at("hover", notes, 0, 6) is None


async def test_an_editor_that_registers_nothing_is_not_asked_to(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities={"window": CAPABLE["window"]})
    assert [each["method"] for each in await editor.nothing_more()] == []


@pytest.mark.parametrize(
    ("section", "count"),
    [
        ({"codeLens": {"enabled": False}}, 0),
        ({"codeLens": {"enabled": "maybe"}}, 5),
        ({"unknown": 1}, 5),
        ([], 5),
        (None, 5),
    ],
)
async def test_settings(editor: Editor, root: Path, section: Any, count: int) -> None:
    uri = editor.open(root / "artifacts.yaml")
    editor.notify("workspace/didChangeConfiguration", {"settings": {"gto": section}})
    assert len(await editor.titles(uri)) == count


async def test_settings_come_with_initialize_too(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(
        root, settings={"codeLens": {"enabled": False}, "diagnostics": {"severity": {"not-registered": "info"}}}
    )
    uri = editor.open(root / "artifacts.yaml")
    assert await editor.titles(uri) == []
    assert await editor.published(uri) == ["not-registered"]


async def test_a_configuration_that_cannot_be_read_is_said_at_its_place(
    new_editor: Callable[[], Editor], root: Path
) -> None:
    (root / ".gto").write_text("types: [model]\nstages: dev\n")
    editor = new_editor()
    await editor.initialize(root)
    status = await editor.until("experimental/serverStatus")
    assert status["health"] == "warning"
    assert status["message"].startswith(".gto:2:9: .gto is wrong: 'stages' is text, where a list belongs")
    config = editor.open(root / ".gto")
    params = await editor.until("textDocument/publishDiagnostics")
    (found,) = params["diagnostics"]
    assert (params["uri"], found["code"], found["range"]["start"]) == (
        config,
        "wrong-config",
        {"line": 1, "character": 8},
    )
    # What would be refused is not offered.
    uri = editor.open(root / "artifacts.yaml")
    assert [each for each in await editor.actions(uri, 0, 0, "refactor") if "disabled" not in each] == []
    (root / ".gto").write_text("types: [model]\nstages: [dev, prod]\n")
    assert (await editor.until("experimental/serverStatus"))["health"] == "ok"
    assert [each for each in await editor.actions(uri, 0, 0, "refactor") if "disabled" not in each]


async def test_a_session_that_ended_follows_nothing_whatever_is_found_out_later(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    await quiet(editor)
    session = editor.peer.connection.session
    worktree = await session.context.worktree_at(str(root))
    assert worktree.has_listeners
    free = threading.Event()
    worktree.submit(free.wait)
    await editor.titles(uri)  # what is not known yet is read behind that
    editor.change(uri, "churn:\n")
    session.close()
    await looked()
    free.set()
    await worktree.run(lambda: None)
    await looked()
    assert not worktree.has_listeners


async def test_what_is_asked_for_again_after_an_edit_is_not_worked_out(
    new_editor: Callable[[], Editor], root: Path
) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities=PULLING)
    uri = editor.open(root / "artifacts.yaml", "churn: {}\n")
    for number in range(3):
        editor.change(uri, "\n" * number + "churn: {typo: 1}\n")
        for request_id, method in ((f"lens {number}", "codeLens"), (f"problems {number}", "diagnostic")):
            params = {"textDocument": {"uri": uri}}
            editor.peer.send({"jsonrpc": "2.0", "id": request_id, "method": f"textDocument/{method}", "params": params})
    answers = await answered(editor, 6)
    for number in range(2):
        assert answers[f"lens {number}"]["error"]["code"] == -32801
        error = answers[f"problems {number}"]["error"]
        assert (error["code"], error["data"]) == (-32802, {"retriggerRequest": False})
    assert answers["lens 2"]["result"][0]["range"]["start"]["line"] == 2
    assert answers["problems 2"]["result"]["items"][0]["range"]["start"]["line"] == 2


async def test_an_edit_alone_leaves_what_was_asked_for(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities=PULLING)
    uri = editor.open(root / "artifacts.yaml", "churn: {}\n")
    lens = {"textDocument": {"uri": uri}}
    for request_id in ("first", "the same again"):
        editor.peer.send({"jsonrpc": "2.0", "id": request_id, "method": "textDocument/codeLens", "params": lens})
    editor.change(uri, "\nchurn: {}\n")
    answers = await answered(editor, 2)
    for request_id in ("first", "the same again"):
        assert answers[request_id]["result"][0]["range"]["start"]["line"] == 0


async def answered(editor: Editor, count: int) -> dict[Any, Any]:
    """So many answers, by the ids of their requests."""
    answers: dict[Any, Any] = {}
    while len(answers) < count:
        message = await editor.peer.message()
        if "method" not in message:
            assert message["id"] not in answers
            answers[message["id"]] = message
    return answers
