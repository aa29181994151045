"""Where the rules of promotion are read from: a commit of the default branch, never the files on disk.

Whoever may only propose a change must not be able to change the rules that bind it. So neither the working tree counts
nor a detached HEAD, which may be the very commit that a tag is on. Everything here is for the repository's thread.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.default_remote import BRANCHES, ORIGIN
from gto_daemon.git.objects import LINK, MissingObjectError
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem, Range
from gto_daemon.registry.rules.globs import matches
from gto_daemon.registry.rules.values import MAX_RULES_FILE, RULES_FILE, Rules

if TYPE_CHECKING:
    from gto_daemon.registry.rules.reading import RulesFile

#: The key of Git's configuration that names where the rules are.
RULES_REF: Final = "gtod.rulesRef"
_REMOTES: Final = "refs/remotes/"
_DETACHED: Final = "HEAD is detached, so there is no branch to read them from"
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: Branches that are looked at where nobody says which one is the default.
_USUAL: Final = ("main", "master")


@dataclass(frozen=True, slots=True)
class RulesAt:
    """The rules of one commit.

    Attributes:
        commit: its id.
        ref: what led to it.
        rules: the rules.
        text: the content of the file.
        signers: the content of the signers file; None if the rules name none.
        problems: warnings about the two files.

    """

    commit: str
    ref: str
    rules: Rules
    text: bytes
    signers: bytes | None = None
    problems: tuple[Problem, ...] = ()


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


def rules_at(worktree: Worktree, ref: str, commit: str) -> RulesAt | None:
    """Return the rules of a commit; None if it has none.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    return read_rules_at(lambda path: _file(worktree, commit, path), ref, commit)


def read_rules_at(read: Callable[[str], bytes | None], ref: str, commit: str) -> RulesAt | None:
    """Return the rules of a commit, of which `read` returns the files; None if it has none.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    text = read(RULES_FILE)
    if text is None:
        return None
    file = _read(text)
    if file.rules is None:
        raise _wrong(commit, file.problems)
    if file.rules.signers is None:
        return RulesAt(commit, ref, file.rules, text, None, file.problems)
    signers = read(file.rules.signers)
    if signers is None:
        raise unreadable(
            f"The rules of promotion name the signers file '{file.rules.signers}', which {commit[:7]} does not have",
            "Commit it on the same branch.",
            commit=commit,
            path=file.rules.signers,
        )
    problems = tuple(replace(each, path=file.rules.signers) for each in _read_signers(signers))
    if any(each.severity == "error" for each in problems):
        raise _wrong(commit, problems)
    return RulesAt(commit, ref, file.rules, text, signers, (*file.problems, *problems))


def rules_on_disk(worktree: Worktree) -> "tuple[bytes | None, Rules | None, tuple[Problem, ...]]":
    """Return the text of the rules file on disk, what it says, and what is wrong with it; for its author, nobody else.

    Raises:
        RegistryError: `RulesUnreadable`.

    """
    text = _on_disk(worktree, RULES_FILE)
    if text is None:
        return None, None, ()
    file = _read(text)
    if file.rules is None or file.rules.signers is None:
        return text, file.rules, file.problems
    path, place = file.rules.signers, file.rules.places["signers"]
    signers = _on_disk(worktree, path)
    if signers is None:
        reason = f"The signers file '{path}' is not there."
        hint = "Write it (see ALLOWED SIGNERS in ssh-keygen(1)), and commit it with the rules."
        missing = Problem(code="no-signers", severity="error", message=reason, hint=hint, path=RULES_FILE, range=place)
        return text, file.rules, (*file.problems, missing)
    found = [*file.problems, *_check_signing_people(file.rules, signers)]
    if _left_behind(worktree, text, path):
        reason = f"The signers file '{path}' is not committed, and the rules are."
        hint = "Commit it with the rules: without it they cannot be read."
        found.append(
            Problem(code="no-signers", severity="warning", message=reason, hint=hint, path=RULES_FILE, range=place)
        )
    return text, file.rules, (*found, *(replace(each, path=path) for each in _read_signers(signers)))


def _left_behind(worktree: Worktree, text: bytes, path: str) -> bool:
    """Return whether HEAD has these rules, and not the file of that path."""
    commit = _resolved(worktree, "HEAD")
    try:
        return (
            commit is not None and _file(worktree, commit, RULES_FILE) == text and _file(worktree, commit, path) is None
        )
    except RegistryError:
        return False


def _on_disk(worktree: Worktree, path: str) -> bytes | None:
    root = worktree.layout.config_root
    place = root / path
    if any(each.is_symlink() for each in (place, *place.parents[: len(place.parts) - len(root.parts) - 1])):
        raise unreadable(
            f"'{path}' is a symbolic link or lies behind one, and rules are read from regular files only",
            "Put a file in its place.",
            path=path,
        )
    try:
        return read_regular_file(place, MAX_RULES_FILE)
    except OSError as error:
        raise unreadable(
            f"'{path}' cannot be read: {error.strerror or error}",
            f"Make it a file of at most {MAX_RULES_FILE} bytes that you may read.",
            path=path,
        ) from error


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


def _file(worktree: Worktree, commit: str, path: str) -> bytes | None:
    """Return a file of a commit; None if there is none.

    Raises:
        RegistryError: `RulesUnreadable`: it cannot be read, or is no file.

    """
    reader = worktree.repository.reader
    links = worktree.repository.links(commit)
    if links is None:
        raise _missing(commit, path, commit)
    try:
        entry = reader.entry(links.tree, path)
    except MissingObjectError as error:
        raise _missing(commit, path, error.oid) from error
    if entry is None:
        return None
    if not entry.is_file or entry.mode == LINK:
        raise no_file(commit, path)
    data = reader.blob(entry.oid, MAX_RULES_FILE)
    if data is None:
        raise (
            too_long(commit, path) if reader.is_longer(entry.oid, MAX_RULES_FILE) else _missing(commit, path, entry.oid)
        )
    return data


def no_file(commit: str, path: str) -> RegistryError:
    """Return the refusal of rules in a link or a folder."""
    return unreadable(
        f"'{path}' of the commit {commit[:7]} is a link or a folder, and rules are read from regular files only",
        "Commit a file in its place.",
        commit=commit,
        path=path,
    )


def too_long(commit: str, path: str) -> RegistryError:
    """Return the refusal of rules that are too long."""
    return unreadable(
        f"'{path}' of the commit {commit[:7]} is longer than {MAX_RULES_FILE} bytes",
        "Make it shorter.",
        commit=commit,
        path=path,
    )


def _missing(commit: str, path: str, oid: str) -> RegistryError:
    return unreadable(
        f"'{path}' of the commit {commit[:7]} cannot be read: the object {oid} is missing from this clone, or damaged",
        f"In a partial clone fetch it: `git cat-file -p {oid}`; else `git fsck` tells more.",
        commit=commit,
        path=path,
    )


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


@lru_cache(maxsize=64)
def _read(text: bytes) -> "RulesFile":
    from gto_daemon.registry.rules.reading import read_rules  # noqa: PLC0415  (most repositories have no rules)

    return read_rules(text)


@lru_cache(maxsize=64)
def _read_signers(data: bytes) -> tuple[Problem, ...]:
    from gto_daemon.registry.rules.signers import read_signers  # noqa: PLC0415

    return read_signers(data)


def _check_signing_people(rules: Rules, data: bytes) -> tuple[Problem, ...]:
    from gto_daemon.registry.rules.signers import check_signing_people  # noqa: PLC0415

    return check_signing_people(rules, data)


def _wrong(commit: str, problems: tuple[Problem, ...]) -> RegistryError:
    first = next((each for each in problems if each.severity == "error"), problems[0])
    return unreadable(
        f"The rules of promotion at {commit[:7]} are wrong: {first.located()}".removesuffix("."),
        first.hint,
        commit=commit,
        path=first.path or RULES_FILE,
        place=first.range,
    )


def unreadable(
    message: str,
    hint: str,
    *,
    ref: str | None = None,
    commit: str | None = None,
    path: str = RULES_FILE,
    place: Range | None = None,
) -> RegistryError:
    """Return the refusal of whatever needs rules that cannot be read."""
    return RegistryError(
        "RulesUnreadable",
        message,
        hint=hint,
        ref=ref,
        commit=commit,
        path=path,
        range=place.as_json() if place else None,
    )
