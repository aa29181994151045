"""Quick fixes: for a diagnostic, the edits that fix it."""

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.fields import FIELDS
from gto_daemon.editor.values import CodeAction, Diagnostic, FileEdit, TextEdit
from gto_daemon.registry.annotations.editing import CannotEditError, Edit, Editor
from gto_daemon.registry.annotations.emission import emitted
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.config import CONFIG_FILE
from gto_daemon.registry.problems import Range
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_stage_name

KIND = "quickfix"
#: Suggestions for one word.
_MAX_NEAR = 3

_Fix = Callable[[ParsedDocument, Diagnostic, Snapshot, WorkspaceFacts], Iterator[CodeAction]]


def quick_fixes(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, facts: WorkspaceFacts, config: str | None
) -> list[CodeAction]:
    """Return the fixes of a diagnostic.

    Args:
        document: where it is.
        diagnostic: what is wrong.
        snapshot: for the stages and types that are allowed.
        facts: for the paths that are there.
        config: the text of `.gto`, None for none.

    """
    fix = FIXES.get(diagnostic.code)
    found = list(fix(document, diagnostic, snapshot, facts)) if fix is not None else []
    found += _additions(document, diagnostic, snapshot, config)
    return found


def _change(
    document: ParsedDocument, diagnostic: Diagnostic, title: str, text: str, *, preferred: bool = False
) -> CodeAction:
    edit = FileEdit(document.path, (TextEdit(diagnostic.range, text),))
    return CodeAction(title=title, kind=KIND, edits=(edit,), preferred=preferred, mends=diagnostic)


def _name(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    word = (diagnostic.subject or "").rpartition(":")[2]
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    mended = re.sub(r"[^A-Za-z0-9/_-]+", "-", plain).strip("-_/")
    taken = {entry.key for entry in document.entries} | set(facts.elsewhere)
    if is_stage_name(mended) and mended != word and mended not in taken:
        yield _change(document, diagnostic, f"Rename to '{mended}'", mended, preferred=True)


def _unknown_field(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    word = diagnostic.subject or ""
    known = FIELDS[document.kind]
    entry = next((each for each in document.entries if each.name == diagnostic.artifact), None)
    field = entry.field(word) if entry is not None else None
    if field is None or entry is None:
        return
    place = document.range(field.key_start, field.key_end)
    there = {each.key for each in entry.fields}
    for near in difflib.get_close_matches(word, [name for name in known if name not in there], 1):
        edit = FileEdit(document.path, (TextEdit(place, near),))
        yield CodeAction(title=f"Rename to '{near}'", kind=KIND, edits=(edit,), preferred=True, mends=diagnostic)
    removed = _removed(document, entry, word)
    if removed is not None:
        edit = FileEdit(document.path, (TextEdit(removed, ""),))
        yield CodeAction(title=f"Remove '{word}'", kind=KIND, edits=(edit,), mends=diagnostic)


def _removed(document: ParsedDocument, entry: ArtifactEntry, key: str) -> Range | None:
    """Return the lines of a field, where it has lines of its own."""
    place = next((at for at, each in enumerate(entry.fields) if each.key == key), None)
    if place is None or len(entry.fields) == 1:
        return None
    field = entry.fields[place]
    start, _ = document.lines.line_of(field.key_start)
    if document.text[start : field.key_start].strip():
        return None
    _, end = document.lines.line_of(document.trimmed(max(field.key_end, field.value_end)) - 1)
    return document.range(start, end)


def _type(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    for near in _nearest(diagnostic.subject or "", snapshot.config.types or ()):
        yield _change(document, diagnostic, f"Change type to '{near}'", near, preferred=True)


def _stage(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    if document.kind != "references":
        return
    artifact, found, stage = (diagnostic.subject or "").partition("#")
    for near in _nearest(stage.partition("#")[0], snapshot.config.stages or ()) if found else ():
        yield _change(document, diagnostic, f"Change stage to '{near}'", f"{artifact}#{near}", preferred=True)


def _version(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    artifact = snapshot.index.artifacts.get(diagnostic.artifact or "")
    name = (diagnostic.subject or "").partition("@")[0]
    if artifact is not None and artifact.latest is not None:
        version = artifact.latest.name
        yield _change(document, diagnostic, f"Change version to '{version}'", f"{name}@{version}", preferred=True)


def _path(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    path = diagnostic.subject or ""
    yield CodeAction(title=f"Create file {path}", kind=KIND, edits=(FileEdit(path, (), create=True),), mends=diagnostic)
    for near in difflib.get_close_matches(path, sorted(facts.nearby), _MAX_NEAR):
        written = posixpath.relpath(near, document.directory) if document.directory else near
        yield _change(document, diagnostic, f"Change path to {written}", emitted(written), preferred=True)


def _duplicate(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    offset = document.offset(diagnostic.range.start)
    entry = next((each for each in document.entries if each.start == offset), None)
    if entry is None:
        return
    start, _ = document.lines.line_of(entry.start)
    if document.text[start : entry.start].strip():
        return
    _, end = document.lines.line_of(document.trimmed(max(entry.end, entry.extent)) - 1)
    edit = FileEdit(document.path, (TextEdit(document.range(start, end), ""),))
    yield CodeAction(title=f"Remove this '{entry.key}'", kind=KIND, edits=(edit,), mends=diagnostic)


def _tab(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    if document.text[document.offset(diagnostic.range.start) :][:1] == "\t":
        yield _change(document, diagnostic, "Replace the tab with a space", " ", preferred=True)


def _missing_field(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    name = diagnostic.artifact or ""
    key = name.removeprefix(f"{document.directory}:") if document.directory else name
    try:
        edits = Editor(document.text, "artifacts").set(key, {"path": key})
    except CannotEditError:
        return
    yield CodeAction(
        title=f"Add 'path: {key}'",
        kind=KIND,
        edits=(FileEdit(document.path, tuple(_text_edits(document, edits))),),
        mends=diagnostic,
    )


def _text_edits(document: ParsedDocument, edits: list[Edit]) -> Iterator[TextEdit]:
    for edit in edits:
        yield TextEdit(document.range(edit.start, edit.end), edit.text)


def _additions(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, config: str | None
) -> Iterator[CodeAction]:
    """Yield a stage or type that `.gto` is to allow from now on."""
    if diagnostic.code == "type-not-allowed":
        key, word, now = "types", diagnostic.subject or "", snapshot.config.types
    elif diagnostic.code == "stage-not-allowed":
        subject = diagnostic.subject or ""
        word = subject if document.kind == "config" else subject.partition("#")[2].partition("#")[0].rstrip("!")
        key, now = "stages", document.config.stages if document.config is not None else snapshot.config.stages
    else:
        return
    text = document.text if document.kind == "config" else config
    if text is None or now is None or not is_stage_name(word):
        return
    try:
        edits = Editor(text, None).append(key, word)
    except CannotEditError:
        return
    lines = Lines(text)
    changes = tuple(TextEdit(lines.range(edit.start, edit.end), edit.text) for edit in edits)
    yield CodeAction(
        title=f"Add '{word}' to allowed {key} in .gto",
        kind=KIND,
        edits=(FileEdit(CONFIG_FILE, changes),),
        mends=diagnostic,
    )


def _nearest(word: str, words: tuple[str, ...]) -> list[str]:
    return difflib.get_close_matches(word, words, 1, cutoff=0.5) or list(words[:_MAX_NEAR])


def _replacement(
    document: ParsedDocument, diagnostic: Diagnostic, _snapshot: Snapshot, _facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    near = document.rules.replacements.get(diagnostic.range, ()) if document.rules is not None else ()
    for place, word in enumerate(near):
        yield _change(document, diagnostic, f"Change to '{word}'", emitted(word), preferred=not place)


def _role(
    document: ParsedDocument, diagnostic: Diagnostic, snapshot: Snapshot, facts: WorkspaceFacts
) -> Iterator[CodeAction]:
    yield from _replacement(document, diagnostic, snapshot, facts)
    start, end = (document.offset(place) for place in diagnostic.range)
    role = document.text[start:end].strip("\"'")
    try:
        edits = Editor(document.text, "roles").add(role, [])
    except CannotEditError:
        return
    yield CodeAction(
        title=f"Define the role '{role}'",
        kind=KIND,
        edits=(FileEdit(document.path, tuple(_text_edits(document, edits))),),
        mends=diagnostic,
    )


#: What is offered for the findings of each code.
FIXES: dict[str, _Fix] = {
    "invalid-name": _name,
    "unknown-field": _unknown_field,
    "type-not-allowed": _type,
    "stage-not-allowed": _stage,
    "unknown-version": _version,
    "missing-path": _path,
    "duplicate-artifact": _duplicate,
    "tab": _tab,
    "missing-field": _missing_field,
    "unknown-key": _replacement,
    "unknown-role": _role,
    "wrong-rules": _replacement,
    "wrong-evidence": _replacement,
    "lone-stage": _replacement,
}
