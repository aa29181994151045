"""What a test asks of a snapshot, and whether changes add up to it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.journal import rows as history_rows
from gto_daemon.registry.queries.doctor import doctor
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.queries.show import show_registry
from gto_daemon.registry.queries.state import print_state
from gto_daemon.registry.snapshot import Snapshot

Row = tuple[Any, ...]


def content(snapshot: Snapshot) -> dict[str, Any]:
    """All that can be asked of a snapshot, but for its clock."""
    return {
        "head": snapshot.head,
        "config": snapshot.config,
        "problems": list(snapshot.problems),
        "registry": list(show_registry(snapshot, deprecated=True).items()),
        "state": print_state(snapshot),
        "history": history(snapshot, commits=True),
        "findings": doctor(snapshot),
    }


def refs(snapshot: Snapshot) -> set[str]:
    """The tags of all events."""
    return {row["ref"] for row in history(snapshot)}


def latest(snapshot: Snapshot) -> dict[str, str | None]:
    """Artifact's name to its greatest version."""
    return {name: row["version"] for name, row in show_registry(snapshot).items()}


def codes(snapshot: Snapshot) -> list[str]:
    """The codes of its problems."""
    return [problem.code for problem in snapshot.problems]


def rows(snapshot: Snapshot) -> Counter[Row]:
    """The history, without its order."""
    return Counter(tuple(row.values()) for row in history(snapshot))


def applied(before: Counter[Row], changes: Iterable[Change | dict[str, Any]]) -> Counter[Row]:
    """`before` with what the changes took away and added; a row taken away that was not there shows as negative."""
    after = Counter(before)
    for change in changes:
        if isinstance(change, Change):
            added, removed = history_rows(change.added), history_rows(change.removed)
        else:
            added, removed = change["events"]["added"], change["events"]["removed"]
        after.subtract(tuple(row.values()) for row in removed)
        after.update(tuple(row.values()) for row in added)
    return Counter({row: count for row, count in after.items() if count})
