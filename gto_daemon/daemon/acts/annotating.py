"""Write annotations to disk, and commit and push them on request."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gto_daemon.daemon.acts.committing import check_committable, commit_file, head_of, push_commit, pushed_branch
from gto_daemon.daemon.acts.file_change import FileChange, content_of_file, writable_target
from gto_daemon.daemon.acts.lock import one_act_at_a_time
from gto_daemon.daemon.live.annotation_files import DVC, directory_of, join
from gto_daemon.daemon.live.editor_file import EditorFile
from gto_daemon.daemon.queries.known_names import known_names
from gto_daemon.daemon.remotes.syncing import reachable_remote
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.protocol.acts import AnnotationPush
from gto_daemon.registry.dvc_names import other_spelling
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.near_names import near_names
from gto_daemon.registry.plans.annotating import (
    Annotate,
    AnnotationHome,
    AnnotationPlan,
    check_annotate,
    plan_annotate,
    plan_remove,
)
from gto_daemon.registry.plans.checks import check_config
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import is_artifact_name

_LINE_END = re.compile("\r\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How to write an annotation.

    Attributes:
        write: to disk; else only planned.
        commit: commit the file, and nothing else.
        push: push the branch afterwards.
        remote: the remote to push to; by default git's.
        file: for an artifact in the root, `artifacts.yaml` or `dvc.yaml`; by default the one that has its entry.
        edit: plan an edit of the file as the client's editor has it open, if it has.

    """

    write: bool = True
    commit: bool = False
    push: bool = False
    remote: str | None = None
    file: str | None = None
    edit: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The plan of an annotation, and its outcome.

    Attributes:
        home: the file.
        plan: what it says now, or would.
        file: with `edit`, the file as the editor had it when the edit was planned.
        commit: the commit that was made, hex digits.
        push: what became of pushing it.

    """

    home: AnnotationHome
    plan: AnnotationPlan
    file: EditorFile | None
    commit: str | None = None
    push: AnnotationPush | None = None


def _meant(name: str, how: Writing) -> tuple[str, Writing]:
    """Return a name that DVC spells `dir/dvc.yaml:x` as GTO spells it; `dvc.yaml:x` says which file of the root."""
    spelled = other_spelling(name) if is_artifact_name(name) else None
    if spelled is None:
        return name, how
    return spelled, how if directory_of(spelled) else replace(how, file=DVC)


def _home_of(acting: ActContext, root: Path, snapshot: Snapshot, name: str, file: str | None) -> AnnotationHome:
    """Return the file for an artifact's annotation: the requested one, or the one that already has the annotation."""
    directory = directory_of(name)
    own, described = AnnotationHome(snapshot.config.index, None), AnnotationHome(join(directory, DVC), directory)
    if directory or file == DVC:
        return described
    if file is not None:
        return own
    having = (home for home in (own, described) if name in home.parse(_current(acting, root / home.path)).annotations)
    return next(having, own)


def _current(acting: ActContext, place: Path) -> bytes:
    """Return the text in the client's editor, or on disk if the editor does not have the file open."""
    text = acting.editor_file(str(place)).text
    return (content_of_file(place) or b"") if text is None else _encoded(text)


def annotate(acting: ActContext, request: Annotate, how: Writing) -> Written:
    """Annotate; answers the file, the plan, and what became of commit and push.

    Raises:
        RegistryError: the refusal; the file is as it was.

    """
    name, how = _meant(request.name, how)
    request = replace(request, name=name)
    message = f"Annotate artifact `{name}`"
    message += f" of type `{request.type}`" if request.type else ""
    message += f" with path `{request.path}`" if request.path else ""

    def plan(snapshot: Snapshot, home: AnnotationHome, before: bytes | None) -> AnnotationPlan:
        check_annotate(request, snapshot.config, lambda path: _exists(acting, snapshot, path))
        return plan_annotate(request, home, before, lambda: _near(acting, snapshot, name))

    return _changed(acting, name, how, plan, message)


def remove(acting: ActContext, name: str, how: Writing) -> Written:
    """Remove an annotation; as `annotate`."""
    name, how = _meant(name, how)
    message = f"Remove annotation for artifact `{name}`"

    def plan(snapshot: Snapshot, home: AnnotationHome, before: bytes | None) -> AnnotationPlan:
        return plan_remove(name, home, before, lambda: _near(acting, snapshot, name))

    return _changed(acting, name, how, plan, message)


def _near(acting: ActContext, snapshot: Snapshot, name: str) -> list[str]:
    """Return the names that may be meant by one that nothing has."""

    def known() -> set[str]:
        on_disk = acting.worktree.read_folder(directory_of(name)).values()
        return known_names(acting.worktree, snapshot).union(*(file.annotations for file in on_disk))

    names = acting.run(known)
    return [] if name in names else near_names(name, names)


def _changed(acting: ActContext, name: str, how: Writing, plan: Any, message: str) -> Written:
    root = acting.worktree.layout.worktree
    if root is None:
        raise RegistryError(
            "WrongArgs",
            f"'{acting.worktree.repo}' is a bare repository: it has no files to annotate in",
            hint="Annotate in a clone of it, and push the commit.",
            reason="repo",
        )
    snapshot = acting.fresh()
    check_config(snapshot.config)
    home = _home_of(acting, root, snapshot, name, how.file)
    place = root / home.path
    if how.edit:
        file = acting.editor_file(str(place))
        if file.is_too_large:
            raise _unsaved(home, "is open in the editor with more text than is looked at there")
        before = content_of_file(place) if file.text is None else _encoded(file.text)
        return Written(home, plan(snapshot, home, before), file)
    if not how.write:
        return Written(home, plan(snapshot, home, _saved(acting, home, place)), None)
    remote = reachable_remote(acting, how.remote) if how.push else ""
    with one_act_at_a_time(acting, slow=how.commit or how.push):
        content = _saved(acting, home, place)
        if how.commit or how.push:
            check_committable(acting, home)
        planned: AnnotationPlan = plan(snapshot, home, content)
        change = FileChange(place, writable_target(root, acting.worktree.layout, place), planned.before, planned.after)
        head = head_of(acting) if how.commit or how.push else None
        branch = pushed_branch(acting) if how.push else ""
        change.make()
        commit = None
        if how.commit or how.push:
            commit = commit_file(acting, home, change, message, head)
    if how.push:
        return Written(home, planned, None, commit, push_commit(acting, remote, branch, how.remote))
    return Written(home, planned, None, commit)


def _exists(acting: ActContext, snapshot: Snapshot, path: str) -> bool:
    head = snapshot.head

    def look() -> bool:
        links = acting.worktree.repository.links(head) if head else None
        inside = os.path.normpath(path).replace(os.sep, "/")
        try:
            return links is not None and acting.worktree.repository.reader.entry(links.tree, inside) is not None
        except MissingObjectError:
            # The annotation need not be wrong: the path may be in a folder that this clone lacks.
            return True

    return acting.run(look)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _saved(acting: ActContext, home: AnnotationHome, place: Path) -> bytes | None:
    """Return the text on disk, unless the client's editor has unsaved changes."""
    content = content_of_file(place)
    file = acting.editor_file(str(place))
    if file.is_too_large:
        raise _unsaved(home, "is open in the editor with more text than is compared with the file")
    if file.text is not None and _lines(file.text) != _lines((content or b"").decode("utf-8", "replace")):
        raise _unsaved(home, "has changes in the editor that are not saved")
    return content


def _lines(text: str) -> str:
    # An editor may show other line ends than the file has, and hide its byte order mark.
    return _LINE_END.sub("\n", text.removeprefix("\ufeff")).rstrip("\n")


def _unsaved(home: AnnotationHome, why: str) -> RegistryError:
    return RegistryError(
        "UnsavedChanges",
        f"{home.path} {why}, so it is not changed on disk",
        hint="Save it, and close it if it is large.",
        path=home.path,
    )
