"""Where the repositories of a fleet are: on this machine, or what is followed of a remote."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gto_daemon.git.remote_failures import without_credentials
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.values import FleetEntry


class FleetSource(Protocol):
    """Where one repository of a fleet is, for as long as it is in the fleet. On the event loop.

    Attributes:
        key: what tells it from any other, so that a file that is read again keeps it.
        path: the path to show; None if it is a remote.
        url: the URL to show, without credentials; None if it is a path.

    """

    key: tuple[object, ...]
    path: str | None
    url: str | None

    def locate(self) -> str:
        """Return the absolute path of the repository on this machine.

        Raises:
            RegistryError: there is none (yet).

        """

    def age(self) -> float | None:
        """Return the seconds since it was last compared with its origin: 0 if it is its own, None if never."""

    def trouble(self) -> str | None:
        """Return why it may be older than it should be, and the remedy; None if all is well."""

    def close(self) -> None:
        """Stop following it."""


#: Makes the source of an entry with a URL.
RemoteSources = Callable[[FleetEntry], FleetSource]


class LocalSource:
    """A repository on this machine."""

    url: str | None = None

    def __init__(self, path: str) -> None:
        self.key: tuple[object, ...] = ("path", path)
        self.path: str | None = path
        self._path = path

    def locate(self) -> str:
        """Return its path.

        Raises:
            RegistryError: `NotARepository`: there is nothing.

        """
        if not Path(self._path).exists():
            # What is looked for from here upwards would be another one.
            raise RegistryError(
                "NotARepository",
                f"'{self._path}' does not exist",
                hint="Clone it again, or take it out of the fleet.",
                path=self._path,
            )
        return self._path

    def age(self) -> float | None:
        """Return 0: it is its own origin."""
        return 0.0

    def trouble(self) -> str | None:
        """Return None."""
        return None

    def close(self) -> None:
        """Do nothing."""


class UnfollowedSource:
    """A remote that nothing follows."""

    path: str | None = None

    def __init__(self, entry: FleetEntry) -> None:
        self.url: str | None = without_credentials(entry.url or "")
        self.key: tuple[object, ...] = ("url", entry.url, entry.follow)

    def locate(self) -> str:
        """Raise the refusal.

        Raises:
            RegistryError: `NotFollowed`.

        """
        raise RegistryError(
            "NotFollowed",
            f"'{self.url}' is not followed yet",
            hint="Clone it, and put the path of the clone into the fleet.",
            url=self.url,
        )

    def age(self) -> float | None:
        """Return None: it was never seen."""
        return None

    def trouble(self) -> str | None:
        """Return None: `locate` says it all."""
        return None

    def close(self) -> None:
        """Do nothing."""
