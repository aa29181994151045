"""The rules of one commit, or those on disk before they are committed: the file and the signers file that it names.

Everything here that is about a repository is for the repository's thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.objects import LINK, MissingObjectError
from gto_daemon.git.regular_files import read_regular_file
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.problems import Problem, Range
from gto_daemon.registry.rules.values import MAX_RULES_FILE, RULES_FILE, Rules

if TYPE_CHECKING:
    from gto_daemon.registry.rules.reading import RulesFile


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
    commit = worktree.repository.reader.ref("HEAD")
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
