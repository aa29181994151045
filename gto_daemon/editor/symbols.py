"""Symbols: the outline of a document, and the artifacts of a workspace."""

from collections.abc import Iterable

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.facts import OtherAnnotation
from gto_daemon.editor.rules_file import rules_symbols
from gto_daemon.editor.states import ArtifactStates, state_of
from gto_daemon.editor.values import Symbol, TextLocation
from gto_daemon.registry.annotations.nodes import Mapping, Scalar
from gto_daemon.registry.snapshot import Snapshot

#: Artifacts of one answer.
MAX_SYMBOLS = 500


def document_symbols(document: ParsedDocument, states: ArtifactStates) -> list[Symbol]:
    """Entries with their fields, or the settings of `.gto` or `.gtod.yaml`."""
    if document.kind == "config":
        return _settings(document)
    if document.kind == "rules":
        return rules_symbols(document)
    symbols = []
    for entry in document.entries:
        fields = tuple(
            Symbol(
                each.key,
                (each.text or "")[:80],
                "field",
                document.range(each.key_start, max(each.key_end, document.trimmed(each.value_end))),
                document.range(each.key_start, each.key_end),
            )
            for each in entry.fields
        )
        symbols.append(
            Symbol(
                entry.name,
                states.of(entry.name).sentence,
                "artifact",
                document.range(entry.start, max(entry.end, document.trimmed(entry.extent))),
                document.range(entry.start, entry.end),
                fields,
            )
        )
    return symbols


def _settings(document: ParsedDocument) -> list[Symbol]:
    root = document.root
    return [
        Symbol(
            key.text,
            "",
            "setting",
            document.range(key.start, max(key.end, document.trimmed(value.end))),
            document.range(key.start, key.end),
        )
        for key, value in (root.pairs() if isinstance(root, Mapping) else ())
        if isinstance(key, Scalar)
    ]


def workspace_symbols(
    snapshot: Snapshot, annotated: Iterable[tuple[str, OtherAnnotation]], query: str
) -> list[tuple[str, str, TextLocation]]:
    """Name, state and place of the annotated artifacts whose name has the characters of `query` in their order."""
    found = []
    for name, there in annotated:
        if _matches(query.lower(), name.lower()):
            place = TextLocation(there.path, there.range)
            found.append((name, state_of(snapshot, name).sentence, place))
            if len(found) >= MAX_SYMBOLS:
                break
    return found


def _matches(query: str, name: str) -> bool:
    letters = iter(name)
    return all(character in letters for character in query)
