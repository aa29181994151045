"""`rpc.discover`: the OpenRPC document of this server (OpenRPC, "Service Discovery Method")."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gto_daemon import protocol
from gto_daemon.rpc.handlers import StatelessQuery
from gto_daemon.rpc.schema.params import Params

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import DiscoverResult


#: Read with the code: on the event loop nothing waits for a disk, and a newer release may replace the file.
_DOCUMENT: Final = (Path(protocol.__path__[0]) / "openrpc.json").read_bytes()


class DiscoverParams(Params):
    """No params."""


def _answer(_params: DiscoverParams) -> "DiscoverResult":
    document: DiscoverResult = json.loads(_DOCUMENT)
    return document


METHOD = StatelessQuery(
    name="rpc.discover",
    summary="Return the OpenRPC document that describes every method.",
    params=DiscoverParams,
    answer=_answer,
)
