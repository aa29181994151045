"""Keeps a worktree's index up to date while there are listeners: watcher, heartbeat, and occasional deep listings.

Without listeners nothing runs: every read checks the repository first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Literal, ParamSpec

from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watcher import Watcher
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import WatcherStatus

log = logging.getLogger(__name__)
P = ParamSpec("P")


class Follower:
    """Lives on the event loop from the first listener of a worktree to the last one."""

    def __init__(self, worktree: Worktree, timings: FollowerTimings, *, on_gone: Callable[[], Awaitable[None]]) -> None:
        """Start it.

        Args:
            worktree: what to follow.
            timings: when to look.
            on_gone: awaited whenever a refresh finds that the repository is not there, or is another one.

        """
        self._worktree = worktree
        self._timings = timings
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._hinted = asyncio.Event()
        self._failure: str | None = None
        self._error: str | None = None
        self._closed = False
        self._stood_still = False
        self._unheard = 0
        self._comparing = 0.0
        self._places = _flat(worktree)
        self._watcher = self._watch()
        self._tasks = [
            supervise(self._beat, f"heartbeat of {worktree.repo}"),
            supervise(self._follow, f"follow {worktree.repo}"),
        ]

    def _watch(self) -> Watcher:
        watcher: Watcher = Watcher(
            refs=self._worktree.layout.common / "refs",
            flat=self._places,
            # Ten thousand folders take seconds until they are watched: whatever changed meanwhile is looked for then.
            on_armed=self._from_thread(self._hinted.set),
            on_hint=self._from_thread(self._hint),
            on_failed=self._from_thread(lambda reason: self._watcher_failed(watcher, reason)),
        )
        self._started = self._loop.time()
        try:
            watcher.start()
        except RuntimeError as error:
            # No thread can be started, but listeners must get changes all the same.
            log.warning("watching %s failed: %s", self._worktree.repo, error)
            self._failure = str(error)
        return watcher

    def _watch_anew(self) -> None:
        self._watcher.stop()
        self._failure = None
        self._places = _flat(self._worktree)
        self._watcher = self._watch()

    def _from_thread(self, call: Callable[P, None]) -> Callable[P, None]:
        def schedule(*arguments: P.args, **_: P.kwargs) -> None:
            try:
                self._loop.call_soon_threadsafe(call, *arguments)
            except RuntimeError:
                # The loop closed between the event and now: there are no listeners left.
                self._watcher.stop()

        return schedule

    def close(self) -> None:
        """Stop following."""
        self._closed = True
        self._watcher.stop()
        for task in self._tasks:
            task.cancel()

    def status(self) -> "WatcherStatus":
        """Return how changes are noticed."""
        if self._error is not None:
            return {"mode": self._mode, "health": "error", "message": self._error}
        if self._failure is not None:
            message = (
                f"Watching failed ({self._failure}); the repository is compared every {self._timings.poll} s instead. "
                "If the limit of watches is reached, raise it, as root: `sysctl fs.inotify.max_user_watches=524288 "
                "fs.inotify.max_user_instances=512`."
            )
            return {"mode": self._mode, "health": "warning", "message": message}
        return {"mode": self._mode, "health": "ok", "message": ""}

    @property
    def _mode(self) -> Literal["events", "polling"]:
        return "events" if self._failure is None else "polling"

    def _hint(self) -> None:
        if not self._closed:
            self._unheard = 0
            self._hinted.set()

    def _watcher_failed(self, watcher: Watcher, reason: str) -> None:
        # One that was replaced says nothing about the one in its place.
        if watcher is self._watcher:
            self._fail(reason)

    def _fail(self, reason: str) -> None:
        self._failure = reason
        self._watcher.stop()
        self._hinted.set()

    async def _beat(self) -> None:
        while True:
            due, worked = self._loop.time() + self._timings.heartbeat, process_time()
            await asyncio.sleep(self._timings.heartbeat)
            late = self._loop.time() - due - (process_time() - worked)
            if late > self._timings.max_lateness:
                log.info("stood still for %.1f s; reading all refs of %s again", late, self._worktree.repo)
                self._stood_still = True
                self._hinted.set()

    async def _follow(self) -> None:
        timings = self._timings
        deep = self._loop.time()
        while True:
            now = self._loop.time()
            if now - deep > timings.deep or self._stood_still:
                deep = now
                self._stood_still = False
                self._worktree.distrust()
                self._hinted.set()
                if self._failure is not None:
                    self._watch_anew()
            arming = now - self._started < timings.arming
            if self._hinted.is_set():
                self._hinted.clear()
                await self._refresh()
            elif self._worktree.current(None) is not None:
                self._comparing = 0.0
            else:
                clock = self._worktree.clock
                await self._refresh()
                if clock == self._worktree.clock:
                    self._comparing = self._loop.time() - now
                elif not arming and self._failure is None:
                    await self._miss()
            pause = timings.arming_poll if arming else timings.poll if self._failure is not None else timings.heartbeat
            pause = max(pause, min(timings.comparing_share * self._comparing, timings.max_comparing_pause))
            try:
                async with asyncio.timeout(pause):
                    await self._hinted.wait()
            except TimeoutError:
                continue

    async def _miss(self) -> None:
        """Handle a change that no event reported. Unless the event follows, watch again, which shows what is wrong."""
        try:
            async with asyncio.timeout(self._timings.late_event):
                await self._hinted.wait()
        except TimeoutError:
            self._unheard += 1
            if self._unheard == self._timings.max_unheard:
                self._fail("things change and no event tells of it")
            elif self._failure is None:
                log.info("no event told of a change of %s; watching it anew", self._worktree.repo)
                self._watch_anew()

    async def _refresh(self) -> None:
        try:
            await self._worktree.fresh()
        except RegistryError as error:
            said = f"{error.message}. {error.hint}"
            if self._error != said:
                log.warning("%s", said)
            if error.kind == "NotARepository":
                await self._on_gone()
        except Exception as error:
            # Whatever it is, the next change may be read again; ending here would be silence.
            said = f"A change of '{self._worktree.repo}' could not be read: {error!r}. The log has the details."
            if self._error != said:
                log.exception("following %s failed", self._worktree.repo)
        else:
            self._error = None
            if self._failure is None and self._places != _flat(self._worktree):
                self._watch_anew()
            return
        self._error = said
        # Without a pause a repository that cannot be read would be tried without end.
        await asyncio.sleep(self._timings.poll)


def _flat(worktree: Worktree) -> list[Path]:
    layout = worktree.layout
    tables = [place for place in (layout.common / "reftable", layout.git_dir / "reftable") if place.is_dir()]
    places = [layout.common, layout.git_dir, *tables, layout.config_root, *worktree.annotated_directories()]
    return list(dict.fromkeys(places))
