"""The clock and the journal of one worktree: what changed since a moment that a client remembers."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.config import Config
from gto_daemon.registry.events import PRIORITY, Event, TagEvent, history_row
from gto_daemon.registry.index import Index

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Changes, HistoryRow

#: The size of the journal; a client that is further behind gets everything again.
_MAX_ROWS = 10_000
_DIGITS = 18
#: Events of which there is an order.
_MIN_SORTED: Final = 2

#: What tells an event from any other of its artifact: its ref, the version that it is of, and the object of its tag.
_Key = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A change by one step of the clock, or several.

    `pause` is the number of seconds to wait before notifying listeners, because the change may be undone by then;
    `origin` is the client whose acts made the whole change, or None.
    """

    repo: str
    clock: str
    artifacts: frozenset[str]
    added: Sequence[Event]
    removed: Sequence[Event]
    pause: float = 0.0
    origin: object | None = None

    def then(self, later: "Change") -> "Change":
        """Return both as one: an event that was added and removed, or the reverse, is in neither list."""
        added, removed = _net((self, later))
        origin = self.origin if self.origin is later.origin else None
        return Change(later.repo, later.clock, self.artifacts | later.artifacts, added, removed, later.pause, origin)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything but tags that affects an act: HEAD's commit, the configuration, and how often branches moved."""

    head: str | None
    config: Config
    heads_moved: int


@dataclass(frozen=True, slots=True)
class _JournalEntry:
    number: int
    before: Circumstances | None
    artifacts: frozenset[str]
    added: Sequence[Event]
    removed: Sequence[Event]


class Journal:
    """Counts the steps of a clock, `<instance>:<worktree>:<n>`, and remembers the last of them."""

    def __init__(self, instance: str, worktree: str, *, number: int = 0) -> None:
        self._prefix = f"{instance}:{worktree}:"
        self._number = number
        self._entries: deque[_JournalEntry] = deque()
        self._remembered = 0

    def continued(self, other: "Journal") -> "Journal":
        """Return this journal before its first step, with numbers that continue those of `other`."""
        instance, worktree, _ = self._prefix.split(":")
        return Journal(instance, worktree, number=other._number)

    @property
    def clock(self) -> str:
        """The current clock."""
        return f"{self._prefix}{self._number}"

    def restart(self) -> None:
        """Step, and forget earlier steps: clients with an earlier clock get everything."""
        self._number += 1
        self._entries.clear()
        self._remembered = 0

    def step(
        self,
        artifacts: Iterable[str],
        added: Sequence[Event],
        removed: Sequence[Event],
        before: Circumstances | None = None,
    ) -> None:
        """Advance the clock by one step that changed these artifacts and events; `before` is the state until then."""
        self._number += 1
        entry = _JournalEntry(self._number, before, frozenset(artifacts), added, removed)
        self._entries.append(entry)
        self._remembered += _weight(entry)
        while self._remembered > _MAX_ROWS and self._entries:
            self._remembered -= _weight(self._entries.popleft())

    def since(self, clock: str) -> tuple[frozenset[str], list[Event], list[Event]] | None:
        """Return artifacts, added and removed events since `clock`; None if it is another journal's or too old."""
        number = self._parse(clock)
        if number is None:
            return None
        entries = [entry for entry in self._entries if entry.number > number]
        if len(entries) != self._number - number:
            return None
        artifacts = frozenset(name for entry in entries for name in entry.artifacts)
        return artifacts, *_net(entries)

    def told(self, clock: str, index: Index) -> "Changes":
        """Return the result of `gto/changes`: the changes from `clock` to `index`, or everything (`fresh: true`)."""
        known = self.since(clock)
        if known is None:
            everything, _ = events_between(Index(), index, index.artifacts.keys())
            return {
                "fresh": True,
                "artifacts": [name for _, name in index.order],
                "events": {"added": rows(everything), "removed": []},
            }
        artifacts, added, removed = known
        return {
            "fresh": False,
            "artifacts": sorted(artifacts),
            "events": {"added": rows(added), "removed": rows(removed)},
        }

    def circumstances_at(self, clock: str, now: Circumstances) -> Circumstances | None:
        """Return the circumstances at `clock`, which `since` knows; `now` is returned if no step followed it."""
        number = self._parse(clock)
        if number is None:
            return None
        return next((entry.before for entry in self._entries if entry.number > number), now)

    def _parse(self, clock: str) -> int | None:
        number = clock.removeprefix(self._prefix)
        # The length first: int() raises for thousands of digits.
        if number == clock or len(number) > _DIGITS or not number.isascii() or not number.isdigit():
            return None
        return int(number) if int(number) <= self._number else None


def _net(steps: Iterable[Change | _JournalEntry]) -> tuple[list[Event], list[Event]]:
    """Return what these steps added and removed together."""
    added: dict[Event, None] = {}
    removed: dict[Event, None] = {}
    for step in steps:
        for event in step.removed:
            if event in added:
                del added[event]
            else:
                removed[event] = None
        for event in step.added:
            if event in removed:
                del removed[event]
            else:
                added[event] = None
    return list(added), list(removed)


def _weight(entry: _JournalEntry) -> int:
    return 1 + len(entry.artifacts) + len(entry.added) + len(entry.removed)


def events_between(old: Index, new: Index, names: Set[str]) -> tuple[list[Event], list[Event]]:
    """Return the events of these artifacts that only the new index has, and those that only the old one has."""
    added: list[Event] = []
    removed: list[Event] = []
    for name in sorted(names):
        before, after = _artifact(old, name), _artifact(new, name)
        known, now = _tag_events(before), _tag_events(after)
        added += _in_order(after, now.keys() - known.keys(), now)
        removed += _in_order(before, known.keys() - now.keys(), known)
    return added, removed


def _artifact(index: Index, name: str) -> Artifact | None:
    # Asked for by name, it would take the place of one that is in use.
    folded = index.folded.get(name)
    return folded.artifact() if folded is not None else None


def _tag_events(artifact: Artifact | None) -> dict[_Key, TagEvent]:
    """Return the events by what identifies them, in any order; comparing and sorting all of each takes longer."""
    if artifact is None:
        return {}
    return {(event.ref, event.version, event.tag.oid): event for event in artifact.unordered_tag_events()}


def _in_order(artifact: Artifact | None, keys: Set[_Key], events: Mapping[_Key, TagEvent]) -> Iterable[TagEvent]:
    if artifact is None or len(keys) < _MIN_SORTED:
        return [events[key] for key in keys]
    wanted = {id(events[key]) for key in keys}
    return [event for event in artifact.tag_events() if id(event) in wanted]


def rows(events: Iterable[Event]) -> "list[HistoryRow]":
    """Return history rows, oldest first; within a second in the order of `gto/history`."""
    return [history_row(event) for event in sorted(events, key=lambda event: (event.seconds, PRIORITY[event.kind]))]
