"""What a fleet's file names, found on this machine: paths made absolute, globs written out, names given."""

import fnmatch
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gto_daemon.git.fingerprint import Fingerprint
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.format import REPOSITORY
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.values import MAX_ENTRIES, MAX_FLEET_FILE, FleetConfig, FleetEntry
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.shapes.reading import fits_shape

#: Folders that a glob may come by.
_MAX_FOLDERS: Final = 16_384
_MAGIC: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class FleetPlace:
    """A repository of the fleet as its file names it: `path` is absolute, or None if `entry` has a URL."""

    name: str
    path: str | None
    entry: FleetEntry


@dataclass(frozen=True, slots=True)
class FleetPlaces:
    """What a file names.

    Attributes:
        config: what the file says.
        places: the repositories, in the order of the file; what a glob finds is sorted.
        problems: what is wrong.
        fingerprint: the file, and the folders that its globs looked into.

    """

    config: FleetConfig
    places: tuple[FleetPlace, ...]
    problems: tuple[Problem, ...]
    fingerprint: Fingerprint

    def holds(self) -> bool:
        """Return whether it surely is what would be found now."""
        return not self.fingerprint.racy and self.fingerprint.holds()


def find_places(file: Path, *, own: bool) -> FleetPlaces:
    """Read a fleet's file, and find what it names. Not on an event loop.

    Args:
        file: its path. If there is none, and it is the user's own, the fleet has no repositories.
        own: whether it is the file in the user's configuration.

    Raises:
        RegistryError: `FleetUnreadable`.

    """
    fingerprint = Fingerprint.of([str(file)])
    try:
        text = read_regular_file(file, MAX_FLEET_FILE)
    except OSError as error:
        raise unreadable(file, f"cannot be read: {error.strerror or error}") from error
    if text is None and not own:
        raise unreadable(file, "does not exist")
    read = read_fleet(text or b"", str(file), own=own)
    finder = _Finder(file)
    places = tuple(finder.places(read.config.repositories))
    return FleetPlaces(
        read.config,
        places,
        (*read.problems, *finder.problems),
        fingerprint + Fingerprint.of(finder.looked_into),
    )


def unreadable(file: Path, reason: str) -> RegistryError:
    """Return the refusal of whatever needs a file that cannot be read."""
    return RegistryError(
        "FleetUnreadable",
        f"The fleet's file '{file}' {reason}",
        hint=f"Name a file of at most {MAX_FLEET_FILE} bytes that you may read.",
        path=str(file),
    )


class _Finder:
    def __init__(self, file: Path) -> None:
        self._file = file
        self.problems: list[Problem] = []
        self.looked_into: dict[str, None] = {}

    def places(self, entries: Iterable[FleetEntry]) -> Iterator[FleetPlace]:
        entries = list(entries)
        taken = {entry.name for entry in entries if entry.name is not None}
        named = {self._absolute(entry.path) for entry in entries if entry.path is not None and not entry.is_glob}
        count = 0
        for entry in entries:
            found: list[tuple[str, str | None]]
            if entry.name is not None:
                found = [(entry.name, None if entry.path is None else self._absolute(entry.path))]
            elif entry.path is None:
                found = [(_last_part(entry.url or ""), None)]
            elif entry.is_glob:
                paths = self._written_out(self._absolute(entry.path))
                found = [(_last_part(each), each) for each in paths if each not in named]
            else:
                absolute = self._absolute(entry.path)
                found = [(_last_part(absolute), absolute)]
            for name, path in found:
                count += 1
                if count > MAX_ENTRIES:
                    self._problem(entry, f"The fleet has more than {MAX_ENTRIES} repositories.", "Name fewer.")
                    return
                if entry.name is None and not self._is_free(name, path, entry, taken):
                    continue
                taken.add(name)
                yield FleetPlace(name, path, entry)

    def _is_free(self, name: str, path: str | None, entry: FleetEntry, taken: set[str]) -> bool:
        """Return whether a repository may have the name of its folder; else there is a problem."""
        if not fits_shape(REPOSITORY, name) or len(name) > REPOSITORY.most:
            reason = f"'{path or entry.url}' cannot have the last part of its path for a name."
        elif name in taken:
            reason = f"There is another repository with the name '{name}' than '{path or entry.url}'."
        else:
            return True
        where = f"path: {path}" if path is not None else "this url"
        self._problem(entry, reason, f"Write an entry with {where}, and a 'name' of its own.")
        return False

    def _absolute(self, path: str) -> str:
        # A path without `.` and `..`, so that the same one is not named twice.
        return os.path.normpath(self._file.parent / Path(path).expanduser())

    def _written_out(self, pattern: str) -> list[str]:
        """Return the repositories that a glob finds."""
        first, *parts = Path(pattern).parts
        found = [first]
        for part in parts:
            if _MAGIC & set(part):
                found = [path for folder in found for path in self._matches(folder, part)]
            else:
                found = [f"{folder.rstrip('/')}/{part}" for folder in found]
        repositories = []
        for path in found:
            if _is_repository(path):
                repositories.append(path)
            elif Path(path).is_dir():
                # One may be made in it.
                self._look_into(path)
        return sorted(repositories)

    def _matches(self, folder: str, pattern: str) -> Iterator[str]:
        if not self._look_into(folder):
            return
        try:
            names = [each.name for each in os.scandir(folder)]
        except OSError:
            return
        for name in fnmatch.filter(names, pattern):
            if pattern.startswith(".") or not name.startswith("."):
                yield f"{folder.rstrip('/')}/{name}"

    def _look_into(self, folder: str) -> bool:
        if len(self.looked_into) < _MAX_FOLDERS:
            self.looked_into[folder] = None
        return folder in self.looked_into

    def _problem(self, entry: FleetEntry, message: str, hint: str) -> None:
        path = str(self._file)
        problem = Problem(
            code="wrong-fleet", severity="error", message=message, hint=hint, path=path, range=entry.place
        )
        self.problems.append(problem)


def _last_part(path: str) -> str:
    """Return the last part of a path or URL, without `.git`."""
    return path.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git")


def _is_repository(path: str) -> bool:
    """Return whether a folder looks like a checkout or a bare repository."""
    folder = Path(path)
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())
