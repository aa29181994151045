"""`gto/annotate` and `gto/removeAnnotation`: each changes the entry of one artifact in its annotation file."""

import codecs
import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from gto_daemon.daemon.acts.annotating import Writing, Written, annotate, remove
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.annotating import Annotate, AnnotationPlan
from gto_daemon.rpc.handlers import Act
from gto_daemon.rpc.schema.params import ActParams
from gto_daemon.rpc.schema.workspace_edit import workspace_edit

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import AnnotationActResult

#: Refusals of both methods.
REFUSALS = (
    "WrongConfig",
    "WrongArgs",
    "WrongArtifactsYaml",
    "AnnotationNotEditable",
    "UnsavedChanges",
    "UncommittedChanges",
    "RegistryChanged",
    "RefLocked",
    "IdentityRequired",
    "ActInProgress",
)


class AnnotationActParams(ActParams):
    """The artifact, and how to write its annotation."""

    name: str = Field(
        description="The artifact. An artifact in a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is"
        " written to the dvc.yaml of that folder."
    )
    file: Literal["artifacts.yaml", "dvc.yaml"] | None = Field(
        None,
        description="For an artifact in the root: the file. By default the one that has its entry, or artifacts.yaml.",
    )
    apply: Literal["write", "edit"] = Field(
        "write",
        description="`write`: write the file. `edit`: write nothing and return an edit for the editor to apply.",
    )
    dry_run: bool = Field(False, description="Write nothing and return the change to the file.")
    commit: bool = Field(False, description="Commit this file only.")
    push: bool = Field(False, description="Commit the file, then push the branch.")
    remote: str | None = Field(None, description="The remote to push to, as for `gto/register`.")
    branch: str | None = Field(None, description="GTO's option for repositories given as a URL; refused here.")


class AnnotateParams(AnnotationActParams):
    """The new annotation. Fields that are left out or empty stay unchanged."""

    type: str | None = Field(None, description="The type, such as `model`; the configuration may restrict the types.")
    path: str | None = Field(
        None, description="The path of the artifact, relative to the folder of the annotation file, or a URL."
    )
    must_exist: bool = Field(
        False, description="Require that the path exists in HEAD, and record that in the annotation."
    )
    allow_same_path: bool = Field(
        False, description="Allow a path that equals, contains or is inside the path of another artifact."
    )
    labels: list[str] = Field(default_factory=list, description="Labels to add to the existing ones.")
    description: str = ""
    custom: Any = Field(None, description="Any JSON value.")


class RemoveAnnotationParams(AnnotationActParams):
    """The artifact whose annotation to remove."""


def _writing(params: AnnotationActParams) -> Writing:
    """Return how to write the annotation; an edit is made against the editor's open document.

    Raises:
        RegistryError: `WrongArgs`.

    """
    if params.branch is not None:
        raise RegistryError(
            "WrongArgs",
            "branch can only be set for remote repos",
            hint="Switch to the branch in your clone.",
            reason="branch",
        )
    edit = params.apply == "edit"
    if edit and (params.commit or params.push):
        raise RegistryError(
            "WrongArgs",
            "An edit that an editor is to apply cannot be committed: the file is not written",
            hint="Leave out `apply`, or commit once the document is saved.",
            reason="apply",
        )
    write = not edit and not params.dry_run
    return Writing(
        write=write, commit=params.commit, push=params.push, remote=params.remote, file=params.file, edit=edit
    )


def _difference(path: str, plan: AnnotationPlan) -> str:
    before, after = ((text or b"").decode("utf-8").splitlines() for text in (plan.before, plan.after))
    return "\n".join(difflib.unified_diff(before, after, path, path, lineterm=""))


def _result(acting: ActContext, params: AnnotationActParams, how: Writing, written: Written) -> "AnnotationActResult":
    home, plan = written.home, written.plan
    after = acting.fresh()
    result: AnnotationActResult = {
        "path": home.path,
        "annotation": plan.annotation.described() if plan.annotation else None,
        "written": how.write,
        "warnings": [warning.as_json() for warning in plan.warnings],
        "repo": acting.worktree.repo,
        "clock": after.clock,
        "problems": [problem.as_json() for problem in after.problems],
    }
    if written.file is not None:
        on_disk = None if plan.before is None else plan.before.removeprefix(codecs.BOM_UTF8).decode()
        text = on_disk if written.file.text is None else written.file.text
        result["edit"] = workspace_edit(replace(written.file, text=text), plan.edits)
    elif params.dry_run:
        result["diff"] = _difference(home.path, plan)
    if how.write and (how.commit or how.push):
        result["commit"] = written.commit
    if written.push is not None:
        result["push"] = written.push
    return result


def _annotate(acting: ActContext, params: AnnotateParams) -> "AnnotationActResult":
    own = AnnotateParams.model_fields.keys() - AnnotationActParams.model_fields.keys()
    request = Annotate(name=params.name, **{name: getattr(params, name) for name in own})
    how = _writing(params)
    return _result(acting, params, how, annotate(acting, request, how))


def _remove(acting: ActContext, params: RemoveAnnotationParams) -> "AnnotationActResult":
    how = _writing(params)
    return _result(acting, params, how, remove(acting, params.name, how))


METHODS: Final = {
    "gto/annotate": Act(
        name="gto/annotate",
        summary="Annotate an artifact in artifacts.yaml or a dvc.yaml, and change nothing else in the file.",
        params=AnnotateParams,
        errors=(*REFUSALS, "ValidationError", "UnknownType", "NoFile", "PathIsUsed"),
        perform=_annotate,
    ),
    "gto/removeAnnotation": Act(
        name="gto/removeAnnotation",
        summary="Remove the annotation of an artifact, and change nothing else in the file.",
        params=RemoveAnnotationParams,
        errors=(*REFUSALS, "ArtifactNotFound"),
        perform=_remove,
    ),
}
