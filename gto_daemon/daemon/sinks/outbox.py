"""The outbox: events on their way to sinks, and the refs of each repository that they were made of.

One file of SQLite in the user's private state, used by one process at a time, in one thread. It is written ahead
(`WAL`) and not synced at each commit: a process that is killed loses nothing, and after a loss of power the last
transactions are gone whole, refs and events together, so they are made again.

Events are a log. Each sink has its place in the log, from where `distribute` picks what it wants. What a sink is to be
sent is in lanes, one for each artifact, of which only the first event is tried.
"""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gto_daemon.daemon.private_dirs import make_private
from gto_daemon.daemon.sinks.outbox_tables import (
    DEAD,
    PENDING,
    SCHEMA,
    STATES,
    VERSION,
    Enqueued,
    Lane,
    SinkState,
    Waiting,
)
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.protocol.sinks import DeliveryRow, DeliveryState

#: Events that are picked for a sink at once, and events of a lane that are read at once.
PAGE: Final = 500
_MAX_CLAIMED: Final = 16
#: Pages that are written ahead before they are synced to the file.
_CHECKPOINT: Final = 8_000
#: Deliveries of a sink that are remembered once they have arrived.
MAX_DELIVERED: Final = 1_000
#: Seconds without a sink in `fleet.yaml` after which what it has not been sent is dropped.
_FORGOTTEN: Final = 30 * 86_400


class Outbox:
    """The outbox. Everything is called in one thread, that of `open`.

    Args:
        path: the file, directly below a directory of the user's state.
        clock: the time, in seconds since the epoch.

    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._open: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, made if it is not there.

        Raises:
            RegistryError: `OutboxUnusable`.

        """
        try:
            make_private(self._path.parent)
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=5.0)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self._path, error) from error
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
            connection.execute(f"PRAGMA journal_size_limit = {_CHECKPOINT * 4_096}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise sqlite3.DatabaseError(f"it is of version {version}, which another gtod wrote")
            if version == 0:
                connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        except sqlite3.Error as error:
            connection.close()
            raise _unusable(self._path, error) from error
        self._path.chmod(0o600)
        self._open = connection

    def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._open is None:
            raise RuntimeError("the outbox is not open")
        return self._open

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        database = self._db
        try:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        except BaseException as error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise _unusable(self._path, error) from error
            raise

    # --- events, made of refs -----------------------------------------------------------------------------------

    def configure(self, names: Collection[str]) -> None:
        """Note which sinks there are. A new one begins with what happens from now on."""
        now = self._clock()
        with self._transaction() as database:
            for name in names:
                database.execute(
                    "INSERT INTO sink VALUES(?, (SELECT coalesce(max(seq), 0) FROM event), ?, 0, NULL)"
                    " ON CONFLICT(name) DO UPDATE SET configured = excluded.configured",
                    (name, now),
                )
            old = database.execute("SELECT name FROM sink WHERE configured < ?", (now - _FORGOTTEN,)).fetchall()
            for (name,) in old:
                for table, column in (("sink", "name"), ("delivery", "sink"), ("lane", "sink")):
                    database.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))  # noqa: S608  (names of ours)

    def seen(self, repository: str, artifacts: Collection[str] | None = None) -> dict[str, dict[str, str]] | None:
        """Return the tags of each artifact as they were last written down, to the ids of their objects.

        Args:
            repository: the name of the repository.
            artifacts: the artifacts that are asked for; None for all.

        Returns:
            None if the repository was never looked at.

        """
        database = self._db
        if database.execute("SELECT 1 FROM repository WHERE name = ?", (repository,)).fetchone() is None:
            return None
        found: dict[str, dict[str, str]] = {}
        if artifacts is None:
            rows = database.execute("SELECT artifact, ref, oid FROM seen WHERE repository = ?", (repository,))
            for artifact, ref, oid in rows:
                found.setdefault(artifact, {})[ref] = oid
            return found
        for artifact in artifacts:
            rows = database.execute(
                "SELECT ref, oid FROM seen WHERE repository = ? AND artifact = ?", (repository, artifact)
            )
            found[artifact] = dict(rows.fetchall())
        return found

    def begin(self, repository: str, tags: Mapping[str, Mapping[str, str]]) -> None:
        """Write down the tags of a repository at the first look at it, which makes no events."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO repository VALUES(?)", (repository,))
            database.executemany(
                "INSERT OR REPLACE INTO seen VALUES(?, ?, ?, ?)",
                ((repository, artifact, ref, oid) for artifact, known in tags.items() for ref, oid in known.items()),
            )

    def record(self, events: Iterable[Enqueued]) -> None:
        """Write down events, and the refs that they were made of, all or nothing."""
        with self._transaction() as database:
            for each in events:
                self._add(database, each, None)
                if each.new is None:
                    database.execute(
                        "DELETE FROM seen WHERE repository = ? AND artifact = ? AND ref = ?",
                        (each.repository, each.artifact, each.ref),
                    )
                else:
                    database.execute(
                        "INSERT OR REPLACE INTO seen VALUES(?, ?, ?, ?)",
                        (each.repository, each.artifact, each.ref, each.new),
                    )

    def send_again(self, sink: str, events: Iterable[Enqueued]) -> None:
        """Have events sent to one sink, whether they were before or not."""
        with self._transaction() as database:
            for each in events:
                self._add(database, each, sink)

    def _add(self, database: sqlite3.Connection, each: Enqueued, sink: str | None) -> None:
        row = (each.id, each.kind, each.repository, each.artifact, each.stage, each.ref, sink, each.body, self._clock())
        database.execute("INSERT INTO event VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    # --- deliveries ---------------------------------------------------------------------------------------------

    def distribute(self, sink: str, wants: Callable[[str, str, str | None, str], bool]) -> bool:
        """Pick the next events of the log that a sink is to be sent; return whether there may be more.

        Args:
            sink: the name of the sink.
            wants: return whether it wants an event: repository, artifact, stage and kind.

        """
        with self._transaction() as database:
            (place,) = database.execute("SELECT place FROM sink WHERE name = ?", (sink,)).fetchone()
            rows = database.execute(
                "SELECT seq, repository, artifact, stage, kind, sink FROM event WHERE seq > ? ORDER BY seq LIMIT ?",
                (place, PAGE),
            ).fetchall()
            for seq, repository, artifact, stage, kind, only in rows:
                if only == sink or (only is None and wants(repository, artifact, stage, kind)):
                    lane = f"{repository}/{artifact}"
                    row = (sink, seq, lane, PENDING, 0, self._clock(), "")
                    database.execute("INSERT INTO delivery VALUES(?, ?, ?, ?, ?, ?, ?)", row)
                    database.execute("INSERT OR IGNORE INTO lane VALUES(?, ?, ?, 0, 0)", (sink, lane, seq))
            if rows:
                database.execute("UPDATE sink SET place = ? WHERE name = ?", (rows[-1][0], sink))
        return len(rows) == PAGE

    def claim(self, sink: str, most: int, besides: Collection[str]) -> list[Lane]:
        """Return the lanes whose first events are the oldest.

        Args:
            sink: the name of the sink.
            most: how many lanes.
            besides: lanes that are not asked for.

        """
        rows = self._db.execute(
            "SELECT name, attempts, failing FROM lane WHERE sink = ? ORDER BY head LIMIT ?",
            (sink, most + len(besides)),
        ).fetchall()
        free = [row for row in rows if row[0] not in besides][:most]
        return [Lane(name, attempts, failing, self._events(sink, name)) for name, attempts, failing in free]

    def _events(self, sink: str, lane: str) -> tuple[Waiting, ...]:
        rows = self._db.execute(
            "SELECT d.seq, e.id, e.body, e.at, e.kind FROM delivery d JOIN event e ON e.seq = d.seq"
            " WHERE d.sink = ? AND d.lane = ? AND d.state = 0 ORDER BY d.seq LIMIT ?",
            (sink, lane, _MAX_CLAIMED),
        )
        return tuple(Waiting(*row) for row in rows)

    def finish(self, sink: str, lane: str, delivered: Sequence[tuple[int, str]]) -> None:
        """Write down which events of a lane arrived, with what the sink said."""
        now = self._clock()
        with self._transaction() as database:
            database.executemany(
                "UPDATE delivery SET state = 1, attempts = attempts + 1, at = ?, message = ?"
                " WHERE sink = ? AND seq = ?",
                ((now, said, sink, seq) for seq, said in delivered),
            )
            database.execute(
                "UPDATE sink SET delivered = delivered + ?, delivered_at = ? WHERE name = ?",
                (len(delivered), now, sink),
            )
            self._advance(database, sink, lane)

    def fail(self, sink: str, lane: str, seq: int, said: str, *, failing: float, dead: bool) -> None:
        """Write down that an event was not accepted, and whether it is given up."""
        with self._transaction() as database:
            database.execute(
                "UPDATE delivery SET state = ?, attempts = attempts + 1, at = ?, message = ?"
                " WHERE sink = ? AND seq = ?",
                (DEAD if dead else PENDING, self._clock(), said, sink, seq),
            )
            if dead:
                self._advance(database, sink, lane)
            database.execute(
                "UPDATE lane SET attempts = attempts + 1, failing = ? WHERE sink = ? AND name = ?",
                (failing, sink, lane),
            )

    def _advance(self, database: sqlite3.Connection, sink: str, lane: str) -> None:
        """Have the first event that waits in a lane be its head; without any there is no lane."""
        (head,) = database.execute(
            "SELECT min(seq) FROM delivery WHERE sink = ? AND lane = ? AND state = 0", (sink, lane)
        ).fetchone()
        if head is None:
            database.execute("DELETE FROM lane WHERE sink = ? AND name = ?", (sink, lane))
        else:
            database.execute(
                "UPDATE lane SET head = ?, attempts = 0, failing = 0 WHERE sink = ? AND name = ?", (head, sink, lane)
            )

    def prune(self) -> None:
        """Drop what arrived long ago, and events that nobody is to be sent."""
        with self._transaction() as database:
            for (sink,) in database.execute("SELECT name FROM sink").fetchall():
                database.execute(
                    "DELETE FROM delivery WHERE sink = ? AND state = 1 AND at < (SELECT min(at) FROM (SELECT at FROM"
                    " delivery WHERE sink = ? AND state = 1 ORDER BY at DESC LIMIT ?))",
                    (sink, sink, MAX_DELIVERED),
                )
            database.execute(
                "DELETE FROM event WHERE seq <= (SELECT coalesce(min(place), 0) FROM sink)"
                " AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.seq = event.seq)"
            )

    def revive(self, sink: str) -> int:
        """Have events sent again that were given up; return how many."""
        with self._transaction() as database:
            lanes = database.execute(
                "SELECT DISTINCT lane FROM delivery WHERE sink = ? AND state = 2", (sink,)
            ).fetchall()
            changed = database.execute(
                "UPDATE delivery SET state = 0, at = ? WHERE sink = ? AND state = 2", (self._clock(), sink)
            ).rowcount
            # They count as if they had come now: what is given up is by age.
            database.execute(
                "UPDATE event SET at = ? WHERE seq IN (SELECT seq FROM delivery WHERE sink = ? AND state = 0)",
                (self._clock(), sink),
            )
            for (lane,) in lanes:
                database.execute("INSERT OR IGNORE INTO lane VALUES(?, ?, 0, 0, 0)", (sink, lane))
                self._advance(database, sink, lane)
        return changed

    # --- what is told -------------------------------------------------------------------------------------------

    def state(self, sink: str) -> SinkState:
        """Return how far a sink is."""
        count = "SELECT count(*) FROM delivery WHERE sink = ? AND state = ?"
        (pending,) = self._db.execute(count, (sink, PENDING)).fetchone()
        (dead,) = self._db.execute(count, (sink, DEAD)).fetchone()
        row = self._db.execute("SELECT place, delivered, delivered_at FROM sink WHERE name = ?", (sink,)).fetchone()
        place, delivered, at = row or (0, 0, None)
        (behind,) = self._db.execute(
            "SELECT count(*) FROM event WHERE seq > ? AND coalesce(sink, ?) = ?", (place, sink, sink)
        ).fetchone()
        oldest = self._db.execute(
            "SELECT at FROM event WHERE seq = (SELECT min(head) FROM lane WHERE sink = ?)", (sink,)
        ).fetchone()
        return SinkState(pending + behind, dead, delivered, oldest[0] if oldest else None, at)

    def deliveries(self, sink: str | None, state: "DeliveryState | None", most: int) -> "list[DeliveryRow]":
        """Return deliveries, the newest first.

        Args:
            sink: the sink that is asked for; None for all.
            state: the state that is asked for; None for all.
            most: how many.

        """
        number = next((key for key, name in STATES.items() if name == state), None)
        rows = self._db.execute(
            "SELECT d.sink, e.id, e.kind, e.repository, e.artifact, e.ref, d.state, d.attempts, d.at, d.message"
            " FROM delivery d JOIN event e ON e.seq = d.seq WHERE (?1 IS NULL OR d.sink = ?1)"
            " AND (?2 IS NULL OR d.state = ?2) ORDER BY d.at DESC, d.seq DESC LIMIT ?3",
            (sink, number, most),
        )
        return [
            {
                "sink": name,
                "id": identity,
                "event": kind,
                "repository": repository,
                "artifact": artifact,
                "ref": ref,
                "state": STATES[found],
                "attempts": attempts,
                "at": isotime(at),
                "message": message,
            }
            for name, identity, kind, repository, artifact, ref, found, attempts, at, message in rows
        ]


def isotime(seconds: float) -> str:
    """Return a time in UTC, as RFC 3339 has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _unusable(path: Path, error: Exception) -> RegistryError:
    return RegistryError(
        "OutboxUnusable",
        f"The outbox '{path}' cannot be used: {error}",
        hint="See that the disk has room and the folder is yours. If the file is damaged, move it away: events start"
        " anew from what the tags are then, and those on their way are lost.",
    )
