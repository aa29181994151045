"""Background tasks. A task that fails is logged and run again, because nothing waits for it."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

logger = logging.getLogger(__name__)

#: Seconds until a task that failed is started again; doubled each time, up to the second, as long as it fails sooner
#: than that after its start.
_MIN_PAUSE: Final = 0.1
_MAX_PAUSE: Final = 60.0


def supervise(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> "asyncio.Task[None]":
    """Run `work` until it returns or the task is cancelled. When it fails, log the exception and run it again."""
    return asyncio.get_running_loop().create_task(_supervised(work, name), name=name)


async def _supervised(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
    pause = _MIN_PAUSE
    while True:
        begun = time.monotonic()
        try:
            await work()
        except asyncio.CancelledError:
            # What it waited for may have been cancelled, which is a failure like any other.
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            logger.warning("'%s' failed because what it waited for was cancelled; it starts again", name)
        except Exception:
            logger.exception("'%s' failed; it starts again", name)
        else:
            return
        if time.monotonic() - begun > _MAX_PAUSE:
            pause = _MIN_PAUSE
        await asyncio.sleep(pause)
        pause = min(2 * pause, _MAX_PAUSE)
