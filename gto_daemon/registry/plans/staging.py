"""Plans of `assign`, `unassign` and `rollback` (GTO 1.10.1, registry.py)."""

from dataclasses import replace
from itertools import islice
from typing import Final

from gto_daemon.registry import commands
from gto_daemon.registry.artifact import Artifact, Version, VersionStage
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.events import Event
from gto_daemon.registry.near_names import did_you_mean, near_names
from gto_daemon.registry.plans.checks import needs_force, wrong_args
from gto_daemon.registry.plans.draft import Draft
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.plan import NewTag
from gto_daemon.registry.plans.registering import plan_register, version_required
from gto_daemon.registry.plans.requests import Assign, Register, Rollback, Unassign
from gto_daemon.registry.queries.absence import hint_for_version, stage_that_may_be_meant
from gto_daemon.registry.queries.show import find_artifact
from gto_daemon.registry.queries.why import earlier_holder

#: Artifacts whose stages are compared with a new one's name.
_MAX_LOOKED_AT: Final = 1_000


def plan_assign(draft: Draft, request: Assign, inputs: PlanInputs) -> None:
    """Plan it, and before it the registration that it needs.

    Raises:
        RegistryError: `WrongArgs`, `ManyVersions`, `TagExists`, and what `plan_register` refuses.

    """
    name, stage = request.name, request.stage
    draft.concern(name)
    artifact = draft.artifact(name)
    if artifact is not None and not artifact.is_active:
        draft.warn("revives-artifact", f"'{name}' is deprecated; this act makes it active again.")
    if inputs.near and request.skip_registration:
        draft.warn("new-artifact", f"There is no artifact '{name}' yet. {did_you_mean(inputs.near)}")
    found = _version_of(draft, request, inputs)
    commit = found.hexsha if found else inputs.commit or ""
    version = found.name if found else commit
    if found is not None:
        put = next((held for held in found.active_stages() if held.stage == stage), None)
        if put is not None and not request.force:
            raise _already(draft, name, put)
        draft.count_on(found.authoring_event)
    draft.create(
        NewTag(
            draft.name(name, f"#{stage}", simple=request.simple),
            commit,
            request.message or f"Assigning stage {stage} to artifact {name} version {version}",
            inputs.tagger,
            inputs.email,
            draft.time(inputs, _rivals(artifact, stage, commit), f"The last tag of '{stage}'"),
        )
    )
    _check_effect(draft, name, stage, found, version)
    _check_stage_is_used(draft, stage)


def _already(draft: Draft, name: str, put: VersionStage) -> RegistryError:
    """Return the refusal to put a version where a tag put it before. Another may hold the stage since."""
    stage, version, tag = put.stage, put.version.name, put.authoring_event.ref
    artifact = draft.artifact(name)
    holders = artifact.get_stages().get(stage, []) if artifact else []
    holder = next((each for each in holders if each.version.name == version), next(iter(holders), put))
    since, hint = holder.authoring_event.ref, ""
    if not put.version.is_active:
        message = (
            f"Version '{version}' was put into stage '{stage}' by '{tag}' before, "
            "which counts for nothing, because the version was deregistered"
        )
        hint = _to_register_again(name, put.version)
    elif holder.version.name == version:
        message = f"Version '{version}' is already in stage '{stage}'"
    else:
        message = (
            f"Version '{version}' was put into stage '{stage}' by '{tag}' before, "
            f"and {holder.version.name} holds it since '{since}'"
        )
        hint = f"To put it there again: {commands.assign_again(name, version, stage)}"
    return RegistryError(
        "WrongArgs",
        message,
        hint=hint,
        reason="version and stage",
        tag=tag,
        allow={"force": True},
        holder=holder.version.name,
        since=since,
    )


def _version_of(draft: Draft, request: Assign, inputs: PlanInputs) -> Version | None:
    """Return the version that gets the stage; None if it will be a commit without a version."""
    name = request.name
    if request.version is not None:
        found = draft.find_version(name, version=request.version)
        if found is None:
            raise wrong_args(
                f"Version '{request.version}' is not registered",
                "version",
                hint_for_version(draft.snapshot, name, request.version),
            )
        # GTO makes the tag, then fails, and from then on in every command. Here it is refused before.
        draft.find_version(name, commit=found.hexsha)
        return found
    commit = inputs.commit
    found = draft.find_version(name, commit=commit)
    if found is not None and request.name_version:
        raise wrong_args(
            f"Can't register '{request.name_version}', since '{found.name}' is registered already at this ref",
            "name_version",
            "Leave it out, or give another commit.",
        )
    if found is None and not request.skip_registration:
        on_the_fly = Register(name=name, ref=request.ref or "HEAD", version=request.name_version)
        if request.message or request.author or request.author_email:
            draft.warn(
                "registration-default",
                f"The registration of '{name}' that comes first has GTO's message and Git's own identity: message and "
                "author are the assignment's.",
            )
        own = replace(inputs, tagger=inputs.own_tagger, email=inputs.own_email)
        plan_register(draft, on_the_fly, own)
        found = draft.find_version(name, commit=commit)
    return found


def _rivals(artifact: Artifact | None, stage: str, commit: str) -> list[Event]:
    """Return the events that an assignment has to be newer than to count."""
    rivals: list[Event] = []
    for version in artifact.versions if artifact else ():
        held = version.stage(stage)
        if held is None:
            continue
        if version.hexsha == commit:
            rivals.extend(held.unassignments)
        elif held.is_active and version.is_active:
            rivals.append(held.authoring_event)
    return rivals


def _check_effect(draft: Draft, name: str, stage: str, found: Version | None, version: str) -> None:
    artifact = draft.artifact(name)
    held = artifact.get_stages().get(stage, []) if artifact else []
    if all(each.version.name != version for each in held):
        reason = f"'{stage}' is still held by {held[0].version.name}" if held else f"'{stage}' will be shown as empty"
        if found is not None and not found.is_active:
            cause = f"{version} was deregistered. {_to_register_again(name, found)}"
        else:
            cause = "another tag is dated later."
        draft.warn("not-effective", f"After this act {reason}: {cause}")


def _to_register_again(name: str, version: Version) -> str:
    return f"To register it again: {commands.register_again(name, version.hexsha)}"


def _check_stage_is_used(draft: Draft, stage: str) -> None:
    """Warn of a stage without any earlier use that is nearly the same as an existing one."""
    if draft.before.config.stages is not None:
        return
    used: dict[str, None] = {}
    for _, overview in islice(draft.before.index.overviews(), _MAX_LOOKED_AT):
        used.update(dict.fromkeys(held.stage for held in overview.stages))
        if stage in used:
            return
    near = did_you_mean(near_names(stage, used))
    if near:
        draft.warn("new-stage", f"Nothing was in the stage '{stage}' before. {near}")


def plan_unassign(draft: Draft, request: Unassign, inputs: PlanInputs) -> None:
    """Plan it.

    Raises:
        RegistryError: `ArtifactNotFound`, `VersionRequired`, `WrongArgs`, `ManyVersions`, `TagExists`.

    """
    name, stage = request.name, request.stage
    draft.concern(name)
    artifact = find_artifact(draft.snapshot, name)
    found = draft.find_version(name, version=request.version, commit=inputs.commit)
    if found is None:
        raise version_required(draft, name, request.version)
    held = found.stage(stage)
    if held is None and not request.force:
        error = needs_force(f"Stage '{stage}' is not assigned to a version '{found.name}'", "version and stage")
        error.hint = stage_that_may_be_meant(draft.snapshot, artifact, stage)
        raise error
    if held is not None:
        draft.count_on(held.authoring_event)
    if request.delete:
        draft.delete(event.ref for event in found.events() if event.stage == stage)
        return
    # A stage tag on a commit with two versions is what plain gto dies of; deleting them is the way out.
    draft.find_version(name, commit=found.hexsha)
    if held is None or not held.is_active:
        draft.warn("not-in-stage", f"{found.name} of '{name}' is not in '{stage}', so nothing changes by this.")
    later = [event for event in held.assignments if event.seconds > inputs.now.seconds] if held else []
    draft.create(
        NewTag(
            draft.name(name, f"#{stage}!", simple=request.simple),
            found.hexsha,
            request.message or f"Unassigning stage '{stage}' to artifact '{name}' version '{found.name}'",
            inputs.tagger,
            inputs.email,
            draft.time(inputs, later, f"The assignment of '{stage}'"),
        )
    )


def plan_rollback(draft: Draft, request: Rollback, inputs: PlanInputs) -> None:
    """Plan it: an assignment of what the stage held before.

    Raises:
        RegistryError: `ArtifactNotFound`, `NoEarlierVersion`, and what `plan_assign` refuses.

    """
    find_artifact(draft.snapshot, request.name)
    earlier = earlier_holder(draft.snapshot, request.name, request.stage)
    if earlier.skipped:
        names = ", ".join(earlier.skipped)
        draft.warn("versions-skipped", f"'{request.stage}' held {names} in between, deregistered since.")
    version = earlier.version
    registered = not version.discovered
    assign = Assign(
        name=request.name,
        stage=request.stage,
        version=version.name if registered else None,
        ref=None if registered else version.hexsha,
        skip_registration=not registered,
        message=request.message,
        # It may be in the stage still: a newer assignment of another version does not take it out.
        force=True,
    )
    plan_assign(draft, assign, inputs if registered else replace(inputs, commit=version.hexsha))
