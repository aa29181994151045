"""A document with the cursor in it: `at("churn:\n  ty|")`, and the features asked there."""

from typing import Any

from gto_daemon.editor.document import Kind, ParsedDocument, read_document
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.values import Diagnostic, FeatureSettings, TextEdit
from gto_daemon.registry.annotations import Annotation
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot
from tests.registry.small import made

PATHS: dict[Kind, str] = {
    "artifacts": "artifacts.yaml",
    "dvc": "dvc.yaml",
    "config": ".gto",
    "rules": ".gtod.yaml",
    "references": ".github/workflows/deploy.yml",
}

#: Two versions of `churn`, the first in prod; HEAD is a commit after both.
REGISTRY = ("churn@v1.0.0 1 100", "churn#prod#1 1 110", "churn@v1.1.0 2 200", "churn#dev#2 2 210")


def registry(*more: str, head: str = "3", **options: Any) -> Snapshot:
    return made(*REGISTRY, *more, head=head, **options)


def read(text: str, kind: Kind = "artifacts", path: str | None = None) -> ParsedDocument:
    return read_document(path or PATHS[kind], kind, text)


def at(text: str, kind: Kind = "artifacts", path: str | None = None) -> tuple[ParsedDocument, Position]:
    """The document without its `|`, and where that was."""
    before, found, after = text.partition("|")
    assert found, "no cursor"
    line = before.count("\n")
    return read(before + after, kind, path), Position(line, len(before.rpartition("\n")[2]))


def text_at(document: ParsedDocument, place: Range) -> str:
    return document.text[document.offset(place.start) : document.offset(place.end)]


def annotations_of(document: ParsedDocument) -> dict[str, Annotation]:
    """What a file says, by artifact, as if it were committed."""
    return {entry.name: entry.annotation for entry in document.entries if entry.annotation is not None}


def edited(document: ParsedDocument, edits: tuple[TextEdit, ...]) -> str:
    text = document.text
    for edit in sorted(edits, key=lambda each: document.offset(each.range.start), reverse=True):
        text = text[: document.offset(edit.range.start)] + edit.text + text[document.offset(edit.range.end) :]
    return text


def codes(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found]


NOTHING = WorkspaceFacts()
WANTED = FeatureSettings()
