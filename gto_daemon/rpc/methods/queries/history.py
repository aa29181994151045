"""`gto/history`: the journal of the registry, or of one artifact, stage or version."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.protocol import EventKind
from gto_daemon.registry.queries.absence import why_no_events
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_shortcut
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import PageParams, SignatureParams, Time, ViewParams

if TYPE_CHECKING:
    from gto_daemon.daemon.queries.signatures import SignedEvent
    from gto_daemon.protocol.registry import HistoryAnswer


class HistoryParams(ViewParams, SignatureParams, PageParams):
    """The events to list."""

    name: str | None = Field(
        None, description="An artifact, or its stage (`a#prod`) or version (`a@v1.2.3`, `a@latest`)."
    )
    ascending: bool = Field(False, description="List the oldest event first.")
    stage: str | None = Field(None, description="List only events of this stage.")
    event: EventKind | None = Field(None, description="List only events of this kind.")
    author: str | None = Field(None, description="List only events whose author has this name or e-mail address.")
    since: Time | None = Field(None, description="List only events at or after this time.")
    until: Time | None = Field(None, description="List only events at or before this time.")
    commits: bool = Field(False, description="Include the commits of versions, as GTO 0.2.8 did.")


def _answer(snapshot: Snapshot, params: HistoryParams) -> "HistoryAnswer":
    rows = history(
        snapshot,
        params.name,
        ascending=params.ascending,
        stage=params.stage,
        event=params.event,
        author=params.author,
        since=params.since,
        until=params.until,
        commits=params.commits,
    )
    answer: HistoryAnswer = {"events": []}
    answer["events"] = [*params.page(rows, snapshot.clock, answer)]
    if not rows:
        answer["reason"] = _reason(snapshot, params)
    params.add_note(answer)
    return answer


def _events(answer: "HistoryAnswer") -> "Iterator[SignedEvent]":
    for row in answer["events"]:
        if row["event"] != "commit":
            yield row["artifact"], row["ref"], partial(row.__setitem__, "signature")


def _reason(snapshot: Snapshot, params: HistoryParams) -> str:
    filters = ("stage", "event", "author", "since", "until")
    if any(getattr(params, name) is not None for name in filters) and history(snapshot, params.name):
        return f"No event is like that: {', '.join(name for name in filters if getattr(params, name) is not None)}."
    return why_no_events(snapshot, params.name)


def _size(snapshot: Snapshot, params: HistoryParams) -> int:
    if params.name is None:
        return snapshot.index.tags
    return len(snapshot.index.refs.get(parse_shortcut(params.name).artifact, ()))


METHOD = SnapshotQuery(
    name="gto/history",
    summary="List registrations, assignments and deprecations, as `gto history --json`.",
    params=HistoryParams,
    errors=("WrongArgs", "RegistryChanged"),
    answer=_answer,
    size=_size,
    events=_events,
)
