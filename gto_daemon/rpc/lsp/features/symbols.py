"""`workspace/symbol`: the artifacts that are described in the folders of a workspace."""

from functools import partial
from typing import TYPE_CHECKING

from gto_daemon.editor.facts import OtherAnnotation
from gto_daemon.editor.symbols import workspace_symbols
from gto_daemon.protocol import JsonObject
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.schema.positions import PositionMapper
from gto_daemon.visible import visible

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.rpc.context import Context
    from gto_daemon.rpc.lsp.server.opened import OpenDocuments

_PACKAGE = 4


async def symbols_of(
    context: "Context",
    folders: list[str],
    query: str,
    documents: "OpenDocuments",
) -> list[JsonObject]:
    """Return the symbols of these folders, absolute paths."""
    worktrees: dict[str, Worktree] = {}
    for folder in folders:
        try:
            worktree = await context.worktree_at(folder)
        except RegistryError:
            # A folder without a repository has no artifacts.
            continue
        worktrees.setdefault(worktree.repo, worktree)
    found: list[JsonObject] = []
    files: dict[str, tuple[str, PositionMapper]] = {}

    def look(worktree: "Worktree", snapshot: Snapshot, annotated: list[tuple[str, OtherAnnotation]]) -> None:
        for name, sentence, location in workspace_symbols(snapshot, annotated, query):
            place = f"{worktree.repo}/{location.path}"
            if place not in files:
                file = documents.contents(worktree, location.path)
                files[place] = (file.uri, PositionMapper.of(file.text or "", file.encoding))
            uri, places = files[place]
            found.append(
                {
                    "name": visible(name),
                    "kind": _PACKAGE,
                    "containerName": visible(sentence),
                    "location": {"uri": uri, "range": places.range(location.range)},
                }
            )

    for worktree in worktrees.values():
        worktree.follow_files()
        try:
            snapshot = await worktree.fresh()
        except RegistryError:
            # It is gone since; the status of the server says so.
            continue
        annotated = await worktree.run(partial(_annotated, worktree))
        await documents.run(partial(look, worktree, snapshot, annotated))
    return found


def _annotated(worktree: "Worktree") -> list[tuple[str, OtherAnnotation]]:
    return [
        (name, OtherAnnotation(path, each, each.range))
        for path, file in worktree.disk().items()
        for name, each in file.annotations.items()
    ]
