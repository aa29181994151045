"""`workspace/symbol`: the artifacts that are described in the folders of a workspace."""

from typing import TYPE_CHECKING, Any

from gto_daemon.editor.facts import Elsewhere
from gto_daemon.editor.symbols import workspace_symbols
from gto_daemon.registry.annotations.positions import Lines
from gto_daemon.registry.errors import RegistryError
from gto_daemon.rpc.lsp.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable

    from gto_daemon.daemon.worktree import Worktree
    from gto_daemon.rpc.session import Session

_PACKAGE = 4


async def symbols_of(
    session: "Session",
    folders: list[str],
    query: str,
    encoding: str,
    text_of: "Callable[[Worktree, str], str | None]",
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
        places: dict[str, Places] = {}
        for name, sentence, location in workspace_symbols(snapshot, annotated, query):
            if location.path not in places:
                text = (text_of(worktree, location.path) or "").removeprefix("\ufeff")
                places[location.path] = Places(text, Lines(text), encoding)
            uri = (worktree.layout.config_root / location.path).as_uri()
            found.append(
                {
                    "name": name,
                    "kind": _PACKAGE,
                    "containerName": sentence,
                    "location": {"uri": uri, "range": places[location.path].range(location.range)},
                }
            )
    return found
