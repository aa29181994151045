"""Every edit names the version of the document that it was made for, so that none is applied to a later text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.problems import Position
from tests.builders import RepositoryBuilder
from tests.rpc.lsp.editor import CAPABLE, Editor
from tests.rpc.peer import CallFailedError

TEXT = "churn:\n  type: model\nfirst: {}\nsecond: {}\nthird:\n  typo: x\n"


def without(*names: str) -> dict[str, Any]:
    """The capabilities of an editor that lacks some of those about edits."""
    edits = {name: value for name, value in CAPABLE["workspace"]["workspaceEdit"].items() if name not in names}
    return {**CAPABLE, "workspace": {**CAPABLE["workspace"], "workspaceEdit": edits}}


def applied(text: str, edits: list[Any]) -> str:
    """The text after edits whose positions count UTF-16, which is the same as code points here."""
    lines = Lines(text)
    for edit in reversed(edits):
        start, end = (
            lines.index(Position(edit["range"][side]["line"], edit["range"][side]["character"]))
            for side in ("start", "end")
        )
        text = text[:start] + edit["newText"] + text[end:]
    return text


async def last_said(editor: Editor) -> str:
    while True:
        params = await editor.until("window/showMessage")
        return str(params["message"])


@pytest.mark.parametrize("typed", ["afterwards", "behind the request"])
async def test_a_quick_fix_is_for_the_text_that_it_was_asked_for(editor: Editor, root: Path, typed: str) -> None:
    uri = editor.open(root / "artifacts.yaml", TEXT)
    place = {"line": 5, "character": 3}
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    }
    change = {
        "textDocument": {"uri": uri, "version": 7},
        "contentChanges": [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
                            "text": "new: {}\nnewer: {}\n"}],
    }  # fmt: skip
    asking = {"jsonrpc": "2.0", "id": 1, "method": "textDocument/codeAction", "params": params}
    typing = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change}
    if typed == "behind the request":
        # Both are there before the server begins to work on the first.
        editor.peer.send(asking, typing)
    else:
        editor.peer.send(asking)
    while (answer := await editor.peer.message()).get("id") != 1:
        pass
    if typed == "afterwards":
        editor.peer.send(typing)
    fixes = {each["title"]: each["edit"] for each in answer["result"]}
    assert fixes
    for edit in fixes.values():
        (document,) = edit["documentChanges"]
        assert document["textDocument"] == {"uri": uri, "version": 1}
    (rename,) = fixes["Rename to 'type'"]["documentChanges"]
    assert applied(TEXT, rename["edits"]) == TEXT.replace("typo", "type")
    (again, *_) = await editor.actions(uri, 7, 3, "quickfix")
    assert again["edit"]["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 7}


async def test_a_rename_is_of_what_the_cursor_was_on(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", TEXT)
    params = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 1}, "newName": "renamed"}
    change = {"textDocument": {"uri": uri, "version": 7}, "contentChanges": [{"text": f"new: {{}}\n{TEXT}"}]}
    editor.peer.send(
        {"jsonrpc": "2.0", "id": 1, "method": "textDocument/rename", "params": params},
        {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change},
    )
    while (answer := await editor.peer.message()).get("id") != 1:
        pass
    (document,) = answer["result"]["documentChanges"]
    assert document["textDocument"] == {"uri": uri, "version": 1}
    assert applied(TEXT, document["edits"]) == TEXT.replace("second", "renamed")


async def test_an_edit_of_another_file_names_that_files_version(editor: Editor, root: Path) -> None:
    (root / ".gto").write_text("types: [model]\n")
    uri = editor.open(root / "artifacts.yaml", "churn:\n  type: report\n")

    async def addition() -> Any:
        (add,) = [each for each in await editor.actions(uri, 1, 9, "quickfix") if each["title"].startswith("Add")]
        (document,) = add["edit"]["documentChanges"]
        return document

    config = (root / ".gto").as_uri()
    assert (await addition())["textDocument"] == {"uri": config, "version": None}
    editor.open(root / ".gto", "# open\ntypes: [model]\n")
    document = await addition()
    assert document["textDocument"] == {"uri": config, "version": 2}
    assert document["edits"][0]["range"]["start"]["line"] == 1
    version = editor.change(config, "# open\n# and typed in\ntypes: [model]\n")
    document = await addition()
    assert document["textDocument"] == {"uri": config, "version": version}
    assert document["edits"][0]["range"]["start"]["line"] == 2
    editor.close(config)
    assert (await addition())["textDocument"] == {"uri": config, "version": None}


async def test_a_change_of_nothing_is_a_version_too(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", TEXT)
    version = editor.change(uri)
    (document,) = (await editor.at("rename", uri, 3, 1, newName="renamed"))["documentChanges"]
    assert document["textDocument"]["version"] == version


async def test_an_annotation_is_for_the_version_whose_text_was_read(editor: Editor, root: Path) -> None:
    texts = {1: TEXT}
    uri = editor.open(root / "artifacts.yaml", TEXT)
    for number in range(2, 8):
        params = {"name": "third", "type": "model", "apply": "edit"}
        texts[number] = f"new{number}: {{}}\n{texts[number - 1]}"
        change = {"textDocument": {"uri": uri, "version": number}, "contentChanges": [{"text": texts[number]}]}
        editor.peer.send(
            {"jsonrpc": "2.0", "id": number, "method": "gto/annotate", "params": params},
            {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change},
        )
        while (answer := await editor.peer.message()).get("id") != number:
            pass
        (document,) = answer["result"]["edit"]["documentChanges"]
        version = document["textDocument"]["version"]
        assert version in (number - 1, number)
        assert "typo: x\n  type: model\n" in applied(texts[version], document["edits"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_an_annotation_is_in_the_units_that_were_agreed_on(
    new_editor: Callable[[], Editor], root: Path, encoding: str
) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities={**CAPABLE, "general": {"positionEncodings": [encoding]}})
    text = "churn: {description: '😀漢', type: x}\n"
    editor.open(root / "artifacts.yaml", text)
    answer = await editor.request("gto/annotate", {"name": "churn", "type": "y", "apply": "edit"})
    (edit,) = answer["edit"]["documentChanges"][0]["edits"]
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    start, end = (edit["range"][side]["character"] * width for side in ("start", "end"))
    line = text.encode(codec)
    assert (line[:start] + edit["newText"].encode(codec) + line[end:]).decode(codec) == text.replace("x}", "y}")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"applied": False}, "edited meanwhile"),
        ({"applied": False, "failureReason": "the document is read-only"}, "the document is read-only"),
        (None, "the editor refused the edit"),
        ({}, "the editor refused the edit"),
    ],
)
async def test_an_edit_that_was_not_applied_is_told(editor: Editor, root: Path, answer: Any, said: str) -> None:
    editor.open(root / "artifacts.yaml", TEXT)
    editor.answers["workspace/applyEdit"] = answer
    arguments = [{"name": "third", "type": "model"}]
    result = await editor.execute({"command": "gto.annotate", "arguments": arguments})
    assert (result["applied"], result["written"]) == (False, False)
    message = await last_said(editor)
    assert message.startswith("artifacts.yaml was not changed: ")
    assert said in message


async def test_an_editor_whose_edits_name_no_version_is_sent_none(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities=without("documentChanges", "resourceOperations"))
    (root / "artifacts.yaml").write_text(TEXT)
    uri = editor.open(root / "artifacts.yaml")
    assert [each for each in await editor.actions(uri, 5, 3) if "edit" in each] == []
    for method in ("prepareRename", "rename"):
        with pytest.raises(CallFailedError, match="documentChanges"):
            await editor.at(method, uri, 3, 1, newName="renamed")
    result = await editor.execute({"command": "gto.annotate", "arguments": [{"name": "churn", "type": "data"}]})
    assert result["written"]
    assert "type: data" in (root / "artifacts.yaml").read_text()
    assert editor.asked == [] or all(each["method"] != "workspace/applyEdit" for each in editor.asked)


async def test_what_is_only_asked_about_or_committed_is_no_edit(
    editor: Editor, registry: RepositoryBuilder, root: Path
) -> None:
    editor.open(root / "artifacts.yaml")

    async def annotate(**more: Any) -> Any:
        arguments = [{"name": "churn", "type": "data", **more}]
        return await editor.execute({"command": "gto.annotate", "arguments": arguments})

    planned = await annotate(dry_run=True)
    assert "+  type: data" in planned["diff"]
    with pytest.raises(CallFailedError, match="cannot be committed"):
        await annotate(apply="edit", commit=True)
    assert "data" not in (root / "artifacts.yaml").read_text()
    committed = await annotate(commit=True)
    assert committed["written"]
    assert (
        registry.git("show", f"{committed['commit']}:artifacts.yaml") == (root / "artifacts.yaml").read_text().strip()
    )
    assert [each for each in editor.asked if each["method"] == "workspace/applyEdit"] == []


async def test_what_an_editor_cannot_create_is_not_offered(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities=without("resourceOperations"))
    uri = editor.open(root / "artifacts.yaml", "churn:\n  path: models/new.pkl\n")
    fixes = await editor.actions(uri, 1, 9, "quickfix")
    assert [each["title"] for each in fixes if each["title"].startswith("Create")] == []
    # Whoever can create files takes edits with versions, although it does not say so (LSP 3.17 §workspaceEdit).
    other = new_editor()
    await other.initialize(root, capabilities=without("documentChanges"))
    uri = other.open(root / "artifacts.yaml", TEXT)
    assert "documentChanges" in await other.at("rename", uri, 3, 1, newName="renamed")
