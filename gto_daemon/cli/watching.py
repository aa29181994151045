"""Following a registry through notifications, lost connections and restarts of the daemon.

A notification is only the sign to ask `gto/changes` for what came since the last clock, so what was coalesced, or
missed without a connection, is never missed here. A new daemon does not know the old clock and returns everything,
which is compared with the known events, so that no event is reported twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gto_daemon.cli.backend import unavailable_is_refused
from gto_daemon.cli.refusals import refusal
from gto_daemon.protocol import JsonObject

if TYPE_CHECKING:
    from gto_daemon.client import Client

#: Seconds to wait before reconnecting again, after an attempt that failed; after the last one it is given up.
_PAUSES = (0.1, 0.5, 2.0)

#: Seconds until a question is asked again that was refused for now: the refs are being migrated, say.
_RETRY_PAUSE = 0.5

#: A clock that no daemon has given out, so that the answer is everything.
_BEFORE_ALL = ""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """One change: the history rows that came and went, and the artifacts it concerns."""

    repo: str
    clock: str
    artifacts: Sequence[str]
    added: Sequence[Row]
    removed: Sequence[Row]

    def as_json(self) -> JsonObject:
        """Return what `--json` prints of it."""
        return {
            "repo": self.repo,
            "clock": self.clock,
            "artifacts": list(self.artifacts),
            "events": {"added": list(self.added), "removed": list(self.removed)},
        }


class _Known:
    """The events told or found so far, oldest first."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str | None, ...], Row] = {}

    def replace(self, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Take these for all there are; return what is new and what is gone."""
        now = {_identity(row): row for row in rows}
        added = [row for identity, row in now.items() if identity not in self._rows]
        removed = [row for identity, row in self._rows.items() if identity not in now]
        self._rows = now
        return added, removed

    def apply(self, added: Sequence[Row], removed: Sequence[Row]) -> None:
        """Take over a change."""
        for row in removed:
            self._rows.pop(_identity(row), None)
        self._rows.update((_identity(row), row) for row in added)


class ChangeFollower:
    """One registry, followed over any number of connections."""

    def __init__(self, repo: str) -> None:
        self._repo = repo
        self._clock: str | None = None
        self._known = _Known()

    def catch_up(self, client: Client) -> RegistryChange | None:
        """Return what came since the last time; the first time finds what there is, which is no change."""
        answer = client.call("gto/changes", {"repo": self._repo, "since": self._clock or _BEFORE_ALL})
        artifacts, added, removed = answer["artifacts"], answer["events"]["added"], answer["events"]["removed"]
        before, self._clock = self._clock, answer["clock"]
        if answer["fresh"]:
            added, removed = self._known.replace(added)
            artifacts = sorted({row["artifact"] for row in (*added, *removed)})
        else:
            self._known.apply(added, removed)
        if before is None or before == self._clock or (answer["fresh"] and not artifacts):
            return None
        return RegistryChange(answer.get("repo", self._repo), answer["clock"], artifacts, added, removed)


def follow_changes(repo: str, *, notify: Callable[[str], None]) -> Iterator[RegistryChange]:
    """Yield every change of the registry from now on; ends by an exception only.

    Args:
        repo: absolute path.
        notify: gets a line when the watch is on, and when the daemon went away.

    Raises:
        click.ClickException: there is no repository, or no longer, or no daemon could be started again.

    """
    from gto_daemon.client import CallError, DaemonUnavailable

    follower = ChangeFollower(repo)
    while True:
        gone = "The daemon went away"
        try:
            with _connect() as client:
                client.call("gto/subscribe", {"repo": repo})
                missed = follower.catch_up(client)
                notify(f"Watching {repo}, until interrupted.")
                if missed is not None:
                    yield missed
                for method, params in client.notifications():
                    if method == "gto/didRetire":
                        version = params["version"]
                        gone = "The daemon makes way for another" if version is None else f"gtod {version} took over"
                        break
                    change = follower.catch_up(client) if method == "gto/didChange" else None
                    if change is not None:
                        yield change
        except CallError as error:
            if not error.retryable:
                raise refusal(error.code, error.message, error.data) from error
            gone = error.message
            time.sleep(_RETRY_PAUSE)
        except DaemonUnavailable as error:
            notify(f"{error.reason}.")
        notify(f"{gone}; connecting again.")


def _connect() -> Client:
    from gto_daemon.client import Client, DaemonUnavailable

    for pause in _PAUSES:
        try:
            return Client.connect()
        except DaemonUnavailable:
            time.sleep(pause)
    with unavailable_is_refused():
        return Client.connect()


def _identity(row: Row) -> tuple[str | None, ...]:
    return tuple(row[field] for field in ("ref", "commit", "timestamp", "event", "version"))
