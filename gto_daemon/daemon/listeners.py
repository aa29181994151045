"""Who wants to hear of the changes of a worktree."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from gto_daemon.daemon.journal import Change

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

Listener = Callable[[Change], None]


class Listeners:
    """Called on the event loop, each once for every change, after the index holds it.

    They outlive the worktree: when its repository is replaced, the next one takes them over whole.

    Attributes:
        on_followed: called when the first one came and when the last one left; the truth of the object tells which.

    """

    def __init__(self) -> None:
        self.on_followed: Callable[[], None] = lambda: None
        self._listeners: dict[object, Listener] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: Listener) -> Callable[[], None]:
        """Answers how to undo it."""
        import asyncio  # noqa: PLC0415  (whoever listens has it loaded; a command without a daemon does without)

        key = object()
        self._loop = asyncio.get_running_loop()
        self._listeners[key] = listener
        if len(self._listeners) == 1:
            self.on_followed()

        def undo() -> None:
            if self._listeners.pop(key, None) is not None and not self._listeners:
                self.on_followed()

        return undo

    def announce(self, change: Change) -> None:
        """Have all of them called; from any thread."""
        if self._loop is not None and self._listeners:
            # The loop closes only with the process: then there is nobody left to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tell, change)

    def _tell(self, change: Change) -> None:
        for key in tuple(self._listeners):
            # One that an earlier one of this round took away has said that it wants to hear no more.
            listener = self._listeners.get(key)
            if listener is None:
                continue
            try:
                listener(change)
            except Exception:
                # One listener's fault is not another's; it is logged whole and the rest hear of the change.
                log.exception("a listener failed")
