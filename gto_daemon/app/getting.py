"""`gtod get`: an artifact's files, copied out by the calling process, which may write where the daemon must not."""

from pathlib import Path


def copy_out(repo: str, commit: str, path: str, out: str) -> list[str]:
    """Copy `path` of a commit of the repository that `repo` is in to `out`.

    Returns:
        The files that are only pointers of Git LFS.

    Raises:
        CallError: there is no such file, or the repository cannot be read.
        OSError: `out` cannot be written.

    """
    from gto_daemon.client.errors import CallError
    from gto_daemon.git.export import export
    from gto_daemon.git.layout import find_layout
    from gto_daemon.registry.errors import RegistryError
    from gto_daemon.rpc.errors import as_rpc_error

    try:
        return export(find_layout(repo), commit, path, Path(out))
    except RegistryError as error:
        told = as_rpc_error(error, "get")
        raise CallError(told.code, told.message, told.data) from error
