"""Why a stage holds its versions: its history is replayed, event by event, by the rules of `show`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact, Version
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import TagEvent, history_row
from gto_daemon.registry.fold import fold
from gto_daemon.registry.objects import TagRef
from gto_daemon.registry.queries.absence import lacking, stage_that_may_be_meant
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import ChainLink, WhyAnswer

_PHASES = {"registration": 0, "deregistration": 1, "assignment": 2, "unassignment": 3}


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and which version held the stage before and after it.

    Attributes:
        event: an event of the stage, or of a version that ever was assigned to it.
        before: the version that held the stage until then.
        after: the version that held it from then on.
        deregistered_by: for an assignment, the tag that had taken its version out of the registry by then.

    """

    event: TagEvent
    before: Version | None
    after: Version | None
    deregistered_by: str | None = None

    @property
    def is_effective(self) -> bool:
        """Whether another version holds the stage after it."""
        return _key(self.before) != _key(self.after)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The version that a stage can be rolled back to.

    Attributes:
        version: the version that held it before the present one.
        replaced: the name of the present one, None when the stage is empty.
        skipped: what held it in between and was deregistered since, the latest first.

    """

    version: Version
    replaced: str | None
    skipped: tuple[str, ...] = ()


def _key(version: Version | None) -> tuple[str, str] | None:
    return (version.name, version.hexsha) if version else None


def replay(snapshot: Snapshot, name: str, stage: str) -> list[Step]:
    """Return every event that could decide on the stage, oldest first.

    These are the stage's own tags, and the registrations and deregistrations of all versions that were ever in it.

    Raises:
        RegistryError: `ArtifactNotFound`.

    """
    artifact = find_artifact(snapshot, name)
    name = artifact.name
    events: dict[str, TagEvent] = {}
    for version in artifact.versions:
        held = version.stage(stage)
        if held is not None:
            for event in (*version.registrations, *version.deregistrations, *held.assignments, *held.unassignments):
                events.setdefault(event.ref, event)
    ordered = sorted(events.values(), key=lambda event: (event.seconds, _PHASES[event.kind], event.ref))
    refs = snapshot.index.refs_of(name)
    steps: list[Step] = []
    so_far: dict[str, TagRef] = {}
    before: Version | None = None
    for event in ordered:
        so_far[event.ref] = refs[event.ref]
        then = fold(name, so_far, snapshot.index.facts, ())
        held_by = then.get_stages().get(stage) if then else None
        after = held_by[0].version if held_by else None
        steps.append(Step(event, before, after, _deregistered_by(then, event)))
        before = after
    return steps


def _deregistered_by(artifact: Artifact | None, event: TagEvent) -> str | None:
    """Return the tag that had deregistered the version of an assignment when that was made."""
    if artifact is None or event.kind != "assignment":
        return None
    versions = [version for version in artifact.versions if version.hexsha == event.commit]
    if any(version.is_active for version in versions):
        return None
    return next((version.deregistrations[-1].ref for version in versions if version.deregistrations), None)


def why(snapshot: Snapshot, name: str, stage: str) -> "WhyAnswer":
    """Explain why the stage holds its versions.

    Returns:
        `{name, stage, holds: [versions], since, chain: [{…row of history, before, after, effect}], reason}`; the chain
        is oldest first, `before` and `after` are versions or null.

    Raises:
        RegistryError: `ArtifactNotFound`.

    """
    artifact = find_artifact(snapshot, name)
    name = artifact.name
    held = artifact.get_stages().get(stage, [])
    steps = replay(snapshot, name, stage)
    meant = stage_that_may_be_meant(snapshot, artifact, stage) or ("" if steps else lacking(snapshot))
    effective = [step for step in steps if step.is_effective]
    return {
        "name": name,
        "stage": stage,
        "holds": [each.version.name for each in held],
        "since": effective[-1].event.time.isoformat() if effective and held else None,
        "chain": list(_chain(steps, stage)),
        "reason": f"{_reason(steps, name, stage, active=artifact.is_active)} {meant}".rstrip(),
    }


def _chain(steps: list[Step], stage: str) -> "Iterator[ChainLink]":
    for step in steps:
        yield {
            **history_row(step.event),
            "before": step.before.name if step.before else None,
            "after": step.after.name if step.after else None,
            "effect": _effect(step, stage),
        }


def _effect(step: Step, stage: str) -> str:
    before, after = step.before, step.after
    if step.is_effective:
        if before is None and after is not None:
            return f"{after.name} came into {stage}"
        if after is None:
            return f"{stage} became empty"
        if before is not None:
            return f"{after.name} took {stage} from {before.name}"
    kind, version = step.event.kind, step.event.version
    holder = f"{stage} stayed with {after.name}" if after else f"{stage} stayed empty"
    reasons = {
        "assignment": (
            f"{version} was deregistered by {step.deregistered_by}"
            if step.deregistered_by
            else f"{version} was in it already"
            if after and after.name == version
            else "it counts for less"
        ),
        "unassignment": f"{version} did not hold it",
        "registration": f"{version} was registered",
        "deregistration": f"{version} did not hold it",
    }
    return f"{holder}: {reasons[kind]}"


def _reason(steps: list[Step], name: str, stage: str, *, active: bool) -> str:
    effective = [step for step in steps if step.is_effective]
    if not effective:
        never = f"No version of '{name}' was ever in '{stage}'"
        late = next((step for step in reversed(steps) if step.deregistered_by), None)
        if late is None:
            return f"{never}."
        assigned = late.event
        return (
            f"{never}: {assigned.version} was deregistered by {late.deregistered_by} before {assigned.ref} assigned it."
        )
    last = effective[-1]
    person = last.event.author or "somebody unnamed"
    where = f"with {last.event.ref} at {last.event.time.isoformat()}"
    if last.after is None:
        left = last.before.name if last.before else "it"
        said = f"'{stage}' is empty: {person} emptied it {where}; {left} was the last to hold it."
    elif last.before is None:
        said = f"{last.after.name} holds '{stage}', put there by {person} {where}."
    else:
        said = f"{last.after.name} holds '{stage}', put there by {person} {where}, in place of {last.before.name}."
    return said if active else f"{said} '{name}' is deprecated, so show leaves it out."


def earlier_holder(snapshot: Snapshot, name: str, stage: str) -> Earlier:
    """Return the version that held the stage before the present one; if it is empty, the last one that did.

    Versions that were deregistered since are passed over.

    Raises:
        RegistryError: `ArtifactNotFound`, `NoEarlierVersion`.

    """
    artifact = find_artifact(snapshot, name)
    name = artifact.name
    steps = replay(snapshot, name, stage)
    present = steps[-1].after if steps else None
    skipped: list[str] = []
    for step in reversed(steps):
        held = step.before
        if held is None or _key(held) == _key(present):
            continue
        now = next((version for version in artifact.versions if _same(version, held)), None)
        if now is not None and now.is_active:
            return Earlier(now, present.name if present else None, tuple(dict.fromkeys(skipped)))
        skipped.append(held.name)
    meant = stage_that_may_be_meant(snapshot, artifact, stage) or lacking(snapshot)
    raise _nothing_earlier(name, stage, present, skipped, meant)


def _same(version: Version, held: Version) -> bool:
    """Return whether it is that version now; a commit that was registered since has its own name."""
    return version.hexsha == held.hexsha and (version.name == held.name or held.discovered)


def _nothing_earlier(name: str, stage: str, present: Version | None, skipped: list[str], meant: str) -> RegistryError:
    if skipped:
        reason = f"what it held before ({', '.join(dict.fromkeys(skipped))}) was deregistered"
    elif present is not None:
        reason = f"{present.name} is the first version that it holds"
    else:
        reason = "it never held a version"
    return RegistryError(
        "NoEarlierVersion",
        f"'{stage}' of '{name}' cannot be rolled back: {reason}",
        hint=meant or f"Assign a version by its name, one of these: {commands.show_artifact(name)}",
        artifact=name,
        stage=stage,
    )
