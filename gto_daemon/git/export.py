"""Files of a commit, copied out: whole, or not at all."""

import os
import secrets
import shutil
from pathlib import Path

import pygit2

from gto_daemon.git.layout import Layout
from gto_daemon.registry.errors import RegistryError

_LFS = b"version https://git-lfs.github.com/spec/"


def export(layout: Layout, commit: str, path: str, out: Path) -> list[str]:
    """Copy the file or folder `path` of a commit to `out`, in the place of what is there.

    Executable bits and symbolic links are kept; submodules are left out.

    Returns:
        The files that are only pointers of Git LFS, by their paths in the repository.

    Raises:
        RegistryError: `NoFile`, `UnreadableRepository`.
        OSError: `out` cannot be written; it is as it was.

    """
    try:
        repository = pygit2.Repository(os.fspath(layout.git_dir))
        found = repository[commit].peel(pygit2.Tree)[path]
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise RegistryError(
            "NoFile",
            f"Nothing found in '{path}' for the commit {commit[:7]}",
            hint="In a shallow or partial clone fetch the rest of it.",
            path=path,
        ) from error
    pointers: list[str] = []
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        _write(found, path, beside, pointers)
        if out.is_dir() and not out.is_symlink():
            shutil.rmtree(out)
        beside.replace(out)
    finally:
        if beside.is_dir() and not beside.is_symlink():
            shutil.rmtree(beside)
        else:
            beside.unlink(missing_ok=True)
    return pointers


def _check_name(name: str, folder: str) -> None:
    """Refuse a name that Git itself would not check out. Objects can be made by hand, and libgit2 does not look."""
    if name in (".", "..") or name.lower() == ".git" or Path(name).name != name:
        raise RegistryError(
            "NoFile",
            f"'{folder}' cannot be copied out: it holds an entry named '{name}', which leads out of it",
            hint="Somebody made this by hand. See: git fsck.",
            path=folder,
        )


def _write(found: pygit2.Object, path: str, out: Path, pointers: list[str]) -> None:
    if isinstance(found, pygit2.Tree):
        out.mkdir()
        for entry in found:
            # A submodule is a commit of another repository.
            if entry.name is not None and entry.type_str != "commit":
                _check_name(entry.name, path)
                _write(entry, f"{path}/{entry.name}", out / entry.name, pointers)
    elif isinstance(found, pygit2.Blob):
        if found.filemode == pygit2.enums.FileMode.LINK:
            out.symlink_to(os.fsdecode(found.data))
            return
        if found.data.startswith(_LFS):
            pointers.append(path)
        executable = found.filemode == pygit2.enums.FileMode.BLOB_EXECUTABLE
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if executable else 0o666), "wb"
        ) as file:
            file.write(found.data)
