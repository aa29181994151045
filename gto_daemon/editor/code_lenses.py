"""Code lenses: above each entry its state, and what can be done with it.

A file of a thousand artifacts has three thousand lenses, of which an editor shows some ten: where they are is told for
all of them, and what they say when it is asked for.
"""

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.states import ArtifactStates, StateTexts
from gto_daemon.editor.values import Command, Lens, LensKind
from gto_daemon.registry.tag_names import is_artifact_name

_READ: tuple[LensKind, ...] = ("state",)
_UNREGISTERED: tuple[LensKind, ...] = ("state", "register")
_REGISTERED: tuple[LensKind, ...] = ("state", "register", "assign")


def code_lenses(document: ParsedDocument, states: ArtifactStates, *, writable: bool = True) -> list[Lens]:
    """Return the lenses of an annotation file, from top to bottom."""
    return [lens for entry in document.entries for lens in entry_lenses(document, entry, states, writable=writable)]


def entry_lenses(
    document: ParsedDocument, entry: ArtifactEntry, states: ArtifactStates, *, writable: bool = True
) -> list[Lens]:
    """Return the lenses of one entry. They depend on nothing else of the document."""
    name, state = entry.name, states.of(entry.name)
    if state.artifact is None and not is_artifact_name(name):
        return []
    kinds = _READ if not writable else _UNREGISTERED if state.latest is None else _REGISTERED
    place = document.range(entry.start, entry.end)
    return [Lens(place, name, kind) for kind in kinds]


def lens_command(texts: StateTexts, name: str, kind: LensKind) -> Command:
    """Return what a lens says and does."""
    about = {"repo": texts.states.snapshot.repo, "name": name}
    if kind == "register":
        return Command("Register Version…", "gto.registerVersion", about)
    if kind == "assign":
        return Command("Assign Stage…", "gto.assignStage", {**about, "version": texts.states.of(name).latest})
    return Command(texts.of(name), "gto.revealArtifact", about)
