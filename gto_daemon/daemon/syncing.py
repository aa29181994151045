"""A repository and its remotes: what is only here, only there, the same, or different; and how to mend that."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gto_daemon.daemon.acting import Acting
from gto_daemon.daemon.sent import note_sent, recall, remember
from gto_daemon.git.parse import RawTag
from gto_daemon.git.process import CancelledError
from gto_daemon.git.remotes import Pushed, fetch_objects, fetch_tags, ls_remote, push
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.objects import Moment
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_tag_name


def push_tags(acting: Acting, remote: str, created: Sequence[str], deleted: Sequence[str]) -> dict[str, Any]:
    """Push what an act made and deleted, all together. A push that fails is told, not raised: the act stands.

    Returns:
        `{ok, remote, atomic, tags: [{tag, status, reason?, clash?}], kind?, message?, hint?}`.

    Raises:
        CancelledError: it was cancelled.

    """
    try:
        pushed = push(acting.git, remote, created, deleted, acting.progress)
    except CancelledError:
        raise
    except RegistryError as error:
        tags = [{"tag": tag, "status": "not sent"} for tag in (*created, *deleted)]
        return {
            "ok": False,
            "remote": remote,
            "kind": error.kind,
            "message": f"{_failed(remote, created, deleted)} {error.message}",
            "hint": error.hint,
            "tags": tags,
        }
    return _told(acting, remote, pushed, created, deleted)


def _told(
    acting: Acting, remote: str, pushed: Pushed, created: Sequence[str], deleted: Sequence[str]
) -> dict[str, Any]:
    rejected = pushed.rejected
    tags: list[dict[str, Any]] = [
        {"tag": tag.tag, "status": tag.status, **({"reason": tag.reason} if tag.reason else {})} for tag in pushed.tags
    ]
    result: dict[str, Any] = {"ok": not rejected, "remote": remote, "atomic": pushed.atomic, "tags": tags}
    if not rejected:
        here = _local(acting.fresh())
        note_sent(acting.worktree.repository, remote, {tag: here[tag] for tag in created if tag in here}, deleted)
        return result
    unexplained = ""
    try:
        clashes = clashes_of(acting, remote, [tag.tag for tag in rejected if tag.tag in created])
    except RegistryError as error:
        # The remote may be gone by now. What was done stands, so it is told without the explanation.
        clashes, unexplained = {}, f" What the remote has instead could not be looked at: {error.message}"
    for tag in tags:
        if tag["tag"] in clashes:
            tag["clash"] = clashes[tag["tag"]]
    reasons = dict.fromkeys(f"{tag.tag}: {tag.reason}" for tag in rejected)
    said = f" The remote says: {pushed.words}" if pushed.words else ""
    explained = "".join(f" {sentence(tag, clash)}" for tag, clash in clashes.items())
    result["kind"] = "PushRejected"
    result["message"] = f"{_failed(remote, created, deleted)} {'; '.join(reasons)}.{said}{explained}{unexplained}"
    result["hint"] = "The tags are there locally. gtod fetch brings what the remote has; gtod push sends again."
    return result


def _failed(remote: str, created: Sequence[str], deleted: Sequence[str]) -> str:
    """GTO 1.10.1, git_utils.py."""
    words = ["--delete", remote, *deleted] if deleted and not created else [remote, *created]
    return (
        f"The command `git push {' '.join(words)}` failed. Make sure your local repository is in sync with the remote."
    )


def sentence(tag: str, clash: dict[str, Any]) -> str:
    """A clash in words: who made the tag here and there, and when."""
    here, there = clash["local"], clash["remote"]
    if here is None or there is None:
        return f"'{tag}' is another tag on the remote."
    return (
        f"'{tag}' was made by {there['tagger']} at {there['created_at']} on the remote, on the commit "
        f"{there['target'][:7]}, and by {here['tagger']} at {here['created_at']} here, on {here['target'][:7]}."
    )


def clashes_of(acting: Acting, remote: str, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of these tags, those that the remote has as another object: `{local, remote}` with who and when."""
    if not tags:
        return {}
    there = ask(acting, remote)
    snapshot = acting.fresh()
    oids = {tag: ref.oid for tag in tags if (ref := snapshot.index.ref(tag)) is not None}
    different = [tag for tag in tags if tag in there and tag in oids and there[tag] != oids[tag]]
    return _explained(acting, remote, {tag: (oids[tag], there[tag]) for tag in different})


def _explained(acting: Acting, remote: str, pairs: dict[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    fetch_objects(acting.git, remote, list(pairs), acting.progress)
    reader = acting.worktree.repository.reader

    def job() -> dict[str, dict[str, Any]]:
        return {
            tag: {"local": _made(here, reader.tag(here)), "remote": _made(there, reader.tag(there))}
            for tag, (here, there) in pairs.items()
        }

    return acting.run(job)


def _made(oid: str, tag: RawTag | str | None) -> dict[str, Any] | None:
    if not isinstance(tag, RawTag):
        return None
    return {
        "oid": oid,
        "tagger": tag.tagger,
        "email": tag.email,
        "created_at": Moment(tag.seconds, tag.offset).isoformat(),
        "target": tag.target,
    }


def ask(acting: Acting, remote: str) -> dict[str, str]:
    """What the remote has now: GTO's tags by name; remembered for `sync_status`.

    Raises:
        RegistryError: `AuthenticationFailed`, `RemoteNotFound`, `RemoteUnavailable`, `GitFailed`.

    """
    found = {tag: oid for tag, oid in ls_remote(acting.git, remote).items() if parse_tag_name(tag) is not None}
    remember(acting.worktree.repository, remote, found)
    return found


def _local(snapshot: Snapshot) -> dict[str, str]:
    return {ref.name: ref.oid for ref in snapshot.index.all_refs()}


def push_missing(
    acting: Acting, remote: str, tags: Sequence[str] | None, delete: Sequence[str], *, dry_run: bool
) -> dict[str, Any]:
    """Push these tags, or all of GTO's that the remote lacks. Those that it has differently are told, not sent.

    Raises:
        RegistryError: `TagNotFound` for a tag that is not here; what `ask` raises.

    """
    snapshot = acting.fresh()
    here = _local(snapshot)
    missing = [tag for tag in tags or () if tag not in here]
    if missing:
        raise RegistryError(
            "TagNotFound",
            f"tag '{missing[0]}' is not found",
            hint="gtod history lists the tags of the registry.",
            tag=missing[0],
        )
    there = ask(acting, remote)
    chosen = [tag for tag in (sorted(here) if tags is None else tags) if there.get(tag) != here[tag]]
    different = [tag for tag in chosen if tag in there]
    sent = [tag for tag in chosen if tag not in there]
    clashes = _explained(acting, remote, {tag: (here[tag], there[tag]) for tag in different}) if different else {}
    if dry_run:
        pushed: dict[str, Any] = {
            "ok": not clashes,
            "remote": remote,
            "tags": [{"tag": tag, "status": "would be pushed"} for tag in sent]
            + [{"tag": tag, "status": "would be deleted"} for tag in delete if tag in there],
        }
    else:
        pushed = push_tags(acting, remote, sent, delete)
    for tag, clash in clashes.items():
        pushed["tags"].append({"tag": tag, "status": "rejected", "reason": "already exists", "clash": clash})
    if clashes and pushed["ok"]:
        pushed |= {
            "ok": False,
            "kind": "PushRejected",
            "message": " ".join(sentence(tag, clash) for tag, clash in clashes.items()),
            "hint": "One of the two has to go: gtod push --delete TAG, or git tag -d TAG and gtod fetch.",
        }
    return pushed


def fetch_missing(acting: Acting, remote: str, tags: Sequence[str] | None, *, dry_run: bool) -> dict[str, Any]:
    """Fetch these tags, or all of GTO's that only the remote has. Nothing here is overwritten.

    Returns:
        `{remote, tags: [{tag, status: fetched | up to date | different | not there, clash?}]}`.

    Raises:
        RegistryError: what `ask` raises.

    """
    here = _local(acting.fresh())
    there = ask(acting, remote)
    chosen = sorted(there) if tags is None else list(tags)
    wanted = [tag for tag in chosen if tag in there and tag not in here]
    both = [tag for tag in chosen if tag in there and tag in here]
    different = {tag: (here[tag], there[tag]) for tag in both if here[tag] != there[tag]}
    if not dry_run:
        fetch_tags(acting.git, remote, wanted, acting.progress)
    clashes: dict[str, dict[str, Any]] = {}
    unexplained = {}
    try:
        clashes = _explained(acting, remote, different) if different else {}
    except RegistryError as error:
        # What was fetched is here, so that is told without the explanation.
        unexplained = {"reason": error.message}
    rows: list[dict[str, Any]] = [
        {"tag": tag, "status": "would be fetched" if dry_run else "fetched"} for tag in wanted
    ]
    rows += [{"tag": tag, "status": "different", "clash": clashes.get(tag), **unexplained} for tag in different]
    if tags is not None:
        rows += [{"tag": tag, "status": "not there"} for tag in chosen if tag not in there]
        rows += [{"tag": tag, "status": "up to date"} for tag in both if tag not in different]
    return {"remote": remote, "tags": rows}


def sync_status(acting: Acting, snapshot: Snapshot, remote: str, *, refresh: bool, everything: bool) -> dict[str, Any]:
    """How the tags here compare with those of the remote when it was last asked, or is now.

    Returns:
        `{remote, asked_at, counts, tags: [{tag, artifact, status, local_oid, remote_oid}]}`, without those that are the
        same unless `everything`. Never asked, every tag is `unknown`.

    Raises:
        RegistryError: what `ask` raises, with `refresh`.

    """
    if refresh:
        ask(acting, remote)
    known = recall(acting.worktree.repository, remote)
    here, there = _local(snapshot), known.tags if known else {}
    counts: dict[str, int] = {}
    rows = []
    for tag in sorted({*here, *there}):
        status = _status(here.get(tag), there.get(tag)) if known else "unknown"
        counts[status] = counts.get(status, 0) + 1
        if everything or status != "same":
            parsed = parse_tag_name(tag)
            row = {"tag": tag, "artifact": parsed.artifact if parsed else "", "status": status}
            rows.append({**row, "local_oid": here.get(tag), "remote_oid": there.get(tag)})
    asked_at = datetime.fromtimestamp(int(known.at), UTC).isoformat() if known else None
    return {"remote": remote, "asked_at": asked_at, "counts": counts, "tags": rows}


def _status(here: str | None, there: str | None) -> str:
    if there is None:
        return "local only"
    if here is None:
        return "remote only"
    return "same" if here == there else "different"
