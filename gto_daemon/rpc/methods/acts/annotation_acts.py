"""What `gto/annotate` and `gto/removeAnnotation` have in common."""

import codecs
import difflib
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from gto_daemon.daemon.acts.annotating import Writing, Written
from gto_daemon.daemon.task_context import Acting
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.annotating import AnnotationPlan
from gto_daemon.rpc.schema.params import ActParams
from gto_daemon.rpc.schema.remote_shapes import PlanWarning
from gto_daemon.rpc.schema.results import ActedResult, Annotation, Shape
from gto_daemon.rpc.schema.workspace_edit import workspace_edit

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


class AnnotationPush(Shape):
    """What became of pushing the commit."""

    ok: bool
    remote_messages: list[str] | None = Field(
        None, description="What the server and its hooks said, line by line (git's `remote:`); absent if nothing."
    )
    kind: str | None = Field(None, description="Where it failed: the kind of the refusal.")
    message: str | None = None
    hint: str | None = None


class AnnotationActResult(ActedResult):
    """What the file says now, or would."""

    path: str = Field(description="The file, relative to the root of the repository.")
    annotation: Annotation | None = Field(description="Without what is the default; null when it was removed.")
    written: bool
    warnings: list[PlanWarning]
    diff: str | None = Field(None, description="With `dry_run`: what would change in the file, as a unified diff.")
    edit: dict[str, Any] | None = Field(
        None, description="With `apply: edit`: an LSP WorkspaceEdit, for the version of the document that it names."
    )
    commit: str | None = Field(None, description="The commit that was made, hex digits.")
    push: AnnotationPush | None = None


def writing(params: AnnotationActParams) -> Writing:
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


def result_of(acting: Acting, params: AnnotationActParams, how: Writing, written: Written) -> dict[str, Any]:
    """The result, from what was done."""
    home, plan = written.home, written.plan
    after = acting.fresh()
    result: dict[str, Any] = {
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
    return {**result, **written.done}
