"""The directory of a site: each file is written beside its place and takes it whole.

`gtod-site.json` in it names the files that are gtod's. Only those are replaced and deleted, and it names a file before
the file is there: whatever ends the process, the next one knows what is its own.
"""

import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gto_daemon import platform
from gto_daemon.app.destination import git_directory_above
from gto_daemon.git.regular_files import read_regular_file

MANIFEST = "gtod-site.json"
_FORMAT = 1
_MAX_MANIFEST = 64 << 20
_LOCK, _NEW = ".gtod-site.lock", ".gtod-site.new"
#: The only paths that a site has; whatever else a manifest names was not written by gtod.
_OURS = re.compile(r"(?:(?:assets|artifacts|plots)/)?[\w~-]+(?:\.{1,2}[\w~-]+)*", re.ASCII)


class UnsuitableDirectoryError(Exception):
    """The site cannot be written there: the message says why, `hint` what to do instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def write_site(out: str, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a site, in place of the former one if there is one.

    Args:
        out: the directory, as the user wrote it.
        files: what the site consists of, by path; the order is kept.

    Raises:
        UnsuitableDirectoryError: the directory has files that are not gtod's, or is among Git's own.
        OSError: it cannot be written.

    """
    made = list(files)
    directory = Path(out)
    git = git_directory_above(Path(os.path.realpath(out)))
    if git is not None:
        raise UnsuitableDirectoryError(
            f"'{out}' is in the repository '{git}' itself, among Git's own files",
            "Give a place outside of it with --out.",
        )
    former = _former(directory, out)
    directory.mkdir(parents=True, exist_ok=True)
    with _locked(directory, out):
        paths = {path for path, _ in made}
        _check_places(directory, out, paths, former)
        _put(directory, MANIFEST, _manifest(paths | former))
        for path, content in made:
            (directory / path).parent.mkdir(exist_ok=True)
            _put(directory, path, content)
        for path in former - paths:
            (directory / path).unlink(missing_ok=True)
        for folder in {Path(path).parent for path in former - paths} - {Path()}:
            with suppress(OSError):  # others are in it
                (directory / folder).rmdir()
        _put(directory, MANIFEST, _manifest(paths))


def _former(directory: Path, out: str) -> set[str]:
    """Return the paths of the site that is there."""
    try:
        there = sorted(each.name for each in directory.iterdir() if each.name not in (_LOCK, _NEW))
    except FileNotFoundError:
        return set()
    except NotADirectoryError as error:
        raise UnsuitableDirectoryError(f"'{out}' is not a directory", "Give a directory with --out.") from error
    if not there:
        return set()
    paths = _read_manifest(directory / MANIFEST)
    if paths is None:
        shown = ", ".join(there[:3]) + (", …" if len(there) > 3 else "")
        raise UnsuitableDirectoryError(
            f"'{out}' has files that are not of a site made by gtod: {shown}",
            f"Give an empty or new directory, such as: --out {shlex.quote(str(Path(out) / 'site'))}",
        )
    return paths


def _read_manifest(path: Path) -> set[str] | None:
    """Return the paths that a manifest names; None where there is no manifest."""
    try:
        text = None if path.is_symlink() else read_regular_file(path, _MAX_MANIFEST)
    except OSError:
        # What is no manifest names nothing, and nothing that is there is gtod's then.
        return None
    if text is None:
        return None
    try:
        manifest = json.loads(text)
        if manifest["format"] != _FORMAT:
            return None
        return {path for path in manifest["files"] if isinstance(path, str) and _OURS.fullmatch(path)}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _manifest(paths: set[str]) -> bytes:
    return (json.dumps({"format": _FORMAT, "files": sorted(paths)}, indent=0) + "\n").encode()


def _check_places(directory: Path, out: str, paths: set[str], former: set[str]) -> None:
    """Refuse before anything is written, where a file would be replaced that is not gtod's."""
    for folder in sorted({Path(path).parent for path in paths | former}):
        place = directory / folder
        if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()) and place != directory:
            raise UnsuitableDirectoryError(
                f"'{place}' is not a folder of the site", "Move it away, or give another --out."
            )
    for path in sorted(paths - former):
        if not _OURS.fullmatch(path):
            raise ValueError(path)
        if os.path.lexists(directory / path):
            raise UnsuitableDirectoryError(
                f"'{Path(out) / path}' was not written by gtod, and would be replaced",
                "Move it away, or give another --out.",
            )


def _put(directory: Path, path: str, content: bytes) -> None:
    new = directory / _NEW
    with suppress(FileNotFoundError):
        new.unlink()
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        new.replace(directory / path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def _locked(directory: Path, out: str) -> Iterator[None]:
    path = directory / _LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | platform.NOFOLLOW, 0o666)
    if not platform.try_lock(descriptor):
        os.close(descriptor)
        raise UnsuitableDirectoryError(
            f"Another gtod writes its site to '{out}'", "Wait until it has ended, or give another --out."
        )
    try:
        yield
    finally:
        platform.release_lock(path, descriptor)
