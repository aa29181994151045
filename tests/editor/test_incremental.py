"""A file that is read piece by piece says what it says when it is read as a whole."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gto_daemon.editor.document import ParsedDocument, read_document, read_whole
from gto_daemon.editor.folding import folding_ranges
from gto_daemon.editor.incremental import cut
from gto_daemon.registry.annotations.positions import Lines

LINES = st.sampled_from(
    [
        *("churn: {}", "b: {type: m}", "churn:", "'b':", '"c d":', "1: {}", "null:", "a: x", "a: [x,", "y]", "öl: {}"),
        *("a: b: c", "  type: model", "  path: 'x", "    y'", "  labels: [a, b]", "  labels:", "  - one", "- two"),
        *(
            "  custom: {k: {l: 1}}",
            "  description: |",
            "    text",
            "    more: text",
            "# comment",
            "  # inner",
            "",
            "  ",
        ),
        *("  typo: 1", "  type: 1", 'a: "x', 'z": {}', "? a", ": b", "---", "x: y", "  virtual: maybe", "a: >"),
        *("  folded", "{a: {}}", "a : {}", "[", "%x", "b: &x {}", "c: *x", "<<: {}", "a: {type: x}  # end", "  : x"),
        *("_: {}", "a-b: {}", "-a: {}", "a:\r", "k: \x85v: {}"),
    ]
)
TEXTS = st.builds(
    lambda lines, ending, last: ending.join(lines) + (ending if last else ""),
    st.lists(LINES, max_size=9),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.booleans(),
)


def said(document: ParsedDocument) -> Any:
    """All that features look at, with its places in the document."""
    entries = [
        (
            entry.name,
            entry.key,
            entry.start,
            entry.end,
            document.trimmed(entry.extent),
            entry.fields,
            entry.annotation.as_json() if entry.annotation is not None else None,
        )
        for entry in document.entries
    ]
    problems = sorted(
        (each.code, each.message, each.hint, str(each.range), each.artifact) for each in document.problems
    )
    return entries, problems, folding_ranges(document), document.is_whole


@settings(max_examples=1500, deadline=None)
@given(TEXTS, TEXTS)
@example("a: {}\n", "a: {}\nb: {}\n")
def test_pieces_say_what_the_whole_says(first: str, second: str) -> None:
    before = read_document("artifacts.yaml", "artifacts", first)
    after = read_document("artifacts.yaml", "artifacts", second, before=before)
    whole = read_whole("artifacts.yaml", "artifacts", "", second, Lines(second), None)
    assert said(after) == said(whole)


def test_only_what_changed_is_read_again() -> None:
    first = read_document("artifacts.yaml", "artifacts", "# top\na: {}\nb:\n  type: x\nc: {}\n")
    second = read_document("artifacts.yaml", "artifacts", "# top\na: {}\nb:\n  type: y\n\nc: {}\n", before=first)
    read = {id(entry.described) for entry in first.entries}
    assert [entry.name for entry in second.entries if id(entry.described) in read] == ["a", "c"]
    assert [entry.start for entry in second.entries] == [6, 12, 26]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {}\n",
        "a: *x\n",
        "a: {}\n---\n",
        "a:\tb\n",
        "<<: {}\n",
        "%YAML 1.1\n",
        "{a: {}}\n",
        "- a\n",
        "a: {}\na: {}\n",
        "",
    ],
)
def test_what_a_cut_could_get_wrong_is_not_cut(text: str) -> None:
    assert cut(text, Lines(text), None) is None
