"""Annotations written to disk: by rename, so that a crash leaves the old file, and committed if that is asked for."""

import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from gto_daemon import platform
from gto_daemon.daemon.acts.lock import one_act_at_a_time
from gto_daemon.daemon.live.annotation_files import DVC, directory_of, join
from gto_daemon.daemon.live.repository import MAX_FILE
from gto_daemon.daemon.queries.known_names import known_names
from gto_daemon.daemon.remotes.syncing import reachable_remote
from gto_daemon.daemon.task_context import Acting, EditorFile
from gto_daemon.git.default_remote import branch_of
from gto_daemon.git.identity import read_identity
from gto_daemon.git.layout import Layout
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.git.process import TRANSACTION_TIMEOUT, CancelledError, Finished, Git
from gto_daemon.git.readable_by_git import require_committable
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.git.remote_failures import remote_failure, remote_messages, without_credentials
from gto_daemon.git.transaction import RefsLockedError
from gto_daemon.registry import commands
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

#: How often an index that somebody has locked is tried, and seconds in between.
_LOCKED_ATTEMPTS = 20
_PAUSE = 0.1
_LINE_END = re.compile("\r\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How it is written.

    Attributes:
        write: to disk; else only planned.
        commit: commit the file, and nothing else.
        push: push the branch afterwards.
        remote: where to; by default where git pushes it.
        file: of an artifact of the root, `artifacts.yaml` or `dvc.yaml`; by default the one that has its entry.
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
    """What was planned and done.

    Attributes:
        home: the file.
        plan: what it says now, or would.
        file: with `edit`, the file as the editor had it when the edit was planned.
        done: what became of commit and push.

    """

    home: AnnotationHome
    plan: AnnotationPlan
    file: EditorFile | None
    done: dict[str, Any]


def _meant(name: str, how: Writing) -> tuple[str, Writing]:
    """Return a name that DVC spells `dir/dvc.yaml:x` as GTO spells it; `dvc.yaml:x` says which file of the root."""
    spelled = other_spelling(name) if is_artifact_name(name) else None
    if spelled is None:
        return name, how
    return spelled, how if directory_of(spelled) else replace(how, file=DVC)


def _home_of(acting: Acting, root: Path, snapshot: Snapshot, name: str, file: str | None) -> AnnotationHome:
    """Return the file that an artifact's annotation lives in: the one that has it, unless one is asked for."""
    directory = directory_of(name)
    own, described = AnnotationHome(snapshot.config.index, None), AnnotationHome(join(directory, DVC), directory)
    if directory or file == DVC:
        return described
    if file is not None:
        return own
    having = (home for home in (own, described) if name in home.parse(_current(acting, root / home.path)).annotations)
    return next(having, own)


def _current(acting: Acting, place: Path) -> bytes:
    """Return the text as the client's editor has it open, or as it is on disk."""
    text = acting.editor_file(str(place)).text
    return (_content(place) or b"") if text is None else _encoded(text)


def annotate(acting: Acting, request: Annotate, how: Writing) -> Written:
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


def remove(acting: Acting, name: str, how: Writing) -> Written:
    """Remove an annotation; as `annotate`."""
    name, how = _meant(name, how)
    message = f"Remove annotation for artifact `{name}`"

    def plan(snapshot: Snapshot, home: AnnotationHome, before: bytes | None) -> AnnotationPlan:
        return plan_remove(name, home, before, lambda: _near(acting, snapshot, name))

    return _changed(acting, name, how, plan, message)


def _near(acting: Acting, snapshot: Snapshot, name: str) -> list[str]:
    """Return the names that may be meant by one that nothing has."""

    def known() -> set[str]:
        on_disk = acting.worktree.read_folder(directory_of(name)).values()
        return known_names(acting.worktree, snapshot).union(*(file.annotations for file in on_disk))

    names = acting.run(known)
    return [] if name in names else near_names(name, names)


def _changed(acting: Acting, name: str, how: Writing, plan: Any, message: str) -> Written:
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
        before = _content(place) if file.text is None else _encoded(file.text)
        return Written(home, plan(snapshot, home, before), file, {})
    if not how.write:
        return Written(home, plan(snapshot, home, _saved(acting, home, place)), None, {})
    remote = reachable_remote(acting, how.remote) if how.push else ""
    with one_act_at_a_time(acting, slow=how.commit or how.push):
        content = _saved(acting, home, place)
        if how.commit or how.push:
            _check_committable(acting, home)
        planned: AnnotationPlan = plan(snapshot, home, content)
        change = _Change(place, _target(root, acting.worktree.layout, place), planned)
        head = _head(acting) if how.commit or how.push else None
        branch = _branch(acting) if how.push else ""
        change.make()
        done: dict[str, Any] = {}
        if how.commit or how.push:
            done["commit"] = _commit(acting, home, change, message, head)
    if how.push:
        done["push"] = _push(acting, remote, branch, how)
    return Written(home, planned, None, done)


def _exists(acting: Acting, snapshot: Snapshot, path: str) -> bool:
    head = snapshot.head

    def look() -> bool:
        links = acting.worktree.repository.links(head) if head else None
        inside = os.path.normpath(path).replace(os.sep, "/")
        try:
            return links is not None and acting.worktree.repository.reader.entry(links.tree, inside) is not None
        except MissingObjectError:
            # It is not the annotation that is wrong: a clone that lacks folders cannot tell.
            return True

    return acting.run(look)


def _content(place: Path) -> bytes | None:
    try:
        return read_regular_file(place, MAX_FILE)
    except OSError as error:
        raise _unwritable(place, error) from error


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _saved(acting: Acting, home: AnnotationHome, place: Path) -> bytes | None:
    """Return what is on disk, if the client's editor has nothing else."""
    content = _content(place)
    file = acting.editor_file(str(place))
    if file.is_too_large:
        raise _unsaved(home, "is open in the editor with more text than is compared with the file")
    if file.text is not None and _lines(file.text) != _lines((content or b"").decode("utf-8", "replace")):
        raise _unsaved(home, "has changes in the editor that are not saved")
    return content


def _lines(text: str) -> str:
    # An editor may show other line ends than the file has, and none of its byte order mark.
    return _LINE_END.sub("\n", text.removeprefix("\ufeff")).rstrip("\n")


def _unsaved(home: AnnotationHome, why: str) -> RegistryError:
    return RegistryError(
        "UnsavedChanges",
        f"{home.path} {why}, so it is not changed on disk",
        hint="Save it, and close it if it is large.",
        path=home.path,
    )


def _target(root: Path, layout: Layout, place: Path) -> Path:
    """What is written for `place`: a link stays one, and what it leads to is replaced, if that is in the repository.

    Whoever made the repository made its links and its `.gto`, which says where annotations are.
    """
    root, target = root.resolve(), place.resolve()
    if target.is_relative_to(root):
        inside = {part.lower() for part in target.relative_to(root).parts}  # as on file systems that heed no case
        if ".git" not in inside and not target.is_relative_to(layout.common):
            return target
    raise RegistryError(
        "UnreadableRepository",
        f"'{place}' cannot be written: it leads out of the files of the repository, to '{target}'",
        hint="Replace the link by a file, or change 'index' in .gto.",
        path=str(place),
    )


class _Change:
    """A file that is replaced, and the folders that have to be made for it, the innermost first."""

    def __init__(self, place: Path, target: Path, plan: AnnotationPlan) -> None:
        self.place = place
        self.target = target
        self.plan = plan
        self.folders = list(takewhile(lambda folder: not folder.exists(), target.parents))

    def make(self) -> None:
        """Write the file.

        Raises:
            RegistryError: `RegistryChanged`, `UnreadableRepository`; it is as it was.

        """
        self._replace(self.plan.before, self.plan.after)

    def take_back(self) -> None:
        """Restore everything as it was before.

        Raises:
            RegistryError: as `make`.

        """
        if self.plan.before is not None:
            self._replace(self.plan.after, self.plan.before)
            return
        self._check(self.plan.after)
        try:
            self.target.unlink()
            for folder in self.folders:
                folder.rmdir()
        except OSError as error:
            raise _unwritable(self.place, error) from error

    def _replace(self, before: bytes | None, after: bytes) -> None:
        target = self.target
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
                    if target.exists():
                        platform.copy_mode(file.fileno(), target.stat().st_mode)
                    file.write(after)
                    file.flush()
                    os.fsync(file.fileno())
                self._check(before)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.place, error) from error

    def _check(self, expected: bytes | None) -> None:
        if _content(self.target) != expected:
            raise RegistryError(
                "RegistryChanged",
                f"{self.place.name} was changed by somebody else just now",
                hint="Try again.",
                retryable=True,
                clock="",
                moved=["file"],
                events=[],
            )


def _unwritable(place: Path, error: OSError) -> RegistryError:
    return RegistryError(
        "UnreadableRepository",
        f"'{place}' cannot be written: {error.strerror or error}",
        hint="Check its permissions, and those of its folder.",
        path=str(place),
    )


def _check_committable(acting: Acting, home: AnnotationHome) -> None:
    require_committable(acting.worktree.layout, home.path)
    read_identity(acting.git)
    status = acting.git.run("status", "--porcelain", "--", home.path)
    if not status.succeeded:
        raise _failed("status", status)
    if status.stdout.strip():
        raise RegistryError(
            "UncommittedChanges",
            "The command would have changed files that were not committed, automated committing is not possible.\n"
            "Suggested action: Commit the changes and re-run this command.",
            hint=f"It is about {home.path}; other files may be as they are.",
            path=home.path,
        )


def _head(acting: Acting) -> str | None:
    found = acting.git.run("rev-parse", "--quiet", "--verify", "HEAD")
    if found.code > 1:
        raise _failed("rev-parse", found)
    return found.stdout.decode("ascii").strip() if found.succeeded else None


def _branch(acting: Acting) -> str:
    """Return the branch that is checked out.

    Raises:
        RegistryError: `WrongArgs`: there is none.

    """
    branch = branch_of(os.fsdecode(acting.git.run("symbolic-ref", "--quiet", "HEAD").stdout))
    if branch is None:
        raise RegistryError(
            "WrongArgs",
            "HEAD is detached, so there is no branch to push",
            hint="Switch to a branch, or leave out the push. Nothing was done.",
            reason="push",
        )
    return branch


def _failed(
    command: str, finished: Finished, hint: str = "See what it says in a terminal. Nothing was done."
) -> RegistryError:
    if finished.timed_out:
        words = f"it had not ended within {TRANSACTION_TIMEOUT:.0f} s"
    else:
        words = finished.complaint or f"it said nothing, exit code {finished.code}"
    return RegistryError("GitFailed", f"git {command} failed: {words}", hint=hint, words=finished.complaint)


def _commit(acting: Acting, home: AnnotationHome, change: _Change, message: str, head: str | None) -> str | None:
    """The id of the commit on top of `head`; None when the file stayed as it was.

    Whether there is one, the branch tells, not how git ended.
    """
    git, path = acting.git, home.path
    if change.plan.after == change.plan.before:
        return None
    ended: Finished | None = None
    with suppress(CancelledError):
        added = _unlocked(git, "add", "--intent-to-add", "--", path)
        if not added.succeeded:
            raise _not_added(added, home, change)
        ended = git.run("commit", "--quiet", "-m", message, "--only", "--", path, timeout=TRANSACTION_TIMEOUT)
    since = ("HEAD", *((f"^{head}",) if head else ()))
    commit = git.run("rev-list", "--max-count=1", *since, "--", path, cancellable=False).stdout.decode("ascii").strip()
    if commit and ended is not None and ended.succeeded:
        return commit
    hint = "" if commit else _taken_back(home, change)
    # The index, too, is to be as the branch has the file: with the commit, or without.
    index = _unlocked(git, "reset", "--quiet", "--", path, cancellable=False)
    if commit:
        return commit
    if ended is None:
        raise CancelledError
    raise _failed("commit", ended, hint if index.succeeded else f"{hint} The index is not: {index.complaint}")


def _not_added(ended: Finished, home: AnnotationHome, change: _Change) -> RegistryError:
    """Put the file back, and return the refusal; the index is as it was."""
    hint = _taken_back(home, change)
    locked = RefsLockedError.of(ended.complaint)
    if locked is None:
        return _failed("add", ended, hint)
    refusal = locked.refusal("the index")
    refusal.hint += f" {hint}"
    return refusal


def _unlocked(git: Git, *words: str, cancellable: bool = True) -> Finished:
    """Run a command that changes the index, again while somebody else has it locked."""
    for _ in range(_LOCKED_ATTEMPTS):
        finished = git.run(*words, cancellable=cancellable)
        if finished.succeeded or "index.lock" not in finished.stderr:
            break
        # An editor that looks at the status locks the index for a moment.
        time.sleep(_PAUSE)
    return finished


def _taken_back(home: AnnotationHome, change: _Change) -> str:
    """Put the file back, unless somebody else, or a hook, has changed it since; answers what became of it."""
    try:
        change.take_back()
    except RegistryError as error:
        return f"{home.path} is not as it was before: {error.message}."
    return f"{home.path} is as it was before."


def _push(acting: Acting, remote: str, branch: str, how: Writing) -> dict[str, Any]:
    named = how.remote
    try:
        pushed = acting.git.run("push", "--quiet", *(["--", named] if named is not None else []))
    except CancelledError:
        return {
            "ok": False,
            "message": "The push was given up, and whether the commit arrived is not known",
            "hint": f"The commit is here. {_later(acting, remote, branch, named)}",
        }
    messages = [*remote_messages(pushed.stderr)]
    said = {"remote_messages": messages} if messages else {}
    if pushed.succeeded:
        return {"ok": True, **said}
    error = remote_failure(acting.git, remote, pushed)
    hint = f"{error.hint} The commit is here. {_later(acting, remote, branch, named)}".strip()
    return {"ok": False, "kind": error.kind, "message": error.message, "hint": hint, **said}


def _later(acting: Acting, remote: str, branch: str, named: str | None) -> str:
    """Return how to push the branch: as git's configuration has it, or with all that git wants to know."""
    look = ("rev-parse", "--quiet", "--verify", "@{push}")
    has_place = named is None and acting.git.run(*look, cancellable=False).succeeded
    if has_place:
        return f"To push it later: {commands.push()}"
    return f"To push it later: {commands.push_branch(without_credentials(remote), branch)}"
