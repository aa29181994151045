"""Files of a commit, copied out."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from gto_daemon.git.counters import Counters
from gto_daemon.git.layout import Layout
from gto_daemon.git.objects import DIRECTORY, EXECUTABLE, GITLINK, LINK, MissingObjectError, ObjectReader, TreeEntry
from gto_daemon.registry.errors import RegistryError

#: Names in a tree that lead out of a folder, or make a repository of it.
_NO_NAMES = (".", "..", ".git")
_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class Missed:
    """What a copy has not, by paths in the repository.

    Attributes:
        pointers: files that are only pointers of Git LFS.
        submodules: folders that are commits of other repositories.

    """

    pointers: list[str] = field(default_factory=list)
    submodules: list[str] = field(default_factory=list)


def export(layout: Layout, commit: str, path: str, out: Path) -> Missed:
    """Copy the file or folder `path` of a commit to `out`, where nothing is.

    Executable bits and symbolic links are kept; submodules are left out.

    Raises:
        RegistryError: `NoFile`, `UnreadableRepository`, `UnsupportedRepository`; a part may be there.
        OSError: `out` cannot be written; a part may be there.

    """
    reader = ObjectReader(layout, Counters())
    missed = Missed()
    try:
        _write(reader, _found(reader, commit, path), path, out, missed)
    except MissingObjectError as error:
        raise RegistryError(
            "NoFile",
            f"'{path}' of the commit {commit[:7]} is not all here: the object {error.oid} is missing or damaged",
            hint=f"In a partial clone fetch it: `git cat-file -p {error.oid}`; else `git fsck` tells more.",
            path=path,
        ) from error
    finally:
        reader.close()
    return missed


def _found(reader: ObjectReader, commit: str, path: str) -> TreeEntry:
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


def _write(reader: ObjectReader, found: TreeEntry, path: str, out: Path, missed: Missed) -> None:
    if found.mode == DIRECTORY:
        out.mkdir()
        for name, entry in reader.entries(found.oid).items():
            if entry.mode == GITLINK:
                missed.submodules.append(f"{path}/{name}")
            if entry.is_file or entry.mode == DIRECTORY:
                if "/" in name or name.lower() in _NO_NAMES:
                    raise _hostile(f"{path}/{name}")
                _write(reader, entry, f"{path}/{name}", out / name, missed)
    elif found.is_file:
        data = reader.blob(found.oid, None)
        if data is None:
            raise MissingObjectError(found.oid)
        if found.mode == LINK:
            out.symlink_to(os.fsdecode(data))
            return
        if data.startswith(_LFS):
            missed.pointers.append(path)
        mode = 0o777 if found.mode == EXECUTABLE else 0o666
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
