"""`gto/printState`: the whole state, unfiltered."""

from typing import TYPE_CHECKING

from gto_daemon.registry.queries.state import print_state
from gto_daemon.registry.snapshot import Snapshot
from gto_daemon.rpc.handlers import SnapshotQuery
from gto_daemon.rpc.schema.params import RepositoryParams

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import PrintStateAnswer


class PrintStateParams(RepositoryParams):
    """The repository."""


def _answer(snapshot: Snapshot, _params: PrintStateParams) -> "PrintStateAnswer":
    return print_state(snapshot)


def _size(snapshot: Snapshot, _params: PrintStateParams) -> int:
    return snapshot.index.tags


METHOD = SnapshotQuery(
    name="gto/printState",
    summary="Print the whole state, as `gto print-state`.",
    params=PrintStateParams,
    answer=_answer,
    size=_size,
    hidden=True,
)
