"""Hints by watchfiles, in threads that look for events every few milliseconds: for systems without inotify.

It sees `refs/` recursively and the directories around it flat, never `objects/`. What it is known to lose (queue
overflow is silent, watchfiles#348; events between two of its timeouts; a moved parent directory sends none) is found by
the heartbeat of the follower. One file name that is not UTF-8 breaks a watch permanently: it is started again, and if
that fails too it is given up.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal

from watchfiles import watch

from gto_daemon.daemon.following.places import Places
from gto_daemon.daemon.following.watcher import Hinted

log = logging.getLogger(__name__)
# It would log every event at INFO; what counts of them is in our own log.
logging.getLogger("watchfiles").setLevel(logging.WARNING)

#: watchfiles looks for events every `step`, and delivers at the latest after `debounce`, both in milliseconds.
#: Measured from the end of `git tag` to the event: 8 ms at 0.5 % of a core idle with 50/5, and a millisecond of the
#: step is some 0.1 % of a core. Refs get 6, and the rest, which few wait for, a cheaper pace.
_DEBOUNCE: Final = 50
_STEP_REFS: Final = 6
_STEP_OTHERS: Final = 100
_ATTEMPTS: Final = 2


class WatchfilesWatching:
    """Makes watchers, which share nothing."""

    source: Literal["inotify", "watchfiles"] = "watchfiles"

    def watcher(self, listener: Hinted) -> "WatchfilesWatcher":
        """Return a watcher that tells `listener`."""
        return WatchfilesWatcher(listener)

    def is_quiet(self) -> bool:
        """Return False: something may be on its way."""
        return False

    def close(self) -> None:
        """Do nothing."""


class WatchfilesWatcher:
    """Two watches of one worktree, which are replaced when there is something else to watch."""

    def __init__(self, listener: Hinted) -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._paths: tuple[str, ...] = ()
        self._threads: list[_WatchThread] = []

    async def follow(self, places: Places) -> None:
        """Watch these places from now on, and no others."""
        others = places.others()
        paths = (places.refs, *others)
        if paths == self._paths:
            return
        self.stop()
        self._paths = paths
        self._threads = [
            _WatchThread(self, [places.refs], recursive=True, step=_STEP_REFS),
            _WatchThread(self, others, recursive=False, step=_STEP_OTHERS),
        ]
        try:
            for thread in self._threads:
                thread.start()
        except RuntimeError as error:
            # No thread can be started, but listeners must get changes all the same.
            log.warning("watching %s failed: %s", paths, error)
            self.stop()
            self._listener.failed(str(error))

    def sees_all(self, _places: Places) -> bool:
        """Return False: events come late, or not at all."""
        return False

    def stop(self) -> None:
        """Stop it without waiting for the threads, which end within one step."""
        for thread in self._threads:
            thread.stop.set()

    def tell(self, thread: "_WatchThread", call: Callable[..., None], *arguments: str) -> None:
        """Call something of the listener in its event loop, unless the thread was stopped by then."""

        def told() -> None:
            if not thread.stop.is_set():
                call(*arguments)

        try:
            self._loop.call_soon_threadsafe(told)
        except RuntimeError:
            # The loop closed between the event and now: there are no listeners left.
            thread.stop.set()

    def armed(self, thread: "_WatchThread") -> None:
        """Tell that the watch of a thread is armed."""
        self.tell(thread, self._listener.armed)

    def hinted(self, thread: "_WatchThread") -> None:
        """Tell of an event."""
        self.tell(thread, self._listener.hinted)

    def failed(self, thread: "_WatchThread", reason: str) -> None:
        """Tell that a thread has given up."""
        self.tell(thread, self._listener.failed, reason)


class _WatchThread:
    """A watch until it is stopped."""

    def __init__(self, watcher: WatchfilesWatcher, paths: Sequence[str], *, recursive: bool, step: int) -> None:
        self.stop = threading.Event()
        self._watcher = watcher
        self._paths = paths
        self._recursive = recursive
        self._step = step
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Start it. Changes before the watch is armed are not reported."""
        self._thread.start()

    def _run(self) -> None:
        try:
            reason = self._attempts()
        except BaseException as error:
            # A panic of the Rust below is no Exception; and whatever it was, a thread that goes without a word would
            # leave everybody believing that there are events.
            log.exception("watching %s broke down", self._paths)
            reason = f"{type(error).__name__}: {error}"
        if reason is not None:
            self._watcher.failed(self, reason)

    def _attempts(self) -> str | None:
        """Watch until it is stopped: None; or until it cannot be done: the reason."""
        reason = ""
        lenient = False
        for _ in range(_ATTEMPTS):
            try:
                self._watch(lenient=lenient)
            except PermissionError as error:
                # What may be read is watched. Not so from the start: being lenient, watchfiles is silent as well about
                # the limit of watches, and leaves out what is beyond it.
                reason, lenient = str(error), True
                log.info("watching what may be read of %s: %s", self._paths, error)
            except (OSError, RuntimeError, ValueError) as error:
                reason = str(error)
                log.warning("watching %s failed: %s", self._paths, error)
            if self.stop.is_set():
                return None
        return reason or "the watch ended by itself"

    def _watch(self, *, lenient: bool) -> None:
        for _ in watch(
            *(path for path in self._paths if Path(path).is_dir()),
            watch_filter=None,
            debounce=_DEBOUNCE,
            step=self._step,
            stop_event=_StopEvent(self.stop, lambda: self._watcher.armed(self)),
            rust_timeout=0,
            recursive=self._recursive,
            ignore_permission_denied=lenient,
        ):
            self._watcher.hinted(self)


class _StopEvent:
    """The stop event for watchfiles, which asks it first when the watch is armed; nothing else shows that."""

    def __init__(self, stop: threading.Event, on_armed: Callable[[], None]) -> None:
        self._stop = stop
        self._on_armed: Callable[[], None] | None = on_armed

    def is_set(self) -> bool:
        """Return whether to stop."""
        on_armed, self._on_armed = self._on_armed, None
        if on_armed is not None:
            on_armed()
        return self._stop.is_set()
