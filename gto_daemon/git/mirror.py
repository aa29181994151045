"""A bare clone that mirrors the tags, HEAD and some branches of its remote: nothing is fetched while nothing moves.

Like the clones of `clone`, it runs nothing of the remote's. A remote that says nothing is given up.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from gto_daemon.git.clone import (
    ORIGIN,
    adopt_object_format,
    checked,
    clone_place,
    follow_head,
    is_id,
    keep_configuration,
    refs_here,
)
from gto_daemon.git.process import Finished, Git
from gto_daemon.git.remote_failures import remote_failure, without_credentials
from gto_daemon.git.remote_listing import BRANCHES, TAGS, RemoteRefs, read_listing
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError

#: Seconds for a remote to say what it has.
LISTING_TIMEOUT: Final = 60.0
#: Seconds without a sign of progress after which a fetch is given up, and seconds for all of it.
FETCH_SILENCE: Final = 60.0
FETCH_TIMEOUT: Final = 3_600.0
#: Seconds for Git to tidy up the clone after a fetch.
_MAINTENANCE_TIMEOUT: Final = 600.0
#: Bytes of what a remote says that it has.
MAX_LISTING: Final = 64 << 20
#: Times that is looked again because the remote changed meanwhile, or its rules name other branches.
_MAX_ROUNDS: Final = 3
#: What git-check-ref-format(1) allows: nothing else can become part of a refspec.
_ODD: Final = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|[/.]$")


@dataclass(frozen=True, slots=True)
class MovedTags:
    """What became of the tags, by name: those that came, moved to another object, and went."""

    new: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    @classmethod
    def between(cls, before: Mapping[str, str], after: Mapping[str, str]) -> "MovedTags":
        """Return what differs between two sets of refs."""
        old, new = _tags(before), _tags(after)
        return cls(
            tuple(sorted(new.keys() - old.keys())),
            tuple(sorted(tag for tag in new.keys() & old.keys() if new[tag] != old[tag])),
            tuple(sorted(old.keys() - new.keys())),
        )


NO_TAGS: Final = MovedTags()


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What an update came to.

    Attributes:
        said: what the remote said last.
        there: that, as refs.
        tags: what became of the tags; None if the clone was as the remote is.
        is_equal: whether the clone is now as the remote said.

    """

    said: bytes
    there: RemoteRefs
    tags: MovedTags | None
    is_equal: bool


def ask_remote(git: Git, url: str) -> bytes:
    """Return what the remote has now, for `read_listing`. Equal bytes are an equal state.

    Args:
        git: of `clone_git`.
        url: for messages.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteUnavailable`, `GitFailed`, `GitNotFound`.
        CancelledError: it was cancelled.

    """
    # Git filters by these patterns after it has heard everything; `--heads --tags` would leave out HEAD.
    patterns = ("HEAD", f"{BRANCHES}*", f"{TAGS}*")
    finished = git.run("ls-remote", "--symref", "--", ORIGIN, *patterns, timeout=LISTING_TIMEOUT)
    if not finished.succeeded:
        raise _failure(git, url, finished, LISTING_TIMEOUT)
    return finished.stdout


def update_mirror(git: Git, url: str, said: bytes, branches: Callable[[], Callable[[str], bool]]) -> Mirrored:
    """Fetch what the remote has and the clone has not; take away what the remote has no longer.

    Args:
        git: of `clone_git`.
        url: for messages.
        said: what `ask_remote` returned.
        branches: return whether a branch of this name is wanted, beside HEAD's, as the clone's HEAD says now.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteUnavailable`, `GitFailed`, `GitNotFound`.
        CancelledError: it was cancelled; the next update makes up for it.

    """
    there, before = read_listing(said), refs_here(git)
    here = before
    if not before.refs:
        adopt_object_format(git, there)
    is_equal = False
    for _ in range(_MAX_ROUNDS):
        wanted = _wanted(there, branches())
        is_equal = wanted == here.refs and there.head in (None, here.head)
        if is_equal:
            break
        stale = {ref: oid for ref, oid in here.refs.items() if ref not in wanted}
        _delete(git, {ref: oid for ref, oid in stale.items() if ref != here.head})
        try:
            _fetch(git, url, [ref for ref in wanted if ref.startswith(BRANCHES)], head=is_id(there.head))
        except RegistryError:
            # A branch may have gone since.
            again = ask_remote(git, url)
            if again == said:
                raise
            said, there = again, read_listing(again)
        follow_head(git, there.head)
        # HEAD's own branch, once HEAD is another one: without its commit the clone would seem to be empty.
        _delete(git, {ref: oid for ref, oid in stale.items() if ref == here.head != there.head})
        here = refs_here(git)
    # Also when nothing came: a process that was killed after the fetch did not get to it.
    keep_configuration(clone_place(git))
    if here is before:
        return Mirrored(said, there, None, is_equal)
    git.run(
        *("-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false"),
        *("maintenance", "run", "--auto", "--quiet"),
        timeout=_MAINTENANCE_TIMEOUT,
    )
    return Mirrored(said, there, MovedTags.between(before.refs, here.refs), is_equal)


def _wanted(there: RemoteRefs, is_wanted: Callable[[str], bool]) -> dict[str, str]:
    return {
        ref: oid
        for ref, oid in there.refs.items()
        if not _ODD.search(ref) and (ref.startswith(TAGS) or ref == there.head or is_wanted(ref.removeprefix(BRANCHES)))
    }


def _tags(refs: Mapping[str, str]) -> dict[str, str]:
    return {ref.removeprefix(TAGS): oid for ref, oid in refs.items() if ref.startswith(TAGS)}


def _delete(git: Git, refs: Mapping[str, str]) -> None:
    if refs:
        lines = "".join(f"delete {ref} {oid}\n" for ref, oid in refs.items())
        checked(git.run("update-ref", "--no-deref", "--stdin", stdin=lines.encode("utf-8", "surrogateescape")))


def _fetch(git: Git, url: str, branches: Collection[str], *, head: bool) -> None:
    specs = (f"+{TAGS}*:{TAGS}*", *(f"+{ref}:{ref}" for ref in branches), *(("HEAD",) if head else ()))
    finished = git.run(
        "fetch", "--progress", "--prune", "--refmap=", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
        "--no-auto-maintenance", "--stdin", "--", ORIGIN,
        stdin="".join(f"{spec}\n" for spec in specs).encode("utf-8", "surrogateescape"),
        timeout=FETCH_TIMEOUT, silence=FETCH_SILENCE,
    )  # fmt: skip
    if not finished.succeeded:
        raise _failure(git, url, finished, FETCH_SILENCE)


def _failure(git: Git, url: str, finished: Finished, patience: float) -> RegistryError:
    if not finished.timed_out:
        return remote_failure(git, ORIGIN, finished, url=url)
    shown = without_credentials(url)
    return RegistryError(
        "RemoteUnavailable",
        f"The remote '{shown}' was given up: it said nothing for {patience:.0f} seconds",
        hint=f"See what Git says, and try again: {commands.list_remote(shown)}.",
        retryable=True,
        remote=shown,
        words=without_credentials(finished.complaint),
    )
