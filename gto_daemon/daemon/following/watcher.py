"""Hints that a repository may have changed. A hint starts a listing; it is never the change itself.

watchfiles sees `refs/` recursively and the directories around it flat, never `objects/`. What it is known to lose
(queue overflow is silent, watchfiles#348; events between two of its timeouts; a moved parent directory sends none) is
found by the heartbeat of the follower, so nothing here has to be complete. One file name that is not UTF-8 breaks a
watcher permanently: it is started again, and if that fails too it is given up, and `failed` is set.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

log = logging.getLogger(__name__)
# It would log every event at INFO; what counts of them is in our own log.
logging.getLogger("watchfiles").setLevel(logging.WARNING)

#: watchfiles looks for events every `step`, and delivers at the latest after `debounce`, both in milliseconds.
#: Measured from the end of `git tag` to the event: 8 ms at 0.5 % of a core idle with 50/5, and a millisecond of the
#: step is some 0.1 % of a core. Refs get 6, and the rest, which few wait for, a cheaper pace.
_DEBOUNCE = 50
_STEP_REFS = 6
_STEP_FLAT = 100
_ATTEMPTS = 2


class Watcher:
    """Watches until it is stopped. `on_armed`, `on_hint` and `on_failed` are called in threads of its own."""

    def __init__(
        self,
        *,
        refs: Path,
        flat: list[Path],
        on_armed: Callable[[], None],
        on_hint: Callable[[], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._stop = threading.Event()
        self._on_armed = on_armed
        self._on_hint = on_hint
        self._on_failed = on_failed
        self._threads = [
            threading.Thread(target=self._run, args=(paths, recursive, step), name="watch", daemon=True)
            for paths, recursive, step in (([refs], True, _STEP_REFS), (flat, False, _STEP_FLAT))
        ]

    def start(self) -> None:
        """Start it. Changes before the watch is armed are not reported."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop it without waiting for the threads, which end within one step."""
        self._stop.set()

    def _run(self, paths: list[Path], recursive: bool, step: int) -> None:  # noqa: FBT001 - a thread's target
        try:
            reason = self._attempts(paths, recursive=recursive, step=step)
        except BaseException as error:
            # A panic of the Rust below is no Exception; and whatever it was, a thread that goes without a word would
            # leave everybody believing that there are events.
            log.exception("watching %s broke down", paths)
            reason = f"{type(error).__name__}: {error}"
        if reason is not None:
            self._on_failed(reason)

    def _attempts(self, paths: list[Path], *, recursive: bool, step: int) -> str | None:
        """Watch until it is stopped: None; or until it cannot be done: the reason."""
        reason = ""
        lenient = False
        for _ in range(_ATTEMPTS):
            try:
                there = [path for path in paths if path.is_dir()]
                self._watch(there, recursive=recursive, step=step, lenient=lenient)
            except PermissionError as error:
                # What may be read is watched. Not so from the start: being lenient, watchfiles is silent as well about
                # the limit of watches, and leaves out what is beyond it.
                reason, lenient = str(error), True
                log.info("watching what may be read of %s: %s", paths, error)
            except (OSError, RuntimeError, ValueError) as error:
                reason = str(error)
                log.warning("watching %s failed: %s", paths, error)
            if self._stop.is_set():
                return None
        return reason or "the watch ended by itself"

    def _watch(self, paths: list[Path], *, recursive: bool, step: int, lenient: bool) -> None:
        for _ in watch(
            *paths,
            watch_filter=None,
            debounce=_DEBOUNCE,
            step=step,
            stop_event=_StopEvent(self._stop, self._on_armed),
            rust_timeout=0,
            recursive=recursive,
            ignore_permission_denied=lenient,
        ):
            self._on_hint()


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
