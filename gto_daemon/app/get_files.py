"""`gtod get`: copy an artifact's files in the calling process, which may write where the daemon must not."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gto_daemon.app.destination import Destination
    from gto_daemon.git.export import Missed


def copy_out(repo: str, commit: str, path: str, out: Path) -> "Missed":
    """Copy `path` of a commit of the repository that `repo` is in to `out`, where nothing is; return what it lacks.

    Raises:
        CallError: there is no such file, or the repository cannot be read.
        OSError: `out` cannot be written.

    """
    from gto_daemon.client.errors import CallError
    from gto_daemon.git.export import export
    from gto_daemon.git.layout import find_layout
    from gto_daemon.registry.errors import RegistryError
    from gto_daemon.rpc.jsonrpc.errors import as_rpc_error

    try:
        return export(find_layout(repo), commit, path, out)
    except RegistryError as error:
        told = as_rpc_error(error, "get")
        raise CallError(told.code, told.message, told.data) from error


def files_lost(
    place: "Destination", call: Callable[[str, Mapping[str, Any]], Any], repo: str, name: str, path: str
) -> list[str]:
    """Return the files that are at a place, relative to it, and neither in the copy beside it nor in any commit.

    Args:
        place: where the copy is to go.
        call: the service.
        repo: the repository.
        name: the artifact, or a shortcut of it.
        path: where it lies in the repository; in other versions it may lie elsewhere.

    Raises:
        CallError: the registry cannot be read.
        OSError: the place cannot be read.

    """
    from gto_daemon.client.errors import CallError
    from gto_daemon.git.layout import find_layout
    from gto_daemon.git.replaceable import HistoryOfPath
    from gto_daemon.registry.errors import RegistryError
    from gto_daemon.registry.tag_names import parse_shortcut
    from gto_daemon.rpc.jsonrpc.errors import as_rpc_error

    def histories() -> Iterator[HistoryOfPath]:
        layout = find_layout(repo)
        yield HistoryOfPath(layout, path)
        params = {"repo": repo, "name": parse_shortcut(name).artifact, "deprecated": True}
        try:
            versions = call("gto/artifact", params)["versions"]
        except CallError as error:
            if error.data["kind"] != "ArtifactNotFound":
                raise
            versions = []  # described at the revision that was asked for, and registered nowhere
        for other in dict.fromkeys(version["path"] for version in versions):
            if other and other != path and "://" not in other:
                yield HistoryOfPath(layout, other)

    try:
        return place.lost(histories())
    except RegistryError as error:
        told = as_rpc_error(error, "get")
        raise CallError(told.code, told.message, told.data) from error
