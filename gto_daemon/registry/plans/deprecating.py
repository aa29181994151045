"""The plan of `deprecate` (GTO 1.10.1, registry.py)."""

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.checks import last_of_kind, needs_force, tags_of
from gto_daemon.registry.plans.draft import Draft
from gto_daemon.registry.plans.inputs import PlanInputs
from gto_daemon.registry.plans.plan import NewTag
from gto_daemon.registry.plans.requests import Deprecate
from gto_daemon.registry.queries.show import find_artifact


def plan_deprecate(draft: Draft, request: Deprecate, inputs: PlanInputs) -> None:
    """Plan it.

    Raises:
        RegistryError: `ArtifactNotFound`, `WrongArgs`, `RefNotFound`, `TagExists`.

    """
    name = request.name
    draft.concern(name)
    if not request.force and not (found := find_artifact(draft.snapshot, name)).is_active:
        events = found.events()
        done, gone = last_of_kind(events, "deprecation"), events if request.delete else None
        raise needs_force("Artifact was deprecated already", "name", done, deletes=gone)
    if request.delete:
        draft.delete(tags_of(find_artifact(draft.snapshot, name).events()))
        return
    artifact_or_none = draft.artifact(name)
    events = artifact_or_none.events() if artifact_or_none else []
    commit = inputs.commit or (events[-1].commit if events else inputs.head)
    if commit is None:
        raise RegistryError(
            "RefNotFound",
            "Ref 'HEAD' was not found in the repository history",
            hint="There is no commit yet to put the tag on.",
            ref="HEAD",
        )
    simple = False if request.force else request.simple is not False
    draft.create(
        NewTag(
            draft.name(name, "@deprecated", simple=simple),
            commit,
            request.message or f"Deprecating artifact '{name}'",
            inputs.tagger,
            inputs.email,
            # It counts only when it is strictly newer than everything else.
            draft.time(inputs, events, f"The last event of '{name}'"),
        )
    )
