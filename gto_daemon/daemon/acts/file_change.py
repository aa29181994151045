"""Replace a file of the repository by rename, so that a crash leaves the old one; never write outside of it."""

import os
import secrets
from itertools import takewhile
from pathlib import Path

from gto_daemon import platform
from gto_daemon.daemon.live.parsed_files import MAX_FILE
from gto_daemon.git.layout import Layout
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.errors import RegistryError


def content_of_file(place: Path) -> bytes | None:
    """Return what a file holds; None where it is not there.

    Raises:
        RegistryError: `UnreadableRepository`.

    """
    try:
        return read_regular_file(place, MAX_FILE)
    except OSError as error:
        raise _unwritable(place, error) from error


def writable_target(root: Path, layout: Layout, place: Path) -> Path:
    """Return the file to write for `place`: a link stays a link and its target is replaced, within the repository.

    The links and the `.gto`, which says where annotations are, come from the author of the repository.
    """
    root, target = root.resolve(), place.resolve()
    if target.is_relative_to(root):
        inside = {part.lower() for part in target.relative_to(root).parts}  # as on case-insensitive file systems
        if ".git" not in inside and not target.is_relative_to(layout.common):
            return target
    raise RegistryError(
        "UnreadableRepository",
        f"'{place}' cannot be written: it leads out of the files of the repository, to '{target}'",
        hint="Replace the link by a file, or change 'index' in .gto.",
        path=str(place),
    )


class FileChange:
    """A file to replace, and the folders to create for it, the innermost first.

    Args:
        place: where it is, or is to be.
        target: what is written: `place`, or what it links to.
        before: what it holds; None where it is not there.
        after: what it is to hold.

    """

    def __init__(self, place: Path, target: Path, before: bytes | None, after: bytes) -> None:
        self.place = place
        self.target = target
        self.before = before
        self.after = after
        self.folders = list(takewhile(lambda folder: not folder.exists(), target.parents))

    def make(self) -> None:
        """Write the file.

        Raises:
            RegistryError: `RegistryChanged`, `UnreadableRepository`; it is as it was.

        """
        self._replace(self.before, self.after)

    def take_back(self) -> None:
        """Restore the previous state.

        Raises:
            RegistryError: as `make`.

        """
        if self.before is not None:
            self._replace(self.after, self.before)
            return
        self._check(self.after)
        try:
            self.target.unlink()
            for folder in self.folders:
                folder.rmdir()
        except OSError as error:
            raise _unwritable(self.place, error) from error

    def _replace(self, before: bytes | None, after: bytes) -> None:
        target = self.target
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
                    if target.exists():
                        platform.copy_mode(file.fileno(), target.stat().st_mode)
                    file.write(after)
                    file.flush()
                    os.fsync(file.fileno())
                self._check(before)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.place, error) from error

    def _check(self, expected: bytes | None) -> None:
        if content_of_file(self.target) != expected:
            raise RegistryError(
                "RegistryChanged",
                f"{self.place.name} was changed by somebody else just now",
                hint="Try again.",
                retryable=True,
                clock="",
                moved=["file"],
                events=[],
            )


def _unwritable(place: Path, error: OSError) -> RegistryError:
    return RegistryError(
        "UnreadableRepository",
        f"'{place}' cannot be written: {error.strerror or error}",
        hint="Check its permissions, and those of its folder.",
        path=str(place),
    )
