"""A repository and its remotes: what is only here, only there, the same, different, or deleted there."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from gto_daemon.daemon.live.remote_state import RemoteState
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.default_remote import read_default_remote
from gto_daemon.git.lines import lines_of
from gto_daemon.git.objects import ObjectReader, ObjectTooLongError
from gto_daemon.git.parse import RawTag
from gto_daemon.git.remote_failures import unknown_remote, without_credentials
from gto_daemon.git.remotes import fetch_objects, fetch_tags, ls_remote
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Moment
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import Clash, MadeTag, SentTag
    from gto_daemon.protocol.remotes import SyncedStatus, SyncedTag, SyncStatusResult
    from gto_daemon.protocol.sessions import Remote

#: The status of a tag that is here, and that the remote no longer has.
DELETED: Final = "deleted at remote"
#: How many tags a message names.
_MAX_NAMED = 10


def chosen_remote(acting: ActContext, remote: str | None, *, push: bool = True) -> str:
    """Return the remote to ask: the one that is named, or the one that git means in the client's environment.

    Args:
        acting: for its repository.
        remote: the name that the client used.
        push: whether it is to be pushed to; else it is fetched from.

    Raises:
        RegistryError: `GitFailed`.

    """
    return read_default_remote(acting.git.run, push=push) if remote is None else remote


def reachable_remote(acting: ActContext, remote: str | None) -> str:
    """Return the remote to push an act to, before the act is done.

    Raises:
        RegistryError: `RemoteNotFound`, `GitFailed`.

    """
    chosen = chosen_remote(acting, remote)
    refusal = unknown_remote(acting.git, chosen)
    if refusal is not None:
        refusal.hint += " Nothing was done."
        raise refusal
    return chosen


def remote_url(repository: Repository, remote: str) -> str:
    """Return where a remote is: an absolute path or a URL. In the repository's thread.

    Args:
        repository: with the configuration.
        remote: a configured remote, or a place itself.

    """
    url = repository.reader.remote_url(remote) or remote
    return url if ":" in url else os.path.normpath(Path(repository.layout.repo, url))


def push_urls(acting: ActContext, remote: str) -> list[str]:
    """Return where Git pushes for a remote, without credentials; a remote that is not configured is a place itself."""
    asked = acting.git.run("remote", "get-url", "--push", "--all", "--", remote)
    urls = lines_of(asked.stdout) if asked.succeeded else [remote]
    return [without_credentials(url) for url in urls]


def remotes_of(worktree: Worktree) -> "list[Remote]":
    """Return the remotes, and which one is pushed to where none is named. In the repository's thread."""
    reader = worktree.repository.reader
    default = worktree.default_remote(push=True)
    return [
        {"name": name, "url": _shown(reader.remote_url(name)), "is_push_default": name == default}
        for name in reader.remotes()
    ]


def _shown(url: str | None) -> str | None:
    return None if url is None else without_credentials(url)


def remote_state(acting: ActContext, remote: str) -> RemoteState:
    """Return the tags of a remote when it was last asked, and the changes known since."""
    url = acting.run(lambda: remote_url(acting.worktree.repository, remote))
    return acting.worktree.repository.remote_states.last_known(url, acting.environment)


def ask(acting: ActContext, remote: str) -> RemoteState:
    """Ask a remote for GTO's tags, and remember them.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteNotFound`, `RemoteUnavailable`, `GitFailed`.

    """
    found = {tag: oid for tag, oid in ls_remote(acting.git, remote).items() if parse_tag_name(tag) is not None}
    url = acting.run(lambda: remote_url(acting.worktree.repository, remote))
    return acting.worktree.repository.remote_states.record_answer(url, acting.environment, found)


def record_push(acting: ActContext, remote: str, sent: Mapping[str, str], deleted: Mapping[str, str]) -> None:
    """Record that a remote accepted and deleted these tags."""
    url = acting.run(lambda: remote_url(acting.worktree.repository, remote))
    acting.worktree.repository.remote_states.record_push(url, acting.environment, sent, deleted)


def local_tags(snapshot: Snapshot) -> dict[str, str]:
    """Return GTO's tags, to object ids."""
    return {ref.name: ref.oid for ref in snapshot.index.all_refs()}


def explain_clashes(acting: ActContext, remote: str, pairs: Mapping[str, tuple[str, str]]) -> "dict[str, Clash]":
    """Return who made each of these tags, and when: `{local, remote}`.

    Args:
        acting: for its repository, which gets the remote's objects.
        remote: has other tags of these names.
        pairs: the tags, to the object id here and there.

    Raises:
        RegistryError: what `ask` raises.

    """
    if not pairs:
        return {}
    fetch_objects(acting.git, remote, list(pairs), acting.progress)
    reader = acting.worktree.repository.reader

    def job() -> "dict[str, Clash]":
        return {
            tag: {"local": _made(reader, here), "remote": _made(reader, there)} for tag, (here, there) in pairs.items()
        }

    return acting.run(job)


def _made(reader: ObjectReader, oid: str) -> "MadeTag | None":
    try:
        tag = reader.tag(oid)
    except ObjectTooLongError:
        return None
    if not isinstance(tag, RawTag):
        return None
    return {
        "oid": oid,
        "tagger": tag.tagger,
        "email": tag.email,
        "created_at": Moment(tag.seconds, tag.offset).isoformat(),
        "target": tag.target,
    }


def deleted_words(remote: str, tags: Sequence[str]) -> str:
    """Return the sentence about tags that exist here and were deleted at a remote, and the remedy."""
    if len(tags) > _MAX_NAMED:
        return (
            f"{len(tags)} tags were at {remote} and are deleted there, so they are not pushed unless they are named. "
            f"To bring all of them back there: {commands.push_everything(remote)}"
        )
    one = len(tags) == 1
    which = f"'{tags[0]}' was at {remote} and is" if one else f"{len(tags)} tags were at {remote} and are"
    return (
        f"{which} deleted there, so {'it is' if one else 'they are'} not pushed unless named. "
        f"To bring {'it' if one else 'them'} back there: {commands.push_tags(tags, remote)}; "
        f"to delete {'it' if one else 'them'} here too: {commands.delete_tags(tags)}"
    )


def unpushed_tags(repository: Repository, snapshot: Snapshot, remote: str) -> dict[str, list[str]]:
    """Map each artifact to those of its tags that the remote is known to lack; absent if nothing is known.

    Tags that were deleted at the remote do not count, because they need no push. A remote that is not configured lacks
    nothing. Call it in the repository's thread.
    """
    if remote not in repository.reader.remotes():
        return {}
    state = repository.remote_states.last_known(remote_url(repository, remote), {})
    refs = snapshot.index.refs
    if state.asked_at is not None:
        deleted = frozenset(state.deleted)
        return {
            name: sorted(tag for tag, ref in here.items() if tag not in state.tags and (tag, ref.oid) not in deleted)
            for name, here in refs.items()
        }
    found: dict[str, list[str]] = {}
    for tag in sorted(repository.remote_states.unsent):
        made = snapshot.index.ref(tag)
        if made is not None:
            found.setdefault(made.artifact, []).append(tag)
    return found


class Fetched(NamedTuple):
    """The outcome of a fetch.

    Attributes:
        remote: the remote to fetch from.
        tags: what became of each: fetched, up to date, different, not there, deleted at remote.
        hint: what to do about tags that were deleted at the remote, if any.

    """

    remote: str
    tags: "list[SentTag]"
    hint: str | None


def fetch_missing(acting: ActContext, remote: str, tags: Sequence[str] | None, *, dry_run: bool) -> Fetched:
    """Fetch these tags, or all of GTO's that only the remote has. Nothing here is overwritten.

    Raises:
        RegistryError: what `ask` raises.

    """
    here = local_tags(acting.fresh())
    state = ask(acting, remote)
    there = state.tags
    chosen = sorted(there) if tags is None else list(tags)
    wanted = [tag for tag in chosen if tag in there and tag not in here]
    both = [tag for tag in chosen if tag in there and tag in here]
    different = {tag: (here[tag], there[tag]) for tag in both if here[tag] != there[tag]}
    failed: dict[str, str] = {}
    if not dry_run:
        failed = _fetched(acting, remote, {tag: there[tag] for tag in wanted})
    clashes: dict[str, Clash] = {}
    unexplained = None
    try:
        clashes = explain_clashes(acting, remote, different)
    except RegistryError as error:
        # The fetched tags are here, so they are reported without the explanation.
        unexplained = error.message
    rows: list[SentTag] = [
        {"tag": tag, "status": "would be fetched" if dry_run else "fetched"} for tag in wanted if tag not in failed
    ]
    rows += [{"tag": tag, "status": "not fetched", "reason": reason} for tag, reason in failed.items()]
    for tag in different:
        row: SentTag = {"tag": tag, "status": "different", "clash": clashes.get(tag)}
        if unexplained is not None:
            row["reason"] = unexplained
        rows.append(row)
    if tags is not None:
        rows += [{"tag": tag, "status": "not there"} for tag in chosen if tag not in there]
        rows += [{"tag": tag, "status": "up to date"} for tag in both if tag not in different]
    deleted = [tag for tag, oid in sorted(here.items()) if tags is None and state.has_deleted(tag, oid)]
    rows += [{"tag": tag, "status": DELETED} for tag in deleted]
    return Fetched(remote, rows, deleted_words(remote, deleted) if deleted else None)


def _fetched(acting: ActContext, remote: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """Fetch tags; return the ones that are still missing, with the reason. The refs show the fetched ones.

    Raises:
        RegistryError: what `fetch_tags` raises, if nothing was fetched.

    """
    try:
        fetch_tags(acting.git, remote, list(wanted), acting.progress)
    except RegistryError as error:
        here = local_tags(acting.fresh())
        missing = {tag: error.message for tag, oid in wanted.items() if here.get(tag) != oid}
        if len(missing) == len(wanted):
            raise
        return missing
    return {}


def sync_status(
    acting: ActContext, snapshot: Snapshot, remote: str, *, refresh: bool, everything: bool
) -> "SyncStatusResult":
    """Compare the tags here with the tags of the remote when it was last asked, or now.

    Returns:
        The tags that differ, or all with `everything`. If the remote was never asked, every tag is `unknown`.

    Raises:
        RegistryError: what `ask` raises, with `refresh`.

    """
    state = ask(acting, remote) if refresh else remote_state(acting, remote)
    here, there = local_tags(snapshot), state.tags if state.asked_at is not None else {}
    counts: dict[str, int] = {}
    rows: list[SyncedTag] = []
    deleted = []
    for tag in sorted({*here, *there}):
        status = _status(tag, here.get(tag), there.get(tag), state)
        counts[status] = counts.get(status, 0) + 1
        if status == DELETED:
            deleted.append(tag)
        if everything or status != "same":
            parsed = parse_tag_name(tag)
            rows.append(
                {
                    "tag": tag,
                    "artifact": parsed.artifact if parsed else "",
                    "status": status,
                    "local_oid": here.get(tag),
                    "remote_oid": there.get(tag),
                }
            )
    asked_at = datetime.fromtimestamp(int(state.asked_at), UTC).isoformat() if state.asked_at is not None else None
    stated = snapshot.stated()
    result: SyncStatusResult = {
        "clock": stated["clock"],
        "problems": stated["problems"],
        "remote": remote,
        "asked_at": asked_at,
        "counts": counts,
        "tags": rows,
    }
    if deleted:
        result["hint"] = deleted_words(remote, deleted)
    return result


def _status(tag: str, here: str | None, there: str | None, state: RemoteState) -> "SyncedStatus":
    if there is None:
        if here is not None and state.has_deleted(tag, here):
            return DELETED
        return "local only" if state.asked_at is not None else "unknown"
    if here is None:
        return "remote only"
    return "same" if here == there else "different"
