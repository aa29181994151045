"""Commit one annotation file, and push it, with git, whose index then matches the branch."""

import os
import time
from contextlib import suppress

from gto_daemon.daemon.acts.file_change import FileChange
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.default_remote import branch_of
from gto_daemon.git.identity import read_identity
from gto_daemon.git.process import TRANSACTION_TIMEOUT, CancelledError, Finished, Git
from gto_daemon.git.readable_by_git import require_committable
from gto_daemon.git.remote_failures import remote_failure, remote_messages, without_credentials
from gto_daemon.git.transaction import RefsLockedError
from gto_daemon.protocol.acts import AnnotationPush
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.plans.annotating import AnnotationHome

#: How often an index that somebody has locked is tried, and seconds in between.
_LOCKED_ATTEMPTS = 20
_PAUSE = 0.1


def check_committable(acting: ActContext, home: AnnotationHome) -> None:
    """See that the file can be committed alone: it has no changes, and there is somebody to commit it.

    Raises:
        RegistryError: `UncommittedChanges`, `IdentityRequired`, `GitFailed`, `UnreadableRepository`.

    """
    require_committable(acting.worktree.layout, home.path)
    read_identity(acting.git, acting.kept)
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


def head_of(acting: ActContext) -> str | None:
    """Return HEAD's commit, None before the first one.

    Raises:
        RegistryError: `GitFailed`.

    """
    found = acting.git.run("rev-parse", "--quiet", "--verify", "HEAD")
    if found.code > 1:
        raise _failed("rev-parse", found)
    return found.stdout.decode("ascii").strip() if found.succeeded else None


def pushed_branch(acting: ActContext) -> str:
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


def commit_file(
    acting: ActContext, home: AnnotationHome, change: FileChange, message: str, head: str | None
) -> str | None:
    """Commit the file on top of `head`, and return the id of the commit; None if the file is unchanged.

    The branch shows whether there is a commit; the exit status of git does not.
    """
    git, path = acting.git, home.path
    if change.after == change.before:
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


def _not_added(ended: Finished, home: AnnotationHome, change: FileChange) -> RegistryError:
    """Put the file back, and return the refusal; the index is unchanged."""
    hint = _taken_back(home, change)
    locked = RefsLockedError.of(ended.complaint)
    if locked is None:
        return _failed("add", ended, hint)
    refusal = locked.refusal("the index")
    refusal.hint += f" {hint}"
    return refusal


def _unlocked(git: Git, *words: str, cancellable: bool = True) -> Finished:
    """Run a command that changes the index, and repeat it while another process has the index locked."""
    for _ in range(_LOCKED_ATTEMPTS):
        finished = git.run(*words, cancellable=cancellable)
        if finished.succeeded or "index.lock" not in finished.stderr:
            break
        # An editor that looks at the status locks the index for a moment.
        time.sleep(_PAUSE)
    return finished


def _taken_back(home: AnnotationHome, change: FileChange) -> str:
    """Put the file back, unless somebody else, or a hook, has changed it since; answers what became of it."""
    try:
        change.take_back()
    except RegistryError as error:
        return f"{home.path} is not as it was before: {error.message}."
    return f"{home.path} is as it was before."


def push_commit(acting: ActContext, remote: str, branch: str, named: str | None) -> AnnotationPush:
    """Push the branch with the commit, to `remote`; `named`: as the client named it. A failure is in the result."""
    try:
        pushed = acting.git.run("push", "--quiet", *(["--", named] if named is not None else []))
    except CancelledError:
        return {
            "ok": False,
            "message": "The push was given up, and whether the commit arrived is not known",
            "hint": f"The commit is here. {_later(acting, remote, branch, named)}",
        }
    result: AnnotationPush = {"ok": pushed.succeeded}
    if messages := [*remote_messages(pushed.stderr)]:
        result["remote_messages"] = messages
    if not pushed.succeeded:
        error = remote_failure(acting.git, remote, pushed)
        result["kind"], result["message"] = error.kind, error.message
        result["hint"] = f"{error.hint} The commit is here. {_later(acting, remote, branch, named)}".strip()
    return result


def _later(acting: ActContext, remote: str, branch: str, named: str | None) -> str:
    """Return how to push the branch: as git's configuration has it, or with all that git wants to know."""
    look = ("rev-parse", "--quiet", "--verify", "@{push}")
    has_place = named is None and acting.git.run(*look, cancellable=False).succeeded
    if has_place:
        return f"To push it later: {commands.push()}"
    return f"To push it later: {commands.push_branch(without_credentials(remote), branch)}"
