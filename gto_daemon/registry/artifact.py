"""An artifact after its events: versions, stages, and GTO's rules of which of them count.

Source: GTO 1.10.1, base.py. Its sorts are stable and its descending lists are the exact reverse of the ascending
ones; both decide ties within a second, so they are kept to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Literal

from gto_daemon.protocol import Sort
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import CommitEvent, Event, TagEvent
from gto_daemon.registry.objects import Moment, TagRef
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.tag_names import is_version, precedence

#: What `Artifact.get_stages` is asked by default, in the order of its options; an `Overview` says just this.
DEFAULT_STAGES: Final = (False, -1, 1, "timestamp")
NO_REFS: Final[Mapping[str, TagRef]] = MappingProxyType({})


_seconds: Final[Callable[[Event], int]] = attrgetter("seconds")
_seconds_of_tag: Final[Callable[[TagEvent], int]] = attrgetter("tag.seconds")


def ascending(events: Iterable[Event]) -> list[Event]:
    """Sort by time, oldest first; ties keep the given order."""
    return sorted(events, key=_seconds)


def _ascending_tags(events: Iterable[TagEvent]) -> list[TagEvent]:
    # In half the time, and they are most events.
    return sorted(events, key=_seconds_of_tag)


def _is_on(on: tuple[TagEvent, ...], off: tuple[TagEvent, ...]) -> bool:
    """Return whether the newest event, each kind of them oldest first, is one of `on`; on a tie `off` wins."""
    return bool(on) and (not off or on[-1].tag.seconds > off[-1].tag.seconds)


class VersionStage:
    """One stage of one version: whether the version is in it, and since when."""

    __slots__ = ("assignments", "stage", "unassignments", "version")

    def __init__(
        self, version: "Version", stage: str, assignments: tuple[TagEvent, ...], unassignments: tuple[TagEvent, ...]
    ) -> None:
        self.version = version
        self.stage = stage
        self.assignments = assignments
        self.unassignments = unassignments

    def events(self) -> list[Event]:
        """Return the events, oldest first. On a tie unassignments come last, so they win."""
        return ascending([*self.assignments, *self.unassignments])

    @property
    def is_active(self) -> bool:
        """Whether the newest event is an assignment."""
        return _is_on(self.assignments, self.unassignments)

    @property
    def activated_at(self) -> Moment | None:
        """The time of the newest event if it is an assignment."""
        return self.assignments[-1].time if self.is_active else None

    @property
    def authoring_event(self) -> TagEvent:
        """The event that `created_at`, `author`, `message` and `ref` are taken from."""
        return (self.assignments or self.unassignments)[-1]


class Version:
    """A version of an artifact, or a commit that stages were assigned to without a registration."""

    __slots__ = ("_staged", "commits", "deregistrations", "hexsha", "name", "registrations")

    def __init__(self, name: str, hexsha: str) -> None:
        self.name = name
        self.hexsha = hexsha
        self.commits: tuple[CommitEvent, ...] = ()
        self.registrations: tuple[TagEvent, ...] = ()
        self.deregistrations: tuple[TagEvent, ...] = ()
        # Of each stage its assignments and unassignments, in the order of their first tag. Values that know the version
        # are made on demand: kept, they and the version would be a circle, which only the garbage collector breaks.
        self._staged: dict[str, tuple[tuple[TagEvent, ...], tuple[TagEvent, ...]]] = {}

    def put(self, stage: str, event: TagEvent) -> None:
        """Add an assignment to a stage, or an unassignment; for the fold only."""
        assignments, unassignments = self._staged.get(stage, ((), ()))
        if event.kind == "assignment":
            assignments += (event,)
        else:
            unassignments += (event,)
        self._staged[stage] = assignments, unassignments

    @property
    def stages(self) -> tuple[VersionStage, ...]:
        """The stages that it was ever in."""
        return tuple([VersionStage(self, stage, *events) for stage, events in self._staged.items()])

    def stage(self, name: str) -> VersionStage | None:
        """Return the version's relation to a stage; None if it was never in it."""
        events = self._staged.get(name)
        return VersionStage(self, name, *events) if events is not None else None

    def was_assigned(self, stage: str) -> bool:
        """Return whether it was ever assigned to a stage."""
        events = self._staged.get(stage)
        return events is not None and bool(events[0])

    @property
    def has_tags(self) -> bool:
        """Whether a tag names it, so that it is more than an annotation in a commit."""
        return self.is_staged or not self.discovered

    @property
    def is_staged(self) -> bool:
        """Whether it was ever in a stage."""
        return bool(self._staged)

    @property
    def discovered(self) -> bool:
        """Whether no registration or deregistration names it, only stages or an annotation."""
        return not self.registrations and not self.deregistrations

    def direct_events(self) -> list[Event]:
        """Return registrations and deregistrations, oldest first; on a tie the deregistration wins."""
        return ascending([*self.registrations, *self.deregistrations])

    def indirect_events(self) -> list[Event]:
        """Return commits and stages, oldest first."""
        return ascending(chain(self.commits, self._stage_events()))

    def events(self) -> list[Event]:
        """Return all events, oldest first."""
        return ascending(chain(self.registrations, self.deregistrations, self.commits, self._stage_events()))

    def tag_events(self) -> list[TagEvent]:
        """Return the same without commits."""
        return _ascending_tags(chain(self.registrations, self.deregistrations, self._stage_events()))

    def unordered_tag_events(self) -> Iterator[TagEvent]:
        """Return these in any order."""
        staged = chain.from_iterable(chain(*self._staged.values()))
        return chain(self.registrations, self.deregistrations, staged)

    def _stage_events(self) -> Iterator[TagEvent]:
        return (event for on, off in self._staged.values() for event in reversed(_ascending_tags((*on, *off))))

    @property
    def is_active(self) -> bool:
        """Whether it is not deregistered. If it was never registered, it is active as long as anything names it."""
        if self.discovered:
            return bool(self.commits or self._staged)
        return _is_on(self.registrations, self.deregistrations)

    @property
    def authoring_event(self) -> Event | None:
        """The last registration, or else the newest other event; None if no event could be read."""
        if self.registrations:
            return self.registrations[-1]
        events = self.indirect_events() or self.direct_events()
        return events[-1] if events else None

    @property
    def created_in(self) -> int:
        """The second of `created_at`."""
        event = self.registrations[-1] if self.registrations else self.authoring_event
        return event.seconds if event else 0

    @property
    def created_at(self) -> Moment:
        """The time of the authoring event."""
        event = self.authoring_event
        return event.time if event else Moment(0, 0)

    @property
    def activated_at(self) -> Moment | None:
        """The time of the first registration, or else of the oldest event."""
        if self.registrations:
            return self.registrations[0].time
        events = self.events()
        return events[0].time if events else None

    def active_stages(self) -> list[VersionStage]:
        """Return the stages that it is in, the longest held first."""
        if not self._staged:
            return []  # as for most versions
        active = [VersionStage(self, stage, *events) for stage, events in self._staged.items() if _is_on(*events)]
        return sorted(active, key=lambda stage: stage.assignments[-1].seconds)


class Artifact:
    """An artifact, from its tags, commits and annotations. It never changes once it is folded.

    The values that `show` needs are computed once per artifact, so that a change costs only what it touches.

    `rank` is its place in GTO's order: the artifact that an earlier phase of GTO's reading meets comes first. `refs`
    are its tags by name, those that do not count included.
    """

    __slots__ = (
        "__weakref__",
        "_active",
        "_default_stages",
        "_latest",
        "deprecations",
        "name",
        "problems",
        "rank",
        "refs",
        "versions",
    )

    def __init__(self, name: str, rank: "Rank", refs: Mapping[str, TagRef] = NO_REFS) -> None:
        self.name = name
        self.refs = refs
        self.rank = rank
        self.versions: list[Version] = []
        self.deprecations: tuple[TagEvent, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self._default_stages: dict[str, list[VersionStage]] | None = None
        self._active: bool | None = None
        self._latest: Version | Literal[False] | None = False

    def events(self) -> list[Event]:
        """Return all events, oldest first."""
        return ascending(chain(self.deprecations, *(reversed(version.events()) for version in self.versions)))

    def tag_events(self) -> list[TagEvent]:
        """Return the same without commits."""
        return _ascending_tags(chain(self.deprecations, *(reversed(each.tag_events()) for each in self.versions)))

    def unordered_tag_events(self) -> Iterator[TagEvent]:
        """Return these in any order."""
        return chain(self.deprecations, *(each.unordered_tag_events() for each in self.versions))

    @property
    def is_active(self) -> bool:
        """Whether it is not deprecated: the newest deprecation is not strictly newer than every other event."""
        if self._active is None:
            if self.deprecations:
                self._active = self.events()[-1].kind != "deprecation"
            else:
                self._active = any(v.commits or v.is_staged or not v.discovered for v in self.versions)
        return self._active

    @property
    def is_registered(self) -> bool:
        """Whether it has any tag."""
        return bool(self.deprecations) or any(not v.discovered or v.is_staged for v in self.versions)

    def get_versions(
        self,
        *,
        active_only: bool = True,
        unregistered: bool = False,
        discovered: bool = False,
        sort: Sort = "semver",
    ) -> list[Version]:
        """Return the versions that count, the greatest or newest first (GTO: `Artifact.get_versions`)."""
        chosen = [
            version
            for version in self.versions
            if not active_only
            or (
                version.is_active
                and (
                    bool(version.registrations)
                    or (discovered and version.discovered)
                    or (unregistered and not version.registrations)
                )
            )
        ]
        return sort_versions(chosen, sort)

    @property
    def latest(self) -> Version | None:
        """The greatest active registered version by precedence, not the newest."""
        if self._latest is False:
            versions = self.get_versions()
            self._latest = versions[0] if versions else None
        return self._latest

    def get_stages(
        self,
        *,
        registered_only: bool = False,
        assignments_per_version: int = -1,
        versions_per_stage: int = 1,
        sort: Sort = "timestamp",
    ) -> dict[str, list[VersionStage]]:
        """Return the versions in each stage, with the keys in GTO's order.

        Raises:
            RegistryError: `WrongArgs` for a count below -1.

        """
        defaults = (registered_only, assignments_per_version, versions_per_stage, sort) == DEFAULT_STAGES
        if defaults and self._default_stages is not None:
            return self._default_stages
        check_counts(assignments_per_version, versions_per_stage)
        cut = None if assignments_per_version < 0 else assignments_per_version
        # The others add nothing, and sorting versions takes most of the time.
        staged = [
            version
            for version in self.versions
            if version.is_staged and version.is_active and (version.registrations or not registered_only)
        ]
        candidates = [stage for version in sort_versions(staged, sort) for stage in version.active_stages()[:cut]]
        if sort == "timestamp":
            candidates.sort(key=lambda stage: stage.authoring_event.seconds)
            candidates.reverse()
        stages: dict[str, list[VersionStage]] = {}
        for candidate in candidates:
            held = stages.setdefault(candidate.stage, [])
            if -1 < versions_per_stage <= len(held):
                continue
            if all(candidate.version.name != other.version.name for other in held):
                held.append(candidate)
        if defaults:
            self._default_stages = stages
        return stages


#: Phase of GTO's reading, then the key within the phase: (time, ref name), or the place in HEAD's annotations.
Rank = tuple[int, int, str]


def check_counts(assignments_per_version: int, versions_per_stage: int) -> None:
    """Check the counts as GTO does.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if assignments_per_version < -1:
        raise RegistryError(
            "WrongArgs",
            "'assignments_per_version' must be >= -1",
            hint="-1 stands for all of them.",
            reason="assignments_per_version",
        )
    if versions_per_stage < -1:
        raise RegistryError(
            "WrongArgs",
            "'versions_per_stage' must be >=-1",
            hint="-1 stands for all of them.",
            reason="versions_per_stage",
        )


def sort_versions(versions: Sequence[Version], sort: Sort) -> list[Version]:
    """Sort the greatest (`semver`) or newest (`timestamp`) first; under `semver` commits come last, by id."""
    if sort == "timestamp":
        return sorted(versions, key=lambda version: version.created_in)[::-1]
    numbered: list[Version] = []
    others: list[Version] = []
    for version in versions:
        (numbered if is_version(version.name) else others).append(version)
    numbered.sort(key=lambda v: precedence(v.name))
    others.sort(key=lambda v: v.name)
    return [*reversed(numbered), *reversed(others)]
