"""Where things lead: definitions, references and links."""

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import OtherAnnotation, WorkspaceFacts
from gto_daemon.editor.references import Reference, reference_at, references
from gto_daemon.editor.values import Link, TextLocation
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot

_TOP = Range(Position(0, 0), Position(0, 0))


def artifact_at(document: ParsedDocument, snapshot: Snapshot, position: Position) -> str | None:
    """Return the artifact whose key, or a reference to which, is at a position."""
    offset = document.offset(position)
    if document.kind == "references":
        found = reference_at(document, snapshot.index.artifacts, offset)
        return found.artifact if found else None
    entry = document.entry_at(offset)
    return entry.name if entry is not None and entry.start <= offset <= entry.end else None


def definition(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, position: Position
) -> list[TextLocation]:
    """From a reference to where the artifact is described; from a key or a path to the artifact's own file."""
    offset = document.offset(position)
    if document.kind == "references":
        name = artifact_at(document, snapshot, position)
        there = facts.elsewhere.get(name) if name is not None else None
        return [TextLocation(there.path, there.range)] if there is not None else []
    entry = document.entry_at(offset)
    if entry is None:
        return []
    field = entry.field("path")
    path = entry.home
    on_path = field is not None and field.key_start <= offset <= max(field.key_end, field.value_end)
    on_key = entry.start <= offset <= entry.end
    if path is None or path not in facts.present or not (on_key or on_path):
        return []
    return [TextLocation(path, _TOP)]


def references_of(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, position: Position
) -> list[TextLocation]:
    """Return every place that names the artifact: its keys in annotation files, and references to it in CI files."""
    name = artifact_at(document, snapshot, position)
    if name is None:
        return []
    own = [entry for entry in document.entries if entry.name == name]
    found = [TextLocation(document.path, document.range(entry.start, entry.end)) for entry in own]
    there = facts.elsewhere.get(name)
    if there is not None:
        found.append(TextLocation(there.path, there.range))
    found += [TextLocation(path, place) for path, place, artifact in facts.mentions if artifact == name]
    return found


def document_links(document: ParsedDocument, facts: WorkspaceFacts) -> list[Link]:
    """Return the paths that are there, URLs, and references to artifacts that are described."""
    if document.kind == "references":
        return [_described(found, facts.elsewhere[found.artifact]) for found in references(document, facts.elsewhere)]
    links = []
    for entry in document.entries:
        field = entry.field("path")
        if field is None or not field.text:
            continue
        place = document.range(field.value_start, document.trimmed(field.value_end))
        path = entry.home
        if path is not None and path in facts.present:
            links.append(Link(place, path, None, f"Open {path}"))
        elif field.text.startswith(("https://", "http://")):
            links.append(Link(place, None, field.text, "Open the artifact"))
    return links


def _described(found: Reference, other: OtherAnnotation) -> Link:
    return Link(found.range, other.path, None, f"Open {found.artifact}", other.range.start.line)
