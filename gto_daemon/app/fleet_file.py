"""The user's own fleet file, or another: read, checked and changed, by a command in its own process."""

import functools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from gto_daemon.client.errors import CallError
from gto_daemon.daemon.fleet.fleets import fleet_file
from gto_daemon.daemon.fleet.places import find_places, unreadable
from gto_daemon.daemon.fleet.remote_source import RemoteSource
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.protocol import results
from gto_daemon.registry.annotations.editing import CannotEditError
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.editing import with_entry, without_entry
from gto_daemon.registry.fleet.reading import read_fleet
from gto_daemon.registry.fleet.values import MAX_FLEET_FILE, FleetEntry
from gto_daemon.rpc.jsonrpc.errors import REQUEST_FAILED

P = ParamSpec("P")
R = TypeVar("R")


def _as_over_the_socket(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function refuse as the daemon does."""

    @functools.wraps(function)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except RegistryError as error:
            raise CallError(REQUEST_FAILED, error.message, error.as_json()) from error

    return refusing


class FleetRow(NamedTuple):
    """A repository that a file names: its name, its path or URL, and how many seconds ago a remote was last seen."""

    name: str
    path: str | None
    url: str | None
    seen: float | None


class FleetFileContent(NamedTuple):
    """What a file says: its path, the repositories, and what is wrong."""

    path: str
    repositories: list[FleetRow]
    problems: list[results.Problem]


@_as_over_the_socket
def read(given: str | None) -> FleetFileContent:
    """Return what a file says; None for the user's own.

    Raises:
        CallError: `FleetUnreadable`.

    """
    path, own = fleet_file(given, os.environ)
    found = find_places(path, own=own)
    rows = [FleetRow(each.name, each.path, each.entry.url, _seen(each.entry)) for each in found.places]
    return FleetFileContent(str(path), rows, [each.as_json() for each in found.problems])


def _seen(entry: FleetEntry) -> float | None:
    """Return how many seconds ago any process of this user last saw a remote."""
    age = None if entry.url is None else RemoteSource.of(entry, None, None).age()
    return None if age is None else round(age, 1)


@_as_over_the_socket
def add(given: str | None, fields: dict[str, str]) -> str:
    """Add an entry to a file, which is made if need be. Return the path of the file.

    Raises:
        CallError: `FleetUnreadable`, `FleetNotEditable`.

    """
    path, own = fleet_file(given, os.environ)

    def edited(data: bytes) -> bytes:
        entries = read_fleet(data, own=own).config.repositories
        if any(fields.get("path") == each.path and fields.get("url") == each.url for each in entries):
            raise CannotEditError(f"'{fields.get('path') or fields.get('url')}' is in it already")
        return with_entry(data, fields)

    _edit(path, edited)
    return str(path)


@_as_over_the_socket
def remove(given: str | None, wanted: Callable[[FleetEntry], bool]) -> str | None:
    """Take an entry out of a file. Return the path of the file; None if it has no such entry.

    Raises:
        CallError: `FleetUnreadable`, `FleetNotEditable`.

    """
    path, own = fleet_file(given, os.environ)
    entry = next((each for each in read_fleet(_content(path), own=own).config.repositories if wanted(each)), None)
    if entry is None:
        return None
    _edit(path, lambda data: without_entry(data, entry))
    return str(path)


def _content(path: Path) -> bytes:
    try:
        return read_regular_file(path, MAX_FLEET_FILE) or b""
    except OSError as error:
        raise unreadable(path, f"cannot be read: {error.strerror or error}") from error


def _edit(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Replace a file by an edited one, as a whole. A link stays one."""
    place = path.resolve()
    try:
        content = edit(_content(path))
    except (CannotEditError, UnicodeDecodeError) as error:
        raise RegistryError(
            "FleetNotEditable", f"The fleet's file '{path}' is left as it is: {error}", hint="Edit it.", path=str(path)
        ) from error
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
        descriptor, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).chmod(mode)
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unreadable(path, f"cannot be written: {error.strerror or error}") from error
