"""What is kept from one keystroke to the next is what would be worked out from zero."""

from typing import Any, cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gto_daemon.editor.code_lenses import code_lenses
from gto_daemon.editor.diagnostics import diagnostics
from gto_daemon.editor.document import ParsedDocument, read_document, read_whole
from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.navigation import document_links
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.symbols import document_symbols
from gto_daemon.editor.values import FeatureSettings
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.jsonrpc.messages import encode
from gto_daemon.rpc.lsp.convert import Wire
from gto_daemon.rpc.lsp.server.client_capabilities import EditorCapabilities
from gto_daemon.rpc.lsp.server.opened import Opened
from gto_daemon.rpc.schema.positions import PositionMapper
from tests.editor.marked import annotations_of, registry

ENTRIES = st.sampled_from(
    [
        "churn:\n  path: models/a.pkl\n",
        "b: {type: odd, path: models/b.pkl}\n",
        "c:\n  path: models\n  typo: 1\n",
        "'d\U0001f600': {path: https://example.com/d}\n",
        "%41:\n  type: model # not a\n\n",
        '"line\\":7,": {}\n',
        "e: {virtual: maybe}\n",
        "# comment\nf: {}\n",
        "g: {}\r\n",
        "öl: {path: ../x}\n",
        "h: [\n",
        "churn: {path: other}\n",
        "i: &x {}\n",
        "j: {description: 'open}\n",
        "Not_a_name: {}\n",
    ]
)
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(["", "x", "\n", "\r", " ", "'", "k: {}\n", "\n\n", "#", "\U0001f600", "{", "models/b.pkl"]),
        st.booleans(),
    ),
    max_size=12,
)
REGISTRIES = (registry(config="types: [model]\n"), registry("c@v1.0.0 1 300", config="types: [model]\n"))
PATHS = ("models/a.pkl", "models/b.pkl", "models", "other")
COMMITTED = read_document("artifacts.yaml", "artifacts", "churn:\n  path: models/a.pkl\nf: {}\n")
OTHER = read_document("sub/dvc.yaml", "dvc", "artifacts:\n  b: {path: b.pkl}\n")
ELSEWHERE = {
    name: OtherAnnotation("sub/dvc.yaml", annotation, annotation.range)
    for name, annotation in {**annotations_of(OTHER), "öl": next(iter(annotations_of(OTHER).values()))}.items()
}
FACTS = (
    WorkspaceFacts(committed=annotations_of(COMMITTED), elsewhere=ELSEWHERE, present=frozenset(PATHS)),
    WorkspaceFacts(committed=annotations_of(COMMITTED), present=frozenset(PATHS[:1]), missing=frozenset(PATHS[1:])),
)
WANTED = FeatureSettings(severities={"not-registered": "hint"})


def shown(document: ParsedDocument, states: ArtifactStates, facts: WorkspaceFacts, *, shifted: bool) -> Any:
    """Everything that an editor is sent about a whole document, as JSON."""
    places = PositionMapper(document.text, document.lines, "utf-16", shifted=shifted)
    opened = Opened("file:///artifacts.yaml", 1, cast("Any", None), states, document, places)
    wire = Wire(opened, "file:///diagnostics.md", cast("Any", None), EditorCapabilities())
    return (
        wire.unresolved_lenses(states, 0, writable=True),
        encode(wire.diagnostics(diagnostics(document, states.snapshot, facts, WANTED))),
        [(link.url or link.path, link.range) for link in document_links(document, facts)],
        encode(wire.symbols(document_symbols(document, states))),
        folding_ranges(document),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(ENTRIES, max_size=8), EDITS, st.booleans())
@example(["churn:\n  path: models/a.pkl\n", "f: {}\n"], [(0.0, 0, "\n", False), (0.5, 1, "", True)], True)
@example(["# comment\nf: {}\n"], [(0.5, 0, "\r", False)], False)
def test_what_is_kept_is_what_is_worked_out_from_zero(
    entries: list[str], edits: list[tuple[float, int, str, bool]], shifted: bool
) -> None:
    text = "".join(entries)
    states = [ArtifactStates(each) for each in REGISTRIES]
    before: ParsedDocument | None = None
    for where, deleted, inserted, changed in [(0.0, 0, "", False), *edits]:
        at = int(where * len(text))
        text = text[:at] + inserted + text[at + deleted :]
        before = read_document("artifacts.yaml", "artifacts", text, before=before)
        whole = read_whole("artifacts.yaml", "artifacts", "", text, Lines(text), {})
        of = states[changed]
        assert shown(before, of, FACTS[changed], shifted=shifted) == shown(whole, of, FACTS[changed], shifted=shifted)
        assert shown(before, of, FACTS[0], shifted=False)[0][0] == encoded_at_once(whole, of.snapshot)


def encoded_at_once(document: ParsedDocument, snapshot: Snapshot) -> bytes:
    """The lenses without anything kept, nor any JSON put together."""
    places = PositionMapper(document.text, document.lines, "utf-16")
    return encode(
        [
            {"range": places.range(lens.range), "data": [0, lens.name, lens.kind]}
            for lens in code_lenses(document, ArtifactStates(snapshot))
        ]
    )


def test_only_an_entry_that_was_edited_is_worked_out_again() -> None:
    first = read_document("artifacts.yaml", "artifacts", "a: {}\nb:\n  type: x\nc: {}\n")
    second = read_document("artifacts.yaml", "artifacts", "a: {}\nb:\n  type: y\n\nc: {}\n", before=first)
    states = ArtifactStates(REGISTRIES[0])
    shown(first, states, FACTS[0], shifted=False)
    worked_out: list[str] = []

    def work_out(entry: Any) -> tuple[int, bytes]:
        worked_out.append(entry.name)
        return 0, b""

    basis = (states, 0, True, None)
    second.kept.lenses.of(second.entries, basis, work_out, lambda value, _line, _now: value)
    assert worked_out == ["b"]
    second.kept.lenses.of(second.entries, (object(), 0, True, None), work_out, lambda value, _line, _now: value)
    assert worked_out == ["b", "a", "b", "c"]
