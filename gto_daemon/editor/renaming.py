"""Rename: of an artifact that no tag is about yet. Tags cannot be renamed."""

from gto_daemon.editor.document import ParsedDocument
from gto_daemon.editor.entries import ArtifactEntry
from gto_daemon.editor.facts import WorkspaceFacts
from gto_daemon.editor.states import state_of
from gto_daemon.editor.values import FileEdit, TextEdit
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Position, Range
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_stage_name


def renamable(document: ParsedDocument, snapshot: Snapshot, position: Position) -> tuple[Range, str] | None:
    """Return what can be renamed at a position and how it is called; None for nothing.

    Raises:
        RegistryError: `ArtifactHasTags`.

    """
    entry = _entry(document, position)
    if entry is None:
        return None
    _refuse_tagged(snapshot, entry.name)
    return document.range(entry.start, entry.end), entry.key


def renamed(
    document: ParsedDocument, snapshot: Snapshot, facts: WorkspaceFacts, position: Position, new: str
) -> FileEdit | None:
    """Return the edit that renames the artifact, None where there is nothing to rename.

    Raises:
        RegistryError: `ArtifactHasTags`, `ValidationError`, `WrongArgs`.

    """
    entry = _entry(document, position)
    if entry is None:
        return None
    _refuse_tagged(snapshot, entry.name)
    if not is_stage_name(new):
        raise RegistryError(
            "ValidationError",
            f"'{new}' is no name for an artifact",
            hint="Names have letters, digits, '-', '_' and '/', and begin and end with a letter or digit.",
            value=new,
        )
    full = f"{document.directory}:{new}" if document.directory else new
    if full != entry.name and (any(other.name == full for other in document.entries) or full in facts.elsewhere):
        raise RegistryError(
            "WrongArgs", f"'{full}' is described already", hint="Choose another name.", reason="newName"
        )
    _refuse_tagged(snapshot, full)
    return FileEdit(document.path, (TextEdit(document.range(entry.start, entry.end), new),))


def _entry(document: ParsedDocument, position: Position) -> ArtifactEntry | None:
    offset = document.offset(position)
    entry = document.entry_at(offset)
    return entry if entry is not None and entry.start <= offset <= entry.end else None


def _refuse_tagged(snapshot: Snapshot, name: str) -> None:
    if not state_of(snapshot, name).has_tags:
        return
    count = len(snapshot.index.refs.get(name, ()))
    raise RegistryError(
        "ArtifactHasTags",
        f"{name} has {count} {'tag' if count == 1 else 'tags'}. Tags cannot be renamed",
        hint="Register under the new name and deprecate the old one.",
        artifact=name,
        tags=count,
    )
