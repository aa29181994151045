"""The fleets of a process, by their files: alive beside an event loop, or read once without one."""

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gto_daemon.daemon.fleet.places import FleetPlace, find_places, unreadable
from gto_daemon.daemon.fleet.sources import FleetSource, LocalSource
from gto_daemon.daemon.fleet.state import (
    FleetState,
    MemberState,
    RepositoryRows,
    health_of,
    unreadable_repository,
    words_of,
)
from gto_daemon.daemon.private_dirs import user_configuration
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.values import FLEET_FILE
from gto_daemon.registry.problems import Problem

if TYPE_CHECKING:
    from gto_daemon.daemon.fleet.fleet import Fleet
    from gto_daemon.daemon.fleet.remotes import Remotes
    from gto_daemon.daemon.hub import Hub

log = logging.getLogger(__name__)

#: Seconds after which a fleet that nobody asks about, and nobody listens to, is closed.
_MAX_UNASKED: Final = 600.0
#: Fleets that are alive at once.
_MAX_FLEETS: Final = 8


class Fleets:
    """Opens fleets on demand, and closes those that are not used.

    Args:
        hub: what opens repositories.

    """

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._remotes: Remotes | None = None
        self._open: dict[tuple[str, bool], Fleet] = {}

    def fleet(self, file: Path, *, own: bool) -> "Fleet":
        """Return the live fleet of a file. On an event loop."""
        from gto_daemon.daemon.fleet.fleet import Fleet  # noqa: PLC0415  (most processes have none)

        key = str(file), own
        fleet = self._open.get(key)
        if fleet is None:
            self._close_unused(_MAX_FLEETS - 1)
            fleet = self._open[key] = Fleet(self._hub, file, own=own, remotes=self.remotes)
        return fleet

    @property
    def remotes(self) -> "Remotes":
        """What looks at remotes. On an event loop."""
        from gto_daemon.daemon.fleet.remotes import Remotes  # noqa: PLC0415  (most processes have none)

        if self._remotes is None:
            self._remotes = Remotes()
        return self._remotes

    async def begin(self, environment: Mapping[str, str]) -> None:
        """Begin to follow the remotes of the user's own fleet, before anybody asks. A refusal is logged."""
        try:
            path, own = fleet_file(None, environment)
            if path.exists():
                await self.fleet(path, own=own).begin()
        except RegistryError as error:
            log.warning("%s", error.message)

    def read(self, file: Path, *, own: bool) -> FleetState:
        """Return a fleet as it is now, without an event loop: one repository after the other.

        Raises:
            RegistryError: `FleetUnreadable`.

        """
        found = find_places(file, own=own)
        problems: list[Problem] = [*found.problems]
        states = []
        for place in found.places:
            source = self._source(file, place, found.config.env_file)
            try:
                states.append(self._read(place, source))
            except RegistryError as error:
                states.append(MemberState(place.name, source, None, None, *health_of(source, words_of(error))))
                problems.append(unreadable_repository(place, error, str(file)))
        return FleetState("", tuple(states), tuple(problems))

    def _source(self, file: Path, place: FleetPlace, env_file: str | None) -> FleetSource:
        from gto_daemon.daemon.fleet.remote_source import RemoteSource, path_of_env_file  # noqa: PLC0415  (few have any)

        if place.path is not None:
            return LocalSource(place.path)
        return RemoteSource.of(place.entry, path_of_env_file(file, env_file), self._hub.ledgers)

    def _read(self, place: FleetPlace, source: FleetSource) -> MemberState:
        worktree = self._hub.worktree(source.locate())
        rows = RepositoryRows.of(place.name, worktree.fresh_blocking())
        return MemberState(place.name, source, rows, worktree, *health_of(source, None))

    def sweep(self) -> None:
        """Close the fleets that nobody asked about for long."""
        now = time.monotonic()
        for key, fleet in list(self._open.items()):
            if not fleet.has_listeners and not fleet.has_remotes and now - fleet.used > _MAX_UNASKED:
                self._open.pop(key).close()

    def _close_unused(self, most: int) -> None:
        idle = sorted(
            (key for key in self._open if not self._open[key].has_listeners), key=lambda key: self._open[key].used
        )
        for key in idle[: max(0, len(self._open) - most)]:
            self._open.pop(key).close()

    async def close(self) -> None:
        """Close all, and end what looks at remotes."""
        for fleet in self._open.values():
            fleet.close()
        self._open.clear()
        if self._remotes is not None:
            await self._remotes.close()
            self._remotes = None


def fleet_file(given: str | None, environment: Mapping[str, str]) -> tuple[Path, bool]:
    """Return the path of a fleet's file, and whether it is the one in the user's configuration.

    Args:
        given: the path of another file, absolute; None for the user's own.
        environment: the client's variables.

    Raises:
        RegistryError: `RelativePath`, `FleetUnreadable`.

    """
    directory = user_configuration(environment)
    own = None if directory is None else directory / FLEET_FILE
    if given is None:
        if own is None:
            raise unreadable(Path(FLEET_FILE), "has no place: neither HOME nor XDG_CONFIG_HOME is an absolute path")
        return own, True
    path = Path(os.path.normpath(given))
    if not path.is_absolute():
        raise RegistryError("RelativePath", f"'{given}' is a relative path", hint="Send an absolute one.", path=given)
    return path, path == own
