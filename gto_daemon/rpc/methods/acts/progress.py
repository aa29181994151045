"""Progress of an act, as LSP tells it: `$/progress` with the token that the request carried (LSP 3.17 §Work Done)."""

import asyncio
from collections.abc import Callable

from gto_daemon.rpc.jsonrpc.codec import encode, notification
from gto_daemon.rpc.schema.params import ActParams, ClientParams, ErrandParams

Report = Callable[[str, int | None], None]


def reporter(params: ClientParams, loop: asyncio.AbstractEventLoop, send: Callable[[bytes], None]) -> Report:
    """What an act, in any thread, tells how far it is. Without a token in the request nobody hears of it."""
    token = params.work_done_token if isinstance(params, ActParams | ErrandParams) else None

    def report(message: str, percentage: int | None) -> None:
        if token is None:
            return
        value: dict[str, str | int] = {"kind": "report", "message": message}
        if percentage is not None:
            value["percentage"] = percentage
        loop.call_soon_threadsafe(send, notification("$/progress", encode({"token": token, "value": value})))

    return report
