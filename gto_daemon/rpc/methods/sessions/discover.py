"""`rpc.discover`: the OpenRPC document of this server (OpenRPC 1.3 §Service Discovery)."""

from typing import Any

from pydantic import ConfigDict

from gto_daemon.rpc.handlers import Example, StatelessQuery
from gto_daemon.rpc.schema.params import Params
from gto_daemon.rpc.schema.results import Result


class DiscoverParams(Params):
    """None."""


class DiscoverResult(Result):
    """An OpenRPC document; its own specification says what is in it."""

    model_config = ConfigDict(extra="allow")

    openrpc: str
    info: dict[str, Any]
    methods: list[dict[str, Any]]


def _answer(_params: DiscoverParams) -> dict[str, Any]:
    from gto_daemon.rpc.methods.openrpc import document  # noqa: PLC0415  (it imports every method, this one too)

    found: dict[str, Any] = document()
    return found


METHOD = StatelessQuery(
    name="rpc.discover",
    summary="Answer the OpenRPC document that describes every method.",
    params=DiscoverParams,
    result=DiscoverResult,
    answer=_answer,
    example=Example(params={}, result={"openrpc": "1.3.2", "info": {"title": "gtod", "version": "1"}, "methods": []}),
)
