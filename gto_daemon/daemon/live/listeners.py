"""The listeners to the changes of a worktree."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.registry.index import Index

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

#: Tags that may go at once without being waited for: a registry of one tag often loses it.
_MIN_SUSPICIOUS = 2

Listener = Callable[[Change], None]


class Listeners:
    """Called on the event loop, each once for every change, after the index holds it.

    They outlive the worktree: when its repository is replaced, the next one takes them over whole.

    Args:
        limits: for how long a change is held back.

    Attributes:
        on_followed: called when the first listener is added (the object is true then) and when the last one is removed.

    """

    def __init__(self, limits: LiveLimits) -> None:
        self._limits = limits
        self.on_followed: Callable[[], None] = lambda: None
        self._listeners: dict[object, Listener] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._held: _Held | None = None

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: Listener) -> Callable[[], None]:
        """Add a listener, and return a function that removes it."""
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

    def pause_before_telling(self, before: Index, after: Index, head: str | None) -> float:
        """Return for how many seconds a change is held back.

        If all tags disappear at once, they may be on their way back: a repository is cloned again in the place of
        another, and has no commit until it is fetched; a mirror is pruned and filled again.
        """
        if before.tags < _MIN_SUSPICIOUS or after.tags:
            return 0.0
        return self._limits.settling if head is not None else self._limits.max_settling

    def announce(self, change: Change) -> None:
        """Call all listeners. May be called from any thread."""
        if self._loop is not None and self._listeners:
            # The loop closes only with the process: then there are no listeners left.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._settle, self._loop, change)

    def _settle(self, loop: "asyncio.AbstractEventLoop", change: Change) -> None:
        """Report the change, or hold it back for a moment if it or an earlier one may be undone right away."""
        held = self._held
        if held is None and not change.pause:
            self._tell(change)
            return
        if held is None:
            held = self._held = _Held(change, loop.time() + self._limits.max_settling)
        else:
            held.timer.cancel()
            held.says_more |= not (change.added or change.removed)
            held.change = held.change.then(change)
        until = min(loop.time() + max(change.pause, self._limits.settling), held.until)
        held.timer = loop.call_at(until, self._release, held)

    def _release(self, held: "_Held") -> None:
        self._held = None
        if held.says_more or held.change.added or held.change.removed:
            self._tell(held.change)

    def _tell(self, change: Change) -> None:
        for key in tuple(self._listeners):
            # An earlier listener of this round may have removed this one, which then must not be called.
            listener = self._listeners.get(key)
            if listener is None:
                continue
            try:
                listener(change)
            except Exception:
                # A failing listener must not affect the others: the failure is logged, and the others get the change.
                log.exception("a listener failed")


class _Held:
    """A change that is not reported yet: all changes so far, the deadline, and whether more than tags changed."""

    __slots__ = ("change", "says_more", "timer", "until")

    def __init__(self, change: Change, until: float) -> None:
        self.change = change
        self.until = until
        self.says_more = False
        self.timer: asyncio.TimerHandle
