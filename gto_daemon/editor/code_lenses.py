"""Code lenses: above each entry its state, and what can be done with it."""

from gto_daemon.editor.document import Document
from gto_daemon.editor.states import State, state_of
from gto_daemon.editor.values import Command, Lens
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_artifact_name


def code_lenses(document: Document, snapshot: Snapshot, *, writable: bool = True) -> list[Lens]:
    """The lenses of an annotation file, from top to bottom."""
    lenses: list[Lens] = []
    for entry in document.entries:
        if not is_artifact_name(entry.name):
            continue
        state = state_of(snapshot, entry.name)
        place = document.range(entry.start, entry.end)
        lenses.extend(Lens(place, command) for command in _commands(snapshot.repo, state, writable=writable))
    return lenses


def _commands(repo: str, state: State, *, writable: bool) -> list[Command]:
    about = {"repo": repo, "name": state.name}
    commands = [Command(state.sentence, "gto.revealArtifact", about)]
    if writable:
        commands.append(Command("Register version…", "gto.registerVersion", about))
        if state.latest is not None:
            commands.append(Command("Assign stage…", "gto.assignStage", {**about, "version": state.latest}))
    return commands
