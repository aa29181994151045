"""What happened to one artifact, event by event: the part of its past that rules ask about.

A version is its commit here, because a stage tag names a commit and no version.
"""

from collections.abc import Iterable

from gto_daemon.registry.events import PRIORITY, TagEvent
from gto_daemon.registry.objects import TagRef


def event_of(ref: TagRef) -> TagEvent | None:
    """Return the event of one tag by its name alone; None for a tag that is no event.

    A tag on something else than a commit counts for nothing, unless it deprecates.
    """
    parsed = ref.parsed
    if ref.tag is None or parsed.kind is None:
        return None
    if ref.tag.target_type != "commit" and parsed.kind != "deprecation":
        return None
    return TagEvent(parsed.kind, ref.artifact, ref.name, ref.tag, parsed.version, parsed.stage)


def in_order(refs: Iterable[TagRef]) -> list[TagEvent]:
    """Return the events of tags, oldest first; within a second in GTO's order, then by counter and name."""
    events = [(event, ref.parsed.counter or 0) for ref in refs if (event := event_of(ref)) is not None]
    events.sort(key=lambda pair: (pair[0].seconds, PRIORITY[pair[0].kind], pair[1], pair[0].ref))
    return [event for event, _ in events]


class Timeline:
    """The past of an artifact up to some event."""

    def __init__(self, events: Iterable[TagEvent] = ()) -> None:
        self._assigned: dict[tuple[str, str], bool] = {}
        self._holder: dict[str, tuple[str, int]] = {}
        self._longest: dict[tuple[str, str], int] = {}
        self._names: dict[str, str] = {}
        for event in events:
            self.add(event)

    def add(self, event: TagEvent) -> None:
        """Add the next event."""
        if event.kind == "assignment" and event.stage is not None:
            self._assigned[event.commit, event.stage] = True
            holder = self._holder.get(event.stage)
            # Assigned again what it holds already, it goes on holding it.
            if holder is None or holder[0] != event.commit:
                self._end(event.stage, event.seconds)
                self._holder[event.stage] = (event.commit, event.seconds)
        elif event.kind == "unassignment" and event.stage is not None:
            self._assigned[event.commit, event.stage] = False
            self._end_of(event.commit, event.stage, event.seconds)
        elif event.kind == "deregistration":
            for stage in tuple(self._holder):
                self._end_of(event.commit, stage, event.seconds)
        elif event.kind == "registration" and event.version is not None:
            self._names[event.commit] = event.version

    def name(self, commit: str) -> str:
        """Return the version that is registered on a commit, or the commit's short id."""
        return self._names.get(commit, commit[:7])

    def is_assigned(self, commit: str, stage: str) -> bool:
        """Return whether the last event of a version in a stage is an assignment, whoever holds the stage since."""
        return self._assigned.get((commit, stage), False)

    def held(self, commit: str, stage: str, until: int) -> int:
        """Return the longest time without a break for which a version has held a stage, in seconds."""
        longest = self._longest.get((commit, stage), 0)
        holder = self._holder.get(stage)
        if holder is not None and holder[0] == commit:
            longest = max(longest, until - holder[1])
        return longest

    def since(self, commit: str, stage: str) -> int | None:
        """Return since when a version holds a stage, in seconds since the epoch; None if it does not."""
        holder = self._holder.get(stage)
        return holder[1] if holder is not None and holder[0] == commit else None

    def holder(self, stage: str) -> str | None:
        """Return the commit of the version that holds a stage; None if none does."""
        holder = self._holder.get(stage)
        return None if holder is None else holder[0]

    def _end_of(self, commit: str, stage: str, seconds: int) -> None:
        holder = self._holder.get(stage)
        if holder is not None and holder[0] == commit:
            self._end(stage, seconds)

    def _end(self, stage: str, seconds: int) -> None:
        holder = self._holder.pop(stage, None)
        if holder is not None:
            key = (holder[0], stage)
            self._longest[key] = max(self._longest.get(key, 0), seconds - holder[1])
