"""`gto/why`: why a stage holds its versions."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pydantic import Field

from gto_daemon.registry.queries.why import why
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import SignatureParams

if TYPE_CHECKING:
    from gto_daemon.daemon.queries.signatures import SignedEvent
    from gto_daemon.protocol.registry import WhyAnswer


class WhyParams(SignatureParams):
    """The stage."""

    name: str = Field(description="The artifact.")
    stage: str


def _answer(snapshot: Snapshot, params: WhyParams) -> "WhyAnswer":
    return why(snapshot, params.name, params.stage)


def _events(answer: "WhyAnswer") -> "Iterator[SignedEvent]":
    for link in answer["chain"]:
        yield link["artifact"], link["ref"], partial(link.__setitem__, "signature")


def _size(snapshot: Snapshot, params: WhyParams) -> int:
    # For every event of the stage, the earlier ones are folded again.
    return 100 * len(snapshot.index.refs.get(params.name, ()))


METHOD = SnapshotQuery(
    name="gto/why",
    summary="Explain why a stage holds its versions.",
    params=WhyParams,
    errors=("ArtifactNotFound",),
    answer=_answer,
    size=_size,
    events=_events,
)
