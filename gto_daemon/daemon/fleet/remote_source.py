"""A remote of a fleet: its clone, how old what is known of it is, and why a look at it failed."""

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from math import inf
from pathlib import Path
from typing import Final, Self

from gto_daemon.daemon.fleet.mirrors import Look, Mirror
from gto_daemon.daemon.fleet.variables import variables_for_remotes
from gto_daemon.git.mirror import MAX_LISTING
from gto_daemon.git.process import Cancellation
from gto_daemon.platform import elapsed
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.fleet.values import FleetEntry

#: Remotes that are looked at at once.
MAX_LOOKS: Final = 8


class RemoteSource:
    """A `FleetSource` that is somewhere else.

    Args:
        url: the remote.
        period: seconds between two looks; None for only when it is asked for.
        env_file: the absolute path of the file of variables for the programs that look; None if there is none.
        ledgers: the directory of the ledgers; None to keep none.
        max_listing: bytes of what the remote may say that it has.

    Attributes:
        key: what tells it from any other.
        path: None: its clone is nobody's business.
        url: the remote, without credentials.
        period: as above.
        failure: why the last look failed; None if it did not.
        failures: how many of the last looks failed.
        due: when it is looked at next, by `elapsed()`.
        on_close: called when it is followed no longer.
        ask: has whoever follows it look now, and returns what that comes to; None if nobody follows it.

    """

    path: str | None = None

    def __init__(
        self,
        url: str,
        period: float | None,
        env_file: Path | None,
        ledgers: Path | None,
        max_listing: int = MAX_LISTING,
    ) -> None:
        self._mirror = Mirror(url, ledgers, max_listing)
        self._env_file = env_file
        self.key: tuple[object, ...] = ("url", url, period, env_file)
        self.url: str | None = self._mirror.shown
        self.period = period
        self.failure: RegistryError | None = None
        self.failures = 0
        self.on_close: Callable[[RemoteSource], None] = lambda _source: None
        self.ask: Callable[[], Awaitable[Look]] | None = None
        self._seen: float | None = None
        self._restore()
        since = self.age()
        # A process that starts again asks nobody sooner than the one before it would have.
        self.due = inf if period is None else elapsed() + max(0.0, period - (inf if since is None else since))

    @classmethod
    def of(cls, entry: FleetEntry, env_file: Path | None, ledgers: Path | None) -> Self:
        """Return the source of an entry with a URL."""
        return cls(entry.url or "", entry.follow, env_file, ledgers)

    def _restore(self) -> None:
        said = self._mirror.last_seen()
        since = -1.0 if said is None else time.time() - said
        # One in the future was seen before the clock was set back, so nobody knows when.
        self._seen = elapsed() - since if since >= 0 else None

    @property
    def is_doubtful(self) -> bool:
        """Whether it may well not answer."""
        return self.failure is not None or self._seen is None

    def look(self, cancellation: Cancellation) -> Look:
        """Look at the remote, and fetch what is new. In a thread of its own: it waits for the remote.

        Raises:
            RegistryError: why it failed.
            CancelledError: it was cancelled.

        """
        begun = elapsed()
        look = self._mirror.look(variables_for_remotes(self._env_file), cancellation)
        self._seen = begun
        return look

    def locate(self) -> str:
        """Return the path of its clone.

        Raises:
            RegistryError: there is none yet: `NotFollowed`, or why the first look failed.

        """
        path = self._mirror.path
        if path is not None:
            return path
        if self.failure is not None:
            raise self.failure
        raise RegistryError(
            "NotFollowed",
            f"'{self.url}' has not been looked at yet",
            hint=f"To look at it now, and see what hinders it: {commands.fetch_fleet()}.",
            url=self.url,
        )

    def age(self) -> float | None:
        """Return the seconds since a look began that found it as it is here; None if there was none."""
        return None if self._seen is None else max(0.0, elapsed() - self._seen)

    def trouble(self) -> str | None:
        """Return why the last look failed."""
        return None if self.failure is None else f"{self.failure.message}. {self.failure.hint}".rstrip()

    def close(self) -> None:
        """Follow it no longer."""
        self.on_close(self)


def path_of_env_file(file: Path, env_file: str | None) -> Path | None:
    """Return the absolute path of an `env_file`, as a fleet's file names it."""
    return None if env_file is None else Path(os.path.normpath(file.parent / Path(env_file).expanduser()))


def look_at_all(remotes: Sequence[RemoteSource], cancellation: Cancellation) -> list[Look]:
    """Look at remotes without an event loop, several at once. Why one failed is kept by it.

    Raises:
        CancelledError: it was cancelled.

    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (only a command without a daemon needs it)

    def look(source: RemoteSource) -> Look:
        try:
            return source.look(cancellation)
        except RegistryError as error:
            source.failure = error
            return Look()

    with ThreadPoolExecutor(MAX_LOOKS) as threads:
        return list(threads.map(look, remotes))
