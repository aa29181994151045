"""Progress of long operations (LSP 3.17 §Work Done Progress)."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from lsprotocol import types

logger = logging.getLogger(__name__)


@asynccontextmanager
async def progressing(
    protocol: Any, title: str, token: int | str | None = None, *, create_timeout: float, cancellable: bool
) -> AsyncIterator[int | str | None]:
    """Show progress for as long as the body runs, and yield its token; None where the client would not have it.

    Args:
        protocol: pygls' protocol of the session.
        title: what is being done.
        token: the client's own, else one is made.
        create_timeout: seconds for the client to create that.
        cancellable: whether the user may cancel the task that runs the body.

    """
    if token is None:
        token = await _created(protocol, create_timeout)
    if token is None:
        yield None
        return
    protocol.progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=cancellable))
    task = asyncio.current_task()
    wanted = protocol.progress.tokens[token]

    working = True

    def cancel(future: Any) -> None:
        if working and future.cancelled() and task is not None:
            task.cancel()

    if cancellable:
        wanted.add_done_callback(cancel)
    try:
        yield token
    finally:
        working = False
        protocol.progress.tokens.pop(token, None)
        protocol.progress.end(token, types.WorkDoneProgressEnd())


async def _created(protocol: Any, create_timeout: float) -> str | None:
    token = f"gtod-{secrets.token_hex(4)}"
    params = types.WorkDoneProgressCreateParams(token=token)
    creating = protocol.send_request_async(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params)
    # Looked at also where the answer comes too late, so that asyncio does not report a refusal as lost.
    creating.add_done_callback(lambda done: done.cancelled() or done.exception())
    done, _ = await asyncio.wait({creating}, timeout=create_timeout)
    if done and creating.exception() is None:
        return token
    # What is being done matters more than showing it, and without the client's consent it must not be shown (LSP 3.17).
    logger.info("progress is not shown: %s", creating.exception() if done else "the client does not answer")
    return None
