"""Files of a commit, copied out."""

import os
from pathlib import Path

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout
from gto_daemon.git.objects import DIRECTORY, EXECUTABLE, LINK, Entry, MissingObjectError, ObjectReader
from gto_daemon.registry.errors import RegistryError

#: Names in a tree that lead out of a folder, or make a repository of it.
_NO_NAMES = (".", "..", ".git")
_LFS = b"version https://git-lfs.github.com/spec/"


def export(layout: Layout, commit: str, path: str, out: Path) -> list[str]:
    """Copy the file or folder `path` of a commit to `out`, where nothing is.

    Executable bits and symbolic links are kept; submodules are left out.

    Returns:
        The files that are only pointers of Git LFS, by their paths in the repository.

    Raises:
        RegistryError: `NoFile`, `UnreadableRepository`, `UnsupportedRepository`; a part may be there.
        OSError: `out` cannot be written; a part may be there.

    """
    reader = ObjectReader(layout, Counters())
    pointers: list[str] = []
    try:
        _write(reader, _found(reader, commit, path), path, out, pointers)
    except MissingObjectError as error:
        raise RegistryError(
            "NoFile",
            f"'{path}' of the commit {commit[:7]} is not all here: the object {error.oid} is missing or damaged",
            hint=f"In a partial clone fetch it: `git cat-file -p {error.oid}`; else `git fsck` tells more.",
            path=path,
        ) from error
    finally:
        reader.close()
    return pointers


def _found(reader: ObjectReader, commit: str, path: str) -> Entry:
    read = reader.commit(commit)
    entry = reader.entry(read[1].tree, path) if read else None
    if entry is None:
        raise RegistryError(
            "NoFile",
            f"Nothing found in '{path}' for the commit {commit[:7]}",
            hint="In a shallow or partial clone fetch the rest of it.",
            path=path,
        )
    return entry


def _hostile(path: str) -> RegistryError:
    return RegistryError(
        "NoFile",
        f"'{path}' is no name of a file, and Git checks it out neither",
        hint="Somebody made this commit to write where it should not; see `git fsck`.",
        path=path,
    )


def _write(reader: ObjectReader, found: Entry, path: str, out: Path, pointers: list[str]) -> None:
    if found.mode == DIRECTORY:
        out.mkdir()
        for name, entry in reader.entries(found.oid).items():
            # A submodule is a commit of another repository.
            if entry.is_file or entry.mode == DIRECTORY:
                if "/" in name or name.lower() in _NO_NAMES:
                    raise _hostile(f"{path}/{name}")
                _write(reader, entry, f"{path}/{name}", out / name, pointers)
    elif found.is_file:
        data = reader.blob(found.oid, None)
        if data is None:
            raise MissingObjectError(found.oid)
        if found.mode == LINK:
            out.symlink_to(os.fsdecode(data))
            return
        if data.startswith(_LFS):
            pointers.append(path)
        mode = 0o777 if found.mode == EXECUTABLE else 0o666
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
