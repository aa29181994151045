"""Progress of what takes long (LSP 3.17 §Work Done Progress)."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from lsprotocol import types


@asynccontextmanager
async def progressing(protocol: Any, title: str, token: int | str | None = None) -> AsyncIterator[int | str]:
    """Shown for as long as the body runs; the user may cancel it.

    Args:
        protocol: pygls' protocol of the session.
        title: what is being done.
        token: the client's own, else one is made.

    """
    if token is None:
        token = f"gtod-{secrets.token_hex(4)}"
        await protocol.progress.create_async(token)
    protocol.progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))
    task = asyncio.current_task()
    wanted = protocol.progress.tokens[token]

    working = True

    def cancel(future: Any) -> None:
        if working and future.cancelled() and task is not None:
            task.cancel()

    wanted.add_done_callback(cancel)
    try:
        yield token
    finally:
        working = False
        protocol.progress.tokens.pop(token, None)
        protocol.progress.end(token, types.WorkDoneProgressEnd())
