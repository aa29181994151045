"""What a push sends: the tags that are wanted, and the registrations that they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.remote_state import RemoteState
from gto_daemon.daemon.remotes.syncing import (
    ask,
    explain_clashes,
    local_tags,
)
from gto_daemon.daemon.task_context import ActContext
from gto_daemon.registry.queries.registration import registration_under
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.acts import Clash


@dataclass(slots=True)
class Sending:
    """The tags that are sent, and the ones that are not.

    Attributes:
        here: GTO's tags of this repository, to object ids.
        tags: what is sent.
        resting: the tags that depend on a registration which is sent too, with that registration.
        along: registrations that the request did not name, each with the tag that depends on it.
        withheld: tags that are not sent, each with the registration that it depends on and why that cannot be sent.
        clashes: tags that the remote has as other objects.
        commits: the tags, to the commits that they are on.

    """

    here: Mapping[str, str]
    tags: list[str] = field(default_factory=list)
    resting: dict[str, str] = field(default_factory=dict)
    along: dict[str, str] = field(default_factory=dict)
    withheld: dict[str, tuple[str, str]] = field(default_factory=dict)
    clashes: "dict[str, Clash]" = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)


def with_registrations(
    acting: ActContext, snapshot: Snapshot, remote: str, tags: Sequence[str], state: RemoteState | None = None
) -> Sending:
    """Return the tags to send for these ones. The remote is asked if any depends on a registration not among them.

    Raises:
        RegistryError: what `ask` raises.

    """
    sending = Sending(local_tags(snapshot))
    resting = {tag: under for tag in tags if (under := registration_under(snapshot.index, tag)) is not None}
    others = {under: tag for tag, under in resting.items() if under not in tags}
    if others and state is None:
        state = ask(acting, remote)
    there = state.tags if state is not None else {}
    lacking = [under for under in others if under not in there]
    changed = {u: (sending.here[u], there[u]) for u in others if u in there and there[u] != sending.here[u]}
    clashes = explain_clashes(acting, remote, changed)
    # Two people may have registered one version on one commit; then it is the same version to a stage.
    sending.clashes = {under: clash for under, clash in clashes.items() if not _is_on_one_commit(clash)}
    for under in lacking:
        if state is not None and not state.has_deleted(under, sending.here[under]):
            sending.along[under] = others[under]
    for tag, under in resting.items():
        if under in sending.clashes:
            sending.withheld[tag] = under, f"'{under}' is another tag at {remote}"
        elif under in lacking and under not in sending.along:
            sending.withheld[tag] = under, f"'{under}' was at {remote} and is deleted there"
    sending.tags = [*sending.along, *(tag for tag in tags if tag not in sending.withheld)]
    for tag in sending.tags:
        ref = snapshot.index.ref(tag)
        sending.commits[tag] = ref.tag.target if ref is not None and ref.tag is not None else ""
    sending.resting = {tag: under for tag, under in resting.items() if under in sending.tags}
    return sending


def _is_on_one_commit(clash: "Clash") -> bool:
    here, there = clash["local"], clash["remote"]
    return here is not None and there is not None and here["target"] == there["target"]
