"""What the registry says of an artifact, in a few words: `v3.1.0 · prod v3.0.0 · dev v3.1.0`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from gto_daemon.registry.artifact import Artifact, VersionStage
from gto_daemon.registry.queries.stages import stage_columns
from gto_daemon.registry.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class State:
    """An artifact as tags leave it.

    Attributes:
        name: of the artifact.
        artifact: None where neither a tag nor HEAD knows it.
        latest: its greatest version, None for none.
        held: stages and what is in them, in the order of the configuration, then by name.

    """

    name: str
    artifact: Artifact | None
    latest: str | None
    held: tuple[tuple[str, tuple[VersionStage, ...]], ...]

    @cached_property
    def has_tags(self) -> bool:
        """Whether any tag is about it."""
        return self.artifact is not None and self.artifact.is_registered

    @cached_property
    def sentence(self) -> str:
        """All of it."""
        if self.artifact is None or not self.has_tags:
            return "not registered"
        parts = [self.latest or "no version"]
        parts += [f"{stage} {', '.join(_named(each) for each in held)}" for stage, held in self.held]
        if not self.artifact.is_active:
            parts.insert(0, "deprecated")
        return " · ".join(parts)


#: What was worked out for a snapshot: with every keystroke the same is asked of a thousand artifacts.
_known: "WeakKeyDictionary[Snapshot, dict[str, State]]" = WeakKeyDictionary()


def state_of(snapshot: Snapshot, name: str) -> State:
    """The state of an artifact."""
    return states_of(snapshot, (name,))[0]


def states_of(snapshot: Snapshot, names: Iterable[str]) -> list[State]:
    """The states of several."""
    known = _known.get(snapshot)
    if known is None:
        known = _known[snapshot] = {}
    states: list[State] = []
    for name in names:
        state = known.get(name)
        if state is None:
            state = _state_of(snapshot, name)
            # Names come from documents, so there may be any number of them.
            if state.artifact is not None:
                known[name] = state
        states.append(state)
    return states


def _state_of(snapshot: Snapshot, name: str) -> State:
    artifact = snapshot.index.artifacts.get(name)
    if artifact is None:
        return State(name, None, None, ())
    stages = artifact.get_stages()
    allowed = snapshot.config.stages or ()
    order = sorted(stages, key=lambda stage: (allowed.index(stage) if stage in allowed else len(allowed), stage))
    latest = artifact.latest
    held = tuple((stage, tuple(stages[stage])) for stage in order if stages[stage])
    return State(name, artifact, latest.name if latest else None, held)


def offered_stages(snapshot: Snapshot) -> list[str]:
    """The stages that may be assigned: the configured ones, else those in use."""
    return stage_columns(snapshot)


def _named(held: VersionStage) -> str:
    name = held.version.name
    return name if name.startswith("v") else name[:7]
