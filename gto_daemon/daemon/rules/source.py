"""Where the rules of promotion are read from: a commit of the default branch, never the files on disk.

Whoever may only propose a change must not be able to change the rules that bind it. So neither the working tree counts
nor a detached HEAD, which may be the very commit that a tag is on. Everything here is for the repository's thread.
"""

import re
from collections.abc import Iterator
from typing import Final

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.rules.files import RulesAt, rules_at, unreadable
from gto_daemon.git.default_remote import BRANCHES, ORIGIN
from gto_daemon.git.objects import MissingObjectError
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.rules.values import RULES_FILE

#: The key of Git's configuration that names where the rules are.
RULES_REF: Final = "gtod.rulesRef"
_REMOTES: Final = "refs/remotes/"
_DETACHED: Final = "HEAD is detached, so there is no branch to read them from"
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: Branches that are looked at where nobody says which one is the default.
_USUAL: Final = ("main", "master")


def configured_rules_ref(worktree: Worktree) -> str | None:
    """Return where the repository's configuration says that the rules are; see `rules_ref`."""
    return rules_ref(worktree, worktree.repository.reader.variable(RULES_REF))


def rules_ref(worktree: Worktree, name: str | None) -> str | None:
    """Return the full ref or the commit's id that `gtod.rulesRef` means; None if it is not set.

    A short name is a branch: whoever may push a tag of that name must not take its place.
    """
    if not name:
        return None
    return name if name.startswith("refs/") or _OID.fullmatch(name) else _branch(worktree, name) or f"{BRANCHES}{name}"


def rules_in_force(worktree: Worktree, chosen: str | None, *, strict: bool) -> RulesAt | None:
    """Return the rules of the default branch, or of a revision that the user chose; None if it has none.

    Args:
        worktree: the checkout.
        chosen: `--rules`, or `gtod.rulesRef`.
        strict: refuse if nobody says which branch is the default one. Else that is refused only if rules are found
            where the default branch may be: most repositories have no rules, and acts in them need no remote HEAD.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    place = default_branch(worktree, chosen, strict=strict)
    return None if place is None else rules_at(worktree, *place)


def _branch(worktree: Worktree, name: str) -> str | None:
    """Return the full name of the branch that is called so, here or at a remote."""
    full = (f"{prefix}{name}" for prefix in (BRANCHES, _REMOTES))
    return next((each for each in full if worktree.repository.reader.ref(each) is not None), None)


def default_branch(
    worktree: Worktree, chosen: str | None, *, strict: bool, own: bool = False
) -> tuple[str, str] | None:
    """Return the ref that the rules are read from, and its commit; None if there is no commit yet, or no rules.

    With `own` it is a branch of this repository, whatever remotes it has: it is the one that others push to.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    if chosen is not None:
        return chosen, _chosen_commit(worktree, chosen)
    remotes = [] if own or worktree.layout.worktree is None else worktree.repository.reader.remotes()
    if remotes:
        remote = remote_of(worktree, remotes)
        ref = f"{_REMOTES}{remote}/HEAD"
        commit = _resolved(worktree, ref)
        reason = f"it is not known which branch of '{remote}' is the default one"
        remedy = (
            f"Ask the remote: {commands.command('git', 'remote', 'set-head', remote, '-a')}. "
            "If it does not know either, give the name of the branch in place of -a."
        )
        candidates = ["HEAD", *(f"{_REMOTES}{remote}/{name}" for name in _USUAL)]
    else:
        branch = worktree.symbolic_ref("HEAD")
        ref, commit = branch or "HEAD", None if branch is None else _resolved(worktree, branch)
        # Before the first commit there are no rules; beside other branches, one that is not there hides theirs.
        strict = strict and branch is None
        reason = f"HEAD names '{branch}', which is not there" if branch else _DETACHED
        remedy = f"Say where they are: {commands.command('git', 'config', RULES_REF, 'refs/heads/main')}."
        candidates = ["HEAD", *(f"{BRANCHES}{name}" for name in _USUAL)]
    if commit is not None:
        return ref, commit
    if strict or any(has_rules(worktree, each) for each in candidates):
        raise unreadable(f"The rules of promotion cannot be read: {reason}", remedy, ref=ref)
    return None


def remote_of(worktree: Worktree, remotes: list[str]) -> str:
    """Return the remote whose branches count: the one that is fetched from."""
    default = worktree.default_remote(push=False)
    return default if default in remotes else ORIGIN if ORIGIN in remotes else remotes[0]


def branch_tips(worktree: Worktree, patterns: tuple[str, ...]) -> list[str]:
    """Return the commits of the branches that one of the globs matches: as the remote has them where that is known."""
    reader = worktree.repository.reader
    remotes = [] if worktree.layout.worktree is None else reader.remotes()
    remote = f"{_REMOTES}{remote_of(worktree, remotes)}/" if remotes else None
    names = {*(name for pattern in patterns for name in _names(worktree, pattern, remote))}
    found = []
    for name in sorted(names):
        there = _resolved(worktree, f"{remote}{name}") if remote is not None else None
        commit = there if there is not None else _resolved(worktree, f"{BRANCHES}{name}")
        if commit is not None:
            found.append(commit)
    return found


def _names(worktree: Worktree, pattern: str, remote: str | None) -> Iterator[str]:
    if not set(pattern) & set("*?"):
        yield pattern
        return
    for ref in worktree.repository.reader.branches():
        for prefix in (BRANCHES, remote):
            if prefix is not None and ref.startswith(prefix) and matches(pattern, ref.removeprefix(prefix)):
                yield ref.removeprefix(prefix)


def has_rules(worktree: Worktree, ref: str) -> bool:
    """Return whether there are rules at a ref, or may be, as far as this clone knows."""
    commit = _resolved(worktree, ref)
    links = worktree.repository.links(commit) if commit is not None else None
    if links is None:
        return False
    try:
        return worktree.repository.reader.entry(links.tree, RULES_FILE) is not None
    except MissingObjectError:
        # It may have them.
        return True


def _resolved(worktree: Worktree, ref: str) -> str | None:
    return worktree.repository.reader.ref(ref)


def _chosen_commit(worktree: Worktree, rev: str) -> str:
    ref = rev if rev.startswith("refs/") else _branch(worktree, rev)
    try:
        commit = worktree.resolve(rev) if ref is None else _resolved(worktree, ref)
    except RegistryError:
        commit = None
    if commit is None:
        raise unreadable(
            f"The rules of promotion cannot be read: '{rev}' is not in the repository",
            f"Give a branch or commit that is, in --rules or in `{RULES_REF}` of Git's configuration.",
            ref=rev,
        )
    return commit
