"""TextDocuments are kept as the editor has them, in its units and by LSP's line ends."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.rpc.lsp.server.documents import Text
from gto_daemon.rpc.schema.positions import PositionMapper
from tests.rpc.lsp.editor import CAPABLE, Editor

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
#: Every way to end a line, and what other programs take for one.
PIECES = st.sampled_from(["a", "ä", "漢", "😀", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85", "\x0b", ": "])
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_positions_are_in_the_units_that_were_agreed_on(
    new_editor: Callable[[], Editor], root: Path, encoding: str
) -> None:
    editor = new_editor()
    capabilities = {**CAPABLE, "general": {"positionEncodings": [encoding]}}
    result = await editor.initialize(root, capabilities=capabilities)
    assert result["capabilities"]["positionEncoding"] == encoding
    text = "churn: {description: '😀漢', typo: x}\n"
    uri = editor.open(root / "artifacts.yaml", text)
    before = text[: text.index("typo")]
    units = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}
    params = await editor.until("textDocument/publishDiagnostics")
    (found,) = [each for each in params["diagnostics"] if each["code"] == "unknown-field"]
    assert found["range"]["start"] == {"line": 0, "character": units[encoding]}
    assert found["range"]["end"] == {"line": 0, "character": units[encoding] + 4}
    # And what the editor says is in the same units: the word that it replaces is this one.
    at = units[encoding]
    editor.change(uri, (0, at, 0, at + 4, "type"))
    assert await editor.published(uri) == ["uncommitted-annotation"]


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_byte_order_mark_counts_for_the_editor_alone(
    new_editor: Callable[[], Editor], root: Path, encoding: str
) -> None:
    editor = new_editor()
    await editor.initialize(root, capabilities={**CAPABLE, "general": {"positionEncodings": [encoding]}})
    uri = editor.open(root / "artifacts.yaml", "\ufeffchurn: {}\n")
    (lens, *_) = await editor.ask("codeLens", uri)
    width = {"utf-8": 3, "utf-16": 1, "utf-32": 1}[encoding]
    assert lens["range"]["start"] == {"line": 0, "character": width}
    assert (await editor.at("hover", uri, 0, width + 5))["range"]["end"]["character"] == width + 5


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_positions_there_and_back(text: str, encoding: str) -> None:
    lines = Lines(text)
    places = PositionMapper(text, lines, encoding)
    for index in range(len(text) + 1):
        if text[index - 1 : index + 1] == "\r\n":
            continue  # between the two there is no place in LSP
        shape = places.position(lines.position(index))
        assert places.read(shape["line"], shape["character"]) == lines.position(index)
        assert lines.index(lines.position(index)) == index


@settings(max_examples=200)
@given(
    TEXTS, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), TEXTS), max_size=4), st.sampled_from(ENCODINGS)
)
def test_edits_leave_the_text_that_the_editor_has(text: str, edits: list[Any], encoding: str) -> None:
    """An editor that counts code points, and the text that is kept from what it sends."""
    codec = PositionCodec(encoding=types.PositionEncodingKind(encoding))
    kept = Text("file:///x", source=text, version=0, position_codec=codec)
    for start, end, new in edits:
        low, high = sorted(min(at, len(text)) for at in (start, end))
        # Between CR and LF there is no place in LSP.
        low, high = (at - 1 if text[at - 1 : at + 1] == "\r\n" else at for at in (low, high))
        lines = Lines(text)
        places = PositionMapper(text, lines, encoding)
        place = types.Range(
            start=types.Position(**places.position(lines.position(low))),
            end=types.Position(**places.position(lines.position(high))),
        )
        kept.replace((place.start.line, place.start.character), (place.end.line, place.end.character), new)
        text = text[:low] + new + text[high:]
        assert kept.source == text


async def test_several_edits_at_once_apply_one_after_the_other(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", "a: {}\n")
    editor.change(uri, (0, 0, 0, 1, "churn"), (0, 6, 0, 9, " {x: 1}"))
    assert await editor.titles(uri) != []
    assert (
        editor.peer.connection.session.context.workspace.editor_file(str(root / "artifacts.yaml")).text
        == "churn: {x: 1}\n"
    )
    editor.change(uri, "whole: {}\n")
    assert (await editor.ask("documentSymbol", uri))[0]["name"] == "whole"


async def test_an_edit_beyond_the_text_is_at_its_end(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml", "a: {}\n")
    editor.change(uri, (99, 99, 99, 99, "b: {}\n"))
    assert [each["name"] for each in await editor.ask("documentSymbol", uri)] == ["a", "b"]
    editor.change(uri, (0, 999, 0, 999, " # c"))
    editor.change(uri, (5, 1, 0, 0, ""))
    assert await editor.ask("documentSymbol", uri) == []


async def test_a_thousand_keystrokes_leave_the_same_text(editor: Editor, root: Path) -> None:
    rng = random.Random(7)
    text = "churn: {}\n"
    uri = editor.open(root / "artifacts.yaml", text)
    for _ in range(1000):
        lines = Lines(text)
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.randrange(3))
        new = rng.choice(["x", "\n", "ä", "😀", ": ", ""])
        places = PositionMapper(text, lines, "utf-16")
        low, high = (places.position(lines.position(at)) for at in (start, end))
        editor.change(uri, (low["line"], low["character"], high["line"], high["character"], new))
        text = text[:start] + new + text[end:]
    found = editor.peer.connection.session.context.workspace.editor_file(str(root / "artifacts.yaml"))
    assert found.text == text


def test_a_position_beyond_its_line_is_at_its_end() -> None:
    text = "ab\ncä\r\n"
    for encoding in ENCODINGS:
        lines = Lines(text)
        places = PositionMapper(text, lines, encoding)
        assert [lines.index(places.read(line, 9)) for line in range(4)] == [2, 5, 7, 7]
