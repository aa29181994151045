"""Push the tags of an act, or the tags that a remote lacks; never a stage without its version."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gto_daemon.daemon.remotes.push_size import PushSize, unnoticed
from gto_daemon.daemon.remotes.push_words import again, failed, one_of_two, sentence
from gto_daemon.daemon.remotes.sending import Sending, with_registrations
from gto_daemon.daemon.remotes.syncing import (
    DELETED,
    ask,
    deleted_words,
    explain_clashes,
    local_tags,
    record_push,
    remote_state,
)
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.git.process import CancelledError
from gto_daemon.git.remote_failures import remote_messages
from gto_daemon.git.remotes import Pushed, PushedTag, PushStatus, ls_remote, push
from gto_daemon.registry import commands
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.pushes import PlannedPush, divide

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import Clash, Push, SentTag

#: What git says when a push has got as far as sending.
_SENT = ("Writing objects", "Total ", "remote: ")


def push_act(
    acting: ActContext, remote: str, created: Sequence[str], deleted: Mapping[str, str], size: PushSize
) -> "Push":
    """Push the tags that an act created and deleted. A failed push is reported, not raised: the act stands.

    Args:
        acting: the act.
        remote: the remote to push to.
        created: tags; a registration that a tag depends on is sent too if the remote lacks it.
        deleted: tags, to what they pointed at.
        size: the size of a push.

    """
    try:
        sending = with_registrations(acting, acting.fresh(), remote, created)
        if sending.withheld:
            return _withheld(remote, sending, (*created, *deleted))
        return _push(acting, remote, sending, deleted, size)
    except CancelledError:
        return {
            "ok": False,
            "remote": remote,
            "message": f"The push was given up, and what of it arrived at {remote} is not known.",
            "hint": again(remote, created, deleted),
            "tags": [{"tag": tag, "status": "unknown"} for tag in (*created, *deleted)],
        }
    except RegistryError as error:
        tags: list[SentTag] = [{"tag": tag, "status": "not sent"} for tag in (*created, *deleted)]
        return {
            "ok": False,
            "remote": remote,
            "kind": error.kind,
            "message": f"{failed(remote, created, deleted)} {error.message}",
            "hint": f"{error.hint} {again(remote, created, deleted)}".strip(),
            "tags": tags,
        }


def push_missing(
    acting: ActContext,
    remote: str,
    tags: Sequence[str] | None,
    delete: Sequence[str],
    size: PushSize,
    *,
    everything: bool = False,
    dry_run: bool = False,
) -> "Push":
    """Push these tags, or all of GTO's that the remote lacks. Tags that differ there are reported, not sent.

    What was deleted at the remote is sent only if it is named, or with `everything`.

    Raises:
        RegistryError: `TagNotFound` for a tag that is not here; what `ask` raises.

    """
    snapshot = acting.fresh()
    here = local_tags(snapshot)
    tags = None if tags is None else list(dict.fromkeys(tags))
    missing = [tag for tag in tags or () if tag not in here]
    if missing:
        raise RegistryError(
            "TagNotFound",
            f"tag '{missing[0]}' is not found",
            hint="`gtod history` lists the tags of the registry.",
            tag=missing[0],
        )
    state = ask(acting, remote)
    chosen = [tag for tag in (sorted(here) if tags is None else tags) if state.tags.get(tag) != here[tag]]
    left_out = [] if everything or tags is not None else [tag for tag in chosen if state.has_deleted(tag, here[tag])]
    wanted = [tag for tag in chosen if tag not in state.tags and tag not in left_out]
    sending = with_registrations(acting, snapshot, remote, wanted, state)
    different = {tag: (here[tag], state.tags[tag]) for tag in chosen if tag in state.tags}
    clashes = explain_clashes(acting, remote, different)
    gone = {tag: state.tags[tag] for tag in delete if tag in state.tags}
    if dry_run:
        planned = divide(sending.commits, gone, size.max_tags)
        pushed: Push = {
            "ok": not clashes,
            "remote": remote,
            "tags": [_row(tag, "would be pushed", sending) for tag in sending.tags],
            "pushes": [{"create": [*each.create], "delete": [*each.delete]} for each in planned],
        }
        pushed["tags"] += [{"tag": tag, "status": "would be deleted"} for tag in gone]
        if warnings := unnoticed(planned):
            pushed["warnings"] = warnings
    else:
        pushed = _push(acting, remote, sending, dict.fromkeys(delete, "") | gone, size)
    rows = pushed["tags"]
    never = [tag for tag in delete if not any(tag == name for name, _ in state.deleted)]
    if dry_run:
        never = [tag for tag in never if tag not in gone]
        rows += [{"tag": tag, "status": "not there"} for tag in never]
    else:
        never = [row["tag"] for row in rows if row["tag"] in never and row["status"] == "up to date"]
        for row in rows:
            row["status"] = "not there" if row["tag"] in never else row["status"]
    rows += [{"tag": tag, "status": DELETED} for tag in left_out]
    rows += [{"tag": tag, "status": "not sent", "reason": why} for tag, (_, why) in sending.withheld.items()]
    rows += [
        {"tag": tag, "status": "rejected", "reason": "already exists", "clash": clash} for tag, clash in clashes.items()
    ]
    if not pushed["ok"]:
        return pushed
    if never:
        named = ", ".join(f"'{tag}'" for tag in never)
        message = f"{remote} has no tag {named}, so nothing of that is deleted there"
        pushed["ok"], pushed["kind"], pushed["message"] = False, "TagNotFound", message
        return pushed
    if sending.withheld:
        withheld = _withheld(remote, sending, ())
        withheld["tags"] = rows
        return withheld
    if clashes:
        pushed["ok"], pushed["kind"] = False, "PushRejected"
        pushed["message"] = " ".join(sentence(tag, clash) for tag, clash in clashes.items())
        pushed["hint"] = one_of_two(remote, clashes)
        return pushed
    if left_out:
        pushed["hint"] = deleted_words(remote, left_out)
    return pushed


def amend_refusal(acting: ActContext, remote: str, error: RegistryError) -> None:
    """Add the right remedy to the refusal of an act that was to be pushed.

    If the act was done before, and the remote lacks its tag, the remedy is to push the tag.
    """
    tag = error.data.get("tag")
    oid = local_tags(acting.fresh()).get(str(tag))
    if tag is None or oid is None:
        return
    try:
        state = ask(acting, remote)
    except RegistryError:
        # The last known state of the remote must suffice: this is only for the remedy.
        state = remote_state(acting, remote)
    if tag in state.tags:
        return
    deleted = f"was at {remote} and is deleted there" if state.has_deleted(tag, oid) else "is not pushed"
    error.hint = f"'{tag}' is here, and {deleted}. To push it: {commands.push_tags([tag], remote)}"


def _withheld(remote: str, sending: Sending, unsent: Sequence[str]) -> "Push":
    """Return the result for tags that are not sent because of a tag that they depend on."""
    reasons = " ".join(f"'{tag}' is not sent, because {why}." for tag, (_, why) in sending.withheld.items())
    result: Push = {
        "ok": False,
        "remote": remote,
        "message": reasons,
        "tags": [{"tag": tag, "status": "not sent"} for tag in unsent],
    }
    if sending.clashes:
        words = " ".join(sentence(tag, clash) for tag, clash in sending.clashes.items())
        result["kind"], result["message"] = "PushRejected", f"{reasons} {words}"
        result["hint"] = one_of_two(remote, sending.clashes)
        return result
    both = dict.fromkeys(each for tag, (under, _) in sending.withheld.items() for each in (under, tag))
    result["kind"] = "DeletedAtRemote"
    result["hint"] = (
        f"To send both: {commands.push_tags(both, remote)}; "
        f"to take back what is here: {commands.delete_tags(sending.withheld)}."
    )
    return result


def _push(acting: ActContext, remote: str, sending: Sending, deleted: Mapping[str, str], size: PushSize) -> "Push":
    """Push, in as many steps as necessary, and return the outcome. A failed step is the last.

    Raises:
        RegistryError: as `push`.
        CancelledError: it was cancelled.

    """
    planned = divide(sending.commits, deleted, size.max_tags)
    made: list[Pushed] = []
    for number, each in enumerate(planned):
        if len(planned) > 1:
            acting.progress(f"Push {number + 1} of {len(planned)}", None)
        gone = {tag: deleted[tag] for tag in each.delete}
        try:
            pushed = _one_push(acting, remote, sending, each, gone, all_or_none=size.atomic)
        except RegistryError as error:
            if not made:
                raise
            pushed = Pushed(
                tuple(PushedTag(tag, "rejected", error.message) for tag in (*each.create, *each.delete)), atomic=False
            )
        made.append(pushed)
        if pushed.rejected:
            break
    left = [tag for push in planned[len(made) :] for tag in (*push.create, *push.delete)]
    tags = [tag for pushed in made for tag in pushed.tags]
    tags += [PushedTag(tag, "not sent", "an earlier push failed") for tag in left]
    messages = tuple(message for pushed in made for message in pushed.messages)
    total = Pushed(tuple(tags), atomic=len(planned) <= 1 and all(pushed.atomic for pushed in made), messages=messages)
    rows = [_row(each.tag, each.status, sending, each.reason) for each in total.tags]
    result: Push = {"ok": not total.rejected, "remote": remote, "atomic": total.atomic, "tags": rows}
    result["pushes"] = [
        {"create": [*plan.create], "delete": [*plan.delete], "ok": not pushed.rejected, "atomic": pushed.atomic}
        for plan, pushed in zip(planned, made, strict=False)
    ]
    if warnings := unnoticed(planned):
        result["warnings"] = warnings
    if messages:
        result["remote_messages"] = [*messages]
    if total.rejected:
        _explain_rejection(result, acting, sending, total, planned[len(made) - 1], deleted)
    return result


def _one_push(
    acting: ActContext,
    remote: str,
    sending: Sending,
    planned: PlannedPush,
    deleted: Mapping[str, str],
    *,
    all_or_none: bool,
) -> Pushed:
    """Make one push, and remember what arrived.

    Raises:
        RegistryError: it did nothing, or its effect is unknown.
        CancelledError: it was cancelled.

    """
    create = planned.create
    try:
        pushed = push(
            acting.git, remote, create, planned.delete, acting.progress, sending.resting, all_or_none=all_or_none
        )
    except RegistryError as error:
        pushed = _arrived(acting, remote, sending, planned, error)
    taken = [each.tag for each in pushed.tags if each.status != "rejected" and each.tag in create]
    gone = {each.tag: deleted[each.tag] for each in pushed.tags if each.status == "deleted"}
    record_push(acting, remote, {tag: sending.here[tag] for tag in taken}, gone)
    return pushed


def _arrived(acting: ActContext, remote: str, sending: Sending, planned: PlannedPush, error: RegistryError) -> Pushed:
    """Return the outcome of a push that failed or was killed, as the remote shows it now.

    Raises:
        RegistryError: it did nothing, or its effect is unknown.

    """
    words = str(error.data.get("words", ""))
    # Before a deletion the remote was asked, and answered; and nothing is sent for one.
    unanswered = error.kind == "RemoteUnavailable" and not planned.delete and not any(sign in words for sign in _SENT)
    if unanswered or error.kind in ("RemoteNotFound", "AuthenticationFailed", "GitNotFound"):
        raise error
    try:
        there = ls_remote(acting.git, remote)
    except RegistryError:
        raise error from None
    done: dict[str, PushStatus] = {tag: "pushed" for tag in planned.create if there.get(tag) == sending.here[tag]}
    done |= {tag: "deleted" for tag in planned.delete if tag not in there}
    if not done:
        raise error
    tags = (*planned.create, *planned.delete)
    reason = error.message
    return Pushed(
        tuple(PushedTag(tag, done.get(tag, "rejected"), "" if tag in done else reason) for tag in tags),
        atomic=False,
        messages=remote_messages(words),
    )


def _row(tag: str, status: str, sending: Sending, reason: str = "") -> "SentTag":
    row: SentTag = {"tag": tag, "status": status}
    if reason:
        row["reason"] = reason
    if tag in sending.along:
        row["along_with"] = sending.along[tag]
    return row


def _explain_rejection(
    result: "Push",
    acting: ActContext,
    sending: Sending,
    pushed: Pushed,
    failing: PlannedPush,
    deleted: Mapping[str, str],
) -> None:
    """Add to the result of a push that the remote rejected why it did, and what to do."""
    remote = result["remote"]
    unexplained = ""
    clashes: dict[str, Clash] = {}
    created = [each.tag for each in pushed.rejected if each.tag in sending.tags]
    try:
        there = ask(acting, remote).tags if created else {}
        different = {
            tag: (sending.here[tag], there[tag])
            for tag in created
            if there.get(tag, sending.here[tag]) != sending.here[tag]
        }
        clashes = explain_clashes(acting, remote, different)
    except RegistryError as error:
        # The remote may be gone by now. The push stands, so it is reported without the explanation.
        unexplained = f" What the remote has instead could not be looked at: {error.message}"
    refused = (each for each in pushed.rejected if each.status == "rejected")
    reasons = "; ".join(dict.fromkeys(f"{each.tag}: {each.reason}" for each in refused))
    said = " The remote says: " + "\n".join(pushed.messages) if pushed.messages else ""
    explained = "".join(f" {sentence(tag, clash)}" for tag, clash in clashes.items())
    undeleted = [each.tag for each in pushed.rejected if each.tag in deleted]
    for row in result["tags"]:
        if row["tag"] in clashes:
            row["clash"] = clashes[row["tag"]]
    result["kind"] = "PushRejected"
    result["message"] = f"{failed(remote, failing.create, failing.delete)} {reasons}.{said}{explained}{unexplained}"
    result["hint"] = one_of_two(remote, clashes) if clashes else again(remote, created, undeleted)
