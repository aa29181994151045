"""Inlay hints: the state of an artifact behind its key, for those who want no line above it."""

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.states import ArtifactStates
from gto_daemon.editor.values import InlayHint


def inlay_hints(document: ParsedDocument, states: ArtifactStates) -> list[InlayHint]:
    """Return the hints of all entries."""
    hints = []
    for entry in document.entries:
        state = states.of(entry.name)
        colon = document.text.find(":", entry.end)
        end = colon + 1 if colon >= 0 else entry.end
        hints.append(InlayHint(document.range(end, end), state.sentence, f"{entry.name}: {state.sentence}"))
    return hints
