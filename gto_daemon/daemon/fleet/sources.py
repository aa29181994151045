"""Where the repositories of a fleet are: on this machine, or what is followed of a remote."""

from pathlib import Path
from typing import Protocol

from gto_daemon.registry.errors import RegistryError


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
