"""`gto/checkRef`: the event of a tag."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.queries.check_ref import check_ref
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import SignatureParams

if TYPE_CHECKING:
    from gto_daemon.daemon.queries.signatures import SignedEvent
    from gto_daemon.protocol.registry import CheckRefAnswer


class CheckRefParams(SignatureParams):
    """The tag."""

    ref: str = Field(description="The name of a tag, with or without `refs/tags/`.")


def _answer(snapshot: Snapshot, params: CheckRefParams) -> "CheckRefAnswer":
    return check_ref(snapshot, params.ref)


def _events(answer: "CheckRefAnswer") -> "Iterator[SignedEvent]":
    event = answer["event"]
    if event is not None:
        yield event["artifact"], event["tag"], partial(event.__setitem__, "signature")


METHOD = SnapshotQuery(
    name="gto/checkRef",
    summary="Show the event of a tag, as `gto check-ref --json`.",
    params=CheckRefParams,
    answer=_answer,
    events=_events,
)
