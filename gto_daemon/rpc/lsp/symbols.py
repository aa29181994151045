"""`workspace/symbol`: the artifacts that are described in the folders of a workspace."""

from typing import TYPE_CHECKING, Any

from gto_daemon.editor.facts import Elsewhere
from gto_daemon.editor.symbols import workspace_symbols
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.lsp.places import Places

if TYPE_CHECKING:
    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.lsp.opened import OpenDocuments
    from gto_daemon.rpc.session import Session

_PACKAGE = 4


async def symbols_of(
    session: "Session",
    folders: list[str],
    query: str,
    documents: "OpenDocuments",
) -> list[dict[str, Any]]:
    """The symbols of these folders, absolute paths."""
    worktrees: dict[str, Worktree] = {}
    for folder in folders:
        try:
            worktree = await session.worktree_at(folder)
        except RegistryError:
            # A folder without a repository has no artifacts.
            continue
        worktrees.setdefault(worktree.repo, worktree)
    found: list[dict[str, Any]] = []
    for worktree in worktrees.values():
        worktree.follow_files()
        try:
            snapshot = await worktree.fresh()
        except RegistryError:
            # It is gone since; the status of the server says so.
            continue
        annotated = [
            (name, Elsewhere(path, each, each.range))
            for path, file in worktree.disk().items()
            for name, each in file.annotations.items()
        ]
        files: dict[str, tuple[str, Places]] = {}
        for name, sentence, location in workspace_symbols(snapshot, annotated, query):
            if location.path not in files:
                file = documents.contents(worktree, location.path)
                files[location.path] = (file.uri, Places.of(file.text or "", file.encoding))
            uri, places = files[location.path]
            found.append(
                {
                    "name": name,
                    "kind": _PACKAGE,
                    "containerName": sentence,
                    "location": {"uri": uri, "range": places.range(location.range)},
                }
            )
    return found
