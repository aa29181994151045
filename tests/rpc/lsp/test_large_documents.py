"""Documents that are too large are left alone and say so; work on those that are not keeps nobody else waiting."""

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.editor.limits import MAX_DOCUMENT
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from gto_daemon.rpc.lsp.server import opened
from tests.rpc.lsp.editor import Editor
from tests.rpc.peer import CallFailedError

SMALL = "churn:\n  type: model\n"


def message(method: str, params: Any, **more: Any) -> bytes:
    """A message whose members come in whatever order an editor has them in."""
    body = json.dumps({"params": params, "jsonrpc": "2.0", "method": method, **more}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def deliver(editor: Editor, data: bytes) -> None:
    """In pieces, as a socket has them."""
    for start in range(0, len(data), 250_001):
        editor.peer.send_bytes(data[start : start + 250_001])


@pytest.mark.parametrize("length", [MAX_DOCUMENT + 1, MAX_FRAME + 1])
async def test_a_document_that_is_too_large_is_left_alone_and_says_so(editor: Editor, root: Path, length: int) -> None:
    other = editor.open(root / "sub/dvc.yaml", "artifacts:\n  a: {type: model}\n")
    uri = (root / "artifacts.yaml").as_uri()
    document: dict[str, Any] = {"text": 'a: "\\\n' + "x" * length, "uri": uri, "languageId": "yaml", "version": 1}
    deliver(editor, message("textDocument/didOpen", {"textDocument": document}))
    assert await editor.published(uri) == ["too-large"]
    assert await editor.ask("codeLens", uri) == []
    assert await editor.at("hover", uri, 0, 1) is None
    # It goes on as it began, for its own changes and for other documents.
    editor.change(uri, (0, 0, 0, 0, "churn"))
    assert await editor.ask("documentSymbol", uri) == []
    assert [each["name"] for each in await editor.ask("documentSymbol", other)] == ["a"]
    editor.change(uri, SMALL)
    assert [each["name"] for each in await editor.ask("documentSymbol", uri)] == ["churn"]


@pytest.mark.parametrize("length", [MAX_DOCUMENT + 1, MAX_FRAME + 1])
async def test_a_document_that_becomes_too_large_is_left_alone(editor: Editor, root: Path, length: int) -> None:
    uri = editor.open(root / "artifacts.yaml", SMALL)
    assert "too-large" not in await editor.published(uri)
    place = {"line": 1, "character": 0}
    change = {"range": {"start": place, "end": place}, "text": "#" * length}
    params = {"contentChanges": [change], "textDocument": {"uri": uri, "version": 9}}
    deliver(editor, message("textDocument/didChange", params))
    assert await editor.published(uri) == ["too-large"]
    editor.close(uri)
    editor.open(root / "artifacts.yaml", SMALL)
    assert [each["name"] for each in await editor.ask("documentSymbol", uri)] == ["churn"]


async def test_a_request_that_is_too_large_is_refused_and_the_next_is_answered(editor: Editor) -> None:
    params = {"name": "churn", "description": '\\"\u20ac' * (MAX_FRAME // 6)}
    deliver(editor, message("gto/annotate", params, id="large"))
    while "error" not in (answer := await editor.peer.message()):
        pass
    assert (answer["id"], answer["error"]["code"]) == ("large", -32700)
    assert "too large" in answer["error"]["message"]
    assert await editor.request("gto/stages")


async def test_no_file_is_written_under_a_document_that_is_too_large(editor: Editor, root: Path) -> None:
    before = (root / "artifacts.yaml").read_bytes()
    editor.open(root / "artifacts.yaml", "#" * (MAX_DOCUMENT + 1))
    for apply in ("write", "edit"):
        with pytest.raises(CallFailedError) as refused:
            await editor.request("gto/annotate", {"name": "churn", "type": "x", "apply": apply})
        assert refused.value.kind == "UnsavedChanges"
    assert (root / "artifacts.yaml").read_bytes() == before


async def test_work_on_a_document_keeps_no_other_client_waiting(
    editor: Editor, new_editor: Callable[[], Editor], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One client's document is read for as long as it takes the other to be answered."""
    other = new_editor()
    await other.initialize(root)
    answered = threading.Event()
    read = opened.read_document

    def slow(*arguments: Any) -> Any:
        assert answered.wait(60)
        return read(*arguments)

    monkeypatch.setattr(opened, "read_document", slow)
    uri = editor.open(root / "artifacts.yaml", SMALL)
    lenses = asyncio.create_task(editor.titles(uri))
    assert (await other.request("gto/stages"))["stages"]
    assert not lenses.done()
    answered.set()
    assert await lenses


async def test_a_word_is_replaced_in_ten_thousand_places(editor: Editor, root: Path) -> None:
    lines = [f"a{number}: {{type: old}}\r\n" for number in range(10_000)]
    uri = editor.open(root / "artifacts.yaml", "".join(lines))
    at = [line.index("old") for line in lines]
    editor.change(uri, *((number, place, number, place + 3, "brand-new") for number, place in enumerate(at)))
    await editor.request("gto/stages")
    file = editor.peer.connection.session.context.workspace.editor_file(str(root / "artifacts.yaml"))
    assert file.text == "".join(lines).replace("old", "brand-new")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_typing_that_is_not_saved_is_neither_overwritten_nor_ignored(
    editor: Editor, root: Path, end: str
) -> None:
    file = root / "artifacts.yaml"
    file.write_bytes(SMALL.encode())
    uri = editor.open(file, SMALL.replace("\n", end))
    editor.change(uri, (0, 0, 0, 0, f"typed: {{}}{end}"))
    annotate: dict[str, Any] = {"name": "churn", "description": "x"}
    for more in ({}, {"dry_run": True}, {"commit": True}):
        with pytest.raises(CallFailedError) as refused:
            await editor.request("gto/annotate", {**annotate, **more})
        assert refused.value.kind == "UnsavedChanges"
    with pytest.raises(CallFailedError) as refused:
        await editor.request("gto/removeAnnotation", {"name": "churn"})
    assert refused.value.kind == "UnsavedChanges"
    assert file.read_bytes() == SMALL.encode()
    # As an edit it is of what was typed, and once it is saved it is written.
    (document,) = (await editor.request("gto/annotate", {**annotate, "apply": "edit"}))["edit"]["documentChanges"]
    assert [each["newText"].strip() for each in document["edits"]] == ["description: x"]
    assert document["edits"][0]["range"]["start"]["line"] == 2
    file.write_bytes(f"\ufefftyped: {{}}\n{SMALL}".encode())
    assert (await editor.request("gto/annotate", annotate))["written"]
    assert "typed" in file.read_text()
    assert "description: x" in file.read_text()
