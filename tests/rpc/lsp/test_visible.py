"""What a file holds is shown: nothing of it is invisible, and nothing turns the words around it."""

import json
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.visible import visible
from tests.rpc.lsp.editor import Editor

INVISIBLE = "\u202e\u2066\u200b\u200d\u2060\ufeff\u00ad\u061c\U000e0041"


@pytest.mark.parametrize("character", INVISIBLE)
async def test_no_feature_shows_an_invisible_character(editor: Editor, root: Path, character: str) -> None:
    name = f"ev{character}il"
    text = f"'{name}': {{ty{character}po: x, path: no{character}where}}\n'{name}': {{}}\n"
    uri = editor.open(root / "artifacts.yaml", text)
    published = await editor.until("textDocument/publishDiagnostics")
    messages = [each["message"] for each in published["diagnostics"]]
    assert any(visible(name) in message for message in messages)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    shown: list[Any] = messages
    shown += [lens.get("command", {}).get("title") for lens in await editor.ask("codeLens", uri)]
    shown += [(each["name"], each["detail"]) for each in await editor.ask("documentSymbol", uri)]
    shown += [each["title"] for each in await editor.actions(uri, 0)]
    shown += [each["label"] for each in await editor.ask("inlayHint", uri, range=whole)]
    assert character not in json.dumps(shown, ensure_ascii=False)


def test_what_is_visible_stays() -> None:
    for text in ("churn", "modèles 日本語", "line\nand\ttab", "א ב", ""):
        assert visible(text) == text
    assert visible("a\u202eb\x1b") == "a\\u202eb\\x1b"
