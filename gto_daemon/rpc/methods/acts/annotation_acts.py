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

#: Refusals of both.
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
    """The artifact, and how its annotation is written."""

    name: str = Field(
        description="The artifact. One of a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is in the"
        " dvc.yaml of that folder."
    )
    file: Literal["artifacts.yaml", "dvc.yaml"] | None = Field(
        None, description="For an artifact of the root: by default the file that has its entry, or artifacts.yaml."
    )
    apply: Literal["write", "edit"] = Field(
        "write", description="`write`: to disk. `edit`: answer an edit for the editor to apply, and write nothing."
    )
    dry_run: bool = Field(False, description="Answer what would change in the file, and write nothing.")
    commit: bool = Field(False, description="Commit the file, and nothing else.")
    push: bool = Field(False, description="Commit it, then push the branch.")
    remote: str | None = Field(None, description="Where to, as for `gto/register`.")
    branch: str | None = Field(None, description="GTO's, for repositories that are given by their URL.")


class AnnotateParams(AnnotationActParams):
    """What to say of it. What is left out, or empty, stays as it is."""

    type: str | None = Field(None, description="Such as `model`; the configuration may restrict it.")
    path: str | None = Field(None, description="Where it is, relative to the file's folder, or a URL.")
    must_exist: bool = Field(False, description="The path has to be in HEAD, and is marked so.")
    allow_same_path: bool = Field(False, description="Although the path is, holds or lies in another artifact's.")
    labels: list[str] = Field(default_factory=list, description="Added to those that are there.")
    description: str = ""
    custom: Any = Field(None, description="Anything that JSON can say.")


class RemoveAnnotationParams(AnnotationActParams):
    """Whose."""


def _writing(params: AnnotationActParams) -> Writing:
    """How it is to be written; against the open document where an editor asks for an edit.

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
    if written.commit is not None:
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
        summary="Describe an artifact in artifacts.yaml or a dvc.yaml; nothing else in the file changes.",
        params=AnnotateParams,
        errors=(*REFUSALS, "ValidationError", "UnknownType", "NoFile", "PathIsUsed"),
        perform=_annotate,
    ),
    "gto/removeAnnotation": Act(
        name="gto/removeAnnotation",
        summary="Take an artifact out of its annotation file; nothing else in it changes.",
        params=RemoveAnnotationParams,
        errors=(*REFUSALS, "ArtifactNotFound"),
        perform=_remove,
    ),
}
