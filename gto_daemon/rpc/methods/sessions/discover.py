"""`rpc.discover`: the OpenRPC document of this server (OpenRPC 1.3 §Service Discovery)."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gto_daemon import protocol
from gto_daemon.rpc.handlers import StatelessQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import DiscoverResult


class DiscoverParams(Params):
    """No params."""


def _answer(_params: DiscoverParams) -> "DiscoverResult":
    document: DiscoverResult = json.loads((Path(protocol.__path__[0]) / "openrpc.json").read_text("utf-8"))
    return document


METHOD = StatelessQuery(
    name="rpc.discover",
    summary="Return the OpenRPC document that describes every method.",
    params=DiscoverParams,
    answer=_answer,
)
