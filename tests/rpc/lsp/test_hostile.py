"""Files and requests that are malformed or hostile: a diagnostic or nothing, within bounds, and the session goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gto_daemon.editor.code_actions import code_actions
from gto_daemon.editor.code_lenses import code_lenses
from gto_daemon.editor.completion import completions
from gto_daemon.editor.diagnostics import MAX_DIAGNOSTICS, diagnostics
from gto_daemon.editor.document import read_document
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.hover import hover
from gto_daemon.editor.inlay_hints import inlay_hints
from gto_daemon.editor.limits import MAX_DOCUMENT
from gto_daemon.editor.navigation import definition, document_links, references_of
from gto_daemon.editor.quick_fixes import quick_fixes
from gto_daemon.editor.renaming import renamable, renamed
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.symbols import document_symbols
from gto_daemon.editor.values import FeatureSettings
from gto_daemon.registry.annotations.composition import MAX_DEPTH, MAX_NODES, MAX_REPEATED
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Position, Range
from tests.editor.marked import registry
from tests.rpc.lsp.editor import Editor

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "a bomb of aliases": (BOMB, "too-large"),
    "deep nesting": ("a: " + "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5), "too-large"),
    "deeper nesting": ("a: " + "{x: " * 50_000, None),
    "five megabytes": ("a: {}\n" * (5_000_000 // 6), "too-large"),
    "one long line": (f"a: {'x' * (MAX_DOCUMENT + 1)}", "too-large"),
    "many nodes": ("a: [" + "1," * (MAX_NODES + 1) + "]", "too-large"),
    "tabs": ("\ta:\t{}\n\tb", None),
    "duplicate keys": ("churn: {}\n" * 1000, "duplicate-artifact"),
    "wrong types": ("a: 1\nb: [x]\n1: {}\n? [x]\n: y\nnull: {}\n2020-01-01: {}\n!!binary aGk=: {}\n", None),
    "a NUL": ("a: \0\n", "invalid-yaml"),
    "control characters": ("a: \x1b[31m\n", "invalid-yaml"),
    "a lone surrogate": ("a: \ud800\n", "invalid-yaml"),
    "an alias of itself": ("a: &a\n  b: *a\n", "invalid-annotation"),
    "many documents": ("a: {}\n---\nb: {}\n", "invalid-yaml"),
    "an unknown tag": ("a: !!python/object/apply:os.system [x]\n", "invalid-annotation"),
    "wide": ("".join(f"x{number}: {{typo: 1}}\n" for number in range(3000)), "unknown-field"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_file_is_answered(editor: Editor, root: Path, text: str, code: str | None) -> None:
    params = {"textDocument": {"uri": (root / "artifacts.yaml").as_uri(), "languageId": "", "version": 1, "text": text}}
    if "\ud800" in text:
        # JSON can say it, UTF-8 cannot: the frame is refused, and the session goes on.
        message = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}
        body = json.dumps(message).encode()
        editor.peer.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert await editor.request("gto/stages")
        return
    editor.notify("textDocument/didOpen", params)
    uri = params["textDocument"]["uri"]
    found = await editor.published(uri)
    assert len(found) <= MAX_DIAGNOSTICS
    assert found if code is None else code in found
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    for method, more in {
        "codeLens": {},
        "documentSymbol": {},
        "foldingRange": {},
        "documentLink": {},
        "inlayHint": {"range": whole},
        "codeAction": {"range": whole, "context": {"diagnostics": []}},
        "hover": {"position": {"line": 0, "character": 1}},
        "completion": {"position": {"line": 0, "character": 2}},
    }.items():
        await editor.ask(method, uri, **more)
    assert await editor.request("gto/stages")


def test_the_bounds_are_what_they_are_meant_to_be() -> None:
    assert (MAX_DOCUMENT, MAX_DEPTH, MAX_NODES, MAX_REPEATED, MAX_DIAGNOSTICS) == (500_000, 100, 500_000, 2 << 20, 500)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"textDocument": {}},
        {"textDocument": {"uri": 1}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "x"}, "position": {"line": -1, "character": 0}},
        {"textDocument": {"uri": "x"}, "position": {"line": 0}},
        {"textDocument": {"uri": "file:///%00"}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "file://host/x"}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "file:relative"}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "../../etc/passwd"}, "position": {"line": 0, "character": 0}},
    ],
)
async def test_odd_params_are_refused_or_answered_with_nothing(editor: Editor, params: Any) -> None:
    editor.peer.send({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": params})
    while (answer := await editor.peer.message()).get("id") != 1:
        pass
    assert answer.get("result", answer.get("error", {}).get("code")) in (None, -32602)
    assert await editor.request("gto/stages")


async def test_positions_far_outside_are_answered(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    for line, character in ((0, 10**9), (10**9, 0), (2**31 - 1, 2**31 - 1)):
        for method in ("hover", "completion", "definition", "prepareRename"):
            await editor.at(method, uri, line, character)
        await editor.actions(uri, line, character)


async def test_a_repository_that_goes_away_leaves_the_session(editor: Editor, root: Path) -> None:
    uri = editor.open(root / "artifacts.yaml")
    assert await editor.titles(uri)
    (root / ".git").rename(root / "gone")
    assert await editor.ask("codeLens", uri) == []
    (root / "gone").rename(root / ".git")
    assert await editor.titles(uri)


async def test_a_burst_of_requests_is_answered_each(new_editor: Callable[[], Editor], root: Path) -> None:
    editor = new_editor()
    await editor.initialize(root)
    uri = editor.open(root / "artifacts.yaml")
    lens = {"textDocument": {"uri": uri}}
    ids = range(1, 301)
    for request_id in ids:
        editor.peer.send({"jsonrpc": "2.0", "id": request_id, "method": "textDocument/codeLens", "params": lens})
        if request_id % 3 == 0:
            editor.notify("$/cancelRequest", {"id": request_id - 1})
    answered: dict[int, Any] = {}
    while len(answered) < len(ids):
        message = await editor.peer.message()
        if "method" not in message:
            assert message["id"] not in answered
            answered[message["id"]] = message
    assert set(answered) == set(ids)


PIECES = st.sampled_from(
    ["churn", "new", ":", " ", "\n", "  ", "{", "}", "[", "]", ",", "'", '"', "#", "&a ", "*a", "<<", "- ", "|", ">",
     "\t", "type", "path", "labels", "artifacts:\n", "${x}", "\0", "\u2028", "😀", "!!set", "---\n", "@v1.0.0", "#prod",
     "stages", "true", "~", "\r", "%YAML 1.1\n", "? ", "version: 1\n",
     "rules", "roles", "register", "who", "signed", "24h", "a@b"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)
KINDS = st.sampled_from(
    [
        ("artifacts.yaml", "artifacts"),
        ("a/dvc.yaml", "dvc"),
        (".gto", "config"),
        (".gtod.yaml", "rules"),
        ("x.yml", "references"),
        ("x.py", "references"),
    ]
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, KINDS, st.integers(0, 40), st.integers(0, 8))
def test_no_text_whatever_makes_a_feature_raise(text: str, kind: Any, character: int, line: int) -> None:
    document = read_document(kind[0], kind[1], text)
    snapshot = registry(config="stages: [dev]\ntypes: [model]\n")
    facts = WorkspaceFacts(configured=True, labels=("a",), types=("b",), stages=("prod",), nearby=frozenset({"x"}))
    position = Position(line, character)
    place = Range(position, position)
    everywhere = [lens.range for lens in code_lenses(document, ArtifactStates(snapshot))]
    everywhere += [hint.range for hint in inlay_hints(document, ArtifactStates(snapshot))]
    found = diagnostics(document, snapshot, facts, FeatureSettings(severities={"not-registered": "hint"}))
    for each in found:
        everywhere.append(each.range)
        for fix in quick_fixes(document, each, snapshot, facts, "stages: [dev]\ntypes: [model]\n"):
            everywhere += [edit.range for file in fix.edits if file.path == document.path for edit in file.edits]
    everywhere += [item.edit.range for item in completions(document, snapshot, facts, position, lambda _: ["f", "d/"])]
    everywhere += [link.range for link in document_links(document, facts)]
    everywhere += [symbol.range for symbol in document_symbols(document, ArtifactStates(snapshot))]
    shown = hover(document, snapshot, position)
    everywhere += [shown.range] if shown is not None else []
    code_actions(document, snapshot, place, now=1)
    definition(document, snapshot, facts, position)
    references_of(document, snapshot, facts, position)
    for start, end in folding_ranges(document):
        assert 0 <= start < end
    try:
        renamable(document, snapshot, position)
        renamed(document, snapshot, facts, position, "new-name")
    except RegistryError:
        pass
    for where in everywhere:
        assert 0 <= document.offset(where.start) <= document.offset(where.end) <= len(document.text)
