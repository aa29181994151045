"""`gto/history`: the journal of the registry, or of one artifact, stage or version."""

from typing import Any

from pydantic import Field

from gto_daemon.daemon.queries.views import View
from gto_daemon.registry.queries.absence import why_no_events
from gto_daemon.registry.queries.history import history
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.registry.tag_names import parse_shortcut
from gto_daemon.rpc.handlers import Example, SnapshotQuery
from gto_daemon.rpc.schema.paging import page
from gto_daemon.rpc.schema.params import PageParams, Time, ViewParams
from gto_daemon.rpc.schema.requested_view import note_of, view_of
from gto_daemon.rpc.schema.results import EventKind, HistoryRow, RepositoryResult


class HistoryParams(ViewParams, PageParams):
    """The events."""

    name: str | None = Field(
        None, description="An artifact, or one's stage (`a#prod`) or version (`a@v1.2.3`, `a@latest`)."
    )
    ascending: bool = Field(False, description="Oldest first.")
    stage: str | None = Field(None, description="Only events of this stage.")
    event: EventKind | None = Field(None, description="Only events of this kind.")
    author: str | None = Field(None, description="Only events whose author has this name or e-mail.")
    since: Time | None = Field(None, description="Not before.")
    until: Time | None = Field(None, description="Not after.")
    commits: bool = Field(False, description="The commits of versions too, as GTO 0.2.8 listed them.")


class HistoryResult(RepositoryResult):
    """Exactly what `gto history --json` prints."""

    events: list[HistoryRow] = Field(description="Newest first, unless `ascending`.")
    reason: str | None = Field(None, description="Where there are no events: why, and what may be meant.")
    note: str | None = Field(None, description="With `as_of`: what the answer cannot know.")
    next_cursor: str | None = Field(None, description="With `limit`: where the next page starts, null on the last.")


def _answer(snapshot: Snapshot, params: HistoryParams) -> dict[str, Any]:
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
    events, more = page(rows, params, snapshot.clock)
    reason = {} if rows else {"reason": _reason(snapshot, params)}
    return {"events": events, **reason, **note_of(params), **more}


def _reason(snapshot: Snapshot, params: HistoryParams) -> str:
    filters = ("stage", "event", "author", "since", "until")
    if any(getattr(params, name) is not None for name in filters) and history(snapshot, params.name):
        return f"No event is like that: {', '.join(name for name in filters if getattr(params, name) is not None)}."
    return why_no_events(snapshot, params.name)


def _size(snapshot: Snapshot, params: HistoryParams) -> int:
    if params.name is None:
        return snapshot.index.tags
    return len(snapshot.index.refs.get(parse_shortcut(params.name).artifact, ()))


def _view(params: HistoryParams) -> View | None:
    return view_of(params)


METHOD = SnapshotQuery(
    name="gto/history",
    summary="Show the journal of registrations, assignments and deprecations, as `gto history --json`.",
    params=HistoryParams,
    result=HistoryResult,
    errors=("WrongArgs", "RegistryChanged"),
    answer=_answer,
    view=_view,
    size=_size,
    example=Example(
        params={"repo": "/home/ann/registry", "name": "segment", "limit": 1},
        result={
            "events": [
                {
                    "timestamp": "2023-09-04T07:59:52+00:00",
                    "artifact": "segment",
                    "event": "assignment",
                    "priority": 5,
                    "version": "v0.4.1",
                    "stage": "dev",
                    "commit": "5561a3bda81b18d0b0ca24bc2ced0bb9ca2ac720",
                    "author": "Ann Author",
                    "author_email": "ann@example.com",
                    "message": "Assigning stage dev to artifact segment version v0.4.1",
                    "ref": "segment#dev#1",
                }
            ],
            "next_cursor": "1.8b1a9953.5f0c2a:1:42",
            "clock": "5f0c2a:1:42",
            "problems": [],
        },
    ),
)
