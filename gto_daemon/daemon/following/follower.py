"""Keeps a worktree's index up to date while there are listeners: watcher, heartbeat, and occasional deep listings.

Without listeners nothing runs: every read checks the repository first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import process_time
from typing import TYPE_CHECKING, Literal

from gto_daemon.daemon.following.pace import Pace
from gto_daemon.daemon.following.places import places_of
from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.following.watcher import Watcher, Watching
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    from gto_daemon.protocol.sessions import WatcherStatus

log = logging.getLogger(__name__)


class Follower:
    """Lives on the event loop from the first listener of a worktree to the last one."""

    def __init__(
        self,
        worktree: Worktree,
        timings: FollowerTimings,
        watching: Watching,
        pace: Pace,
        *,
        on_gone: Callable[[], Awaitable[None]],
    ) -> None:
        """Start it.

        Args:
            worktree: what to follow.
            timings: when to look.
            watching: what watches.
            pace: what all followers share, so that many of them do not compare too often.
            on_gone: awaited whenever a refresh finds that the repository is not there, or is another one.

        """
        self._worktree = worktree
        self._timings = timings
        self._watching = watching
        self._pace = pace
        self._slot, self._leave = pace.join()
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._hinted = asyncio.Event()
        self._hinted.set()  # what there is to watch is known after a first look
        self._failure: str | None = None
        self._error: str | None = None
        self._is_armed = False
        self._is_looking = False
        self._is_unreported = False
        self._sees_all = False
        #: The files that counted when it was last seen to what is watched. A question may have had more of them read.
        self._counted: Sequence[str] = ()
        self._unheard = 0
        self._rested = self._paced = 0.0
        self._deep = self._loop.time()
        self._watcher: Watcher = watching.watcher(self)
        self._worked = process_time()
        worktree.is_unchanged = self._is_unchanged
        worktree.is_settled = self._is_settled
        self._schedule()
        self._task = supervise(self._follow, f"follow {worktree.repo}")

    def close(self) -> None:
        """Stop following."""
        self._sees_all = False
        self._watcher.stop()
        self._beat_timer.cancel()
        self._leave()
        self._task.cancel()

    def status(self) -> "WatcherStatus":
        """Return how changes are noticed."""
        mode: Literal["events", "polling"] = "events" if self._failure is None else "polling"
        source = self._watching.source if self._failure is None else None
        if self._error is not None:
            return {"mode": mode, "source": source, "health": "error", "message": self._error}
        if self._failure is not None:
            message = (
                f"Watching failed ({self._failure}); the repository is compared every {self._timings.poll} s instead. "
                "If the limit of watches is reached, raise it, as root: `sysctl fs.inotify.max_user_watches=524288 "
                "fs.inotify.max_user_instances=512`."
            )
            return {"mode": mode, "source": source, "health": "warning", "message": message}
        return {"mode": mode, "source": source, "health": "ok", "message": ""}

    def _is_unchanged(self) -> bool:
        """Return whether surely nothing has happened since the last refresh, for the price of one system call."""
        return self._is_settled() and self._watching.is_quiet()

    def _is_settled(self) -> bool:
        """Return whether it was told of nothing since the last refresh."""
        return (
            self._sees_all
            and not self._hinted.is_set()
            and not self._is_looking
            and self._counted == self._worktree.compared_paths()
        )

    # --- what the watcher tells --------------------------------------------------------------------------------

    def armed(self) -> None:
        """Look now: what changed before was not watched yet."""
        self._is_armed = True
        self._hinted.set()

    def hinted(self) -> None:
        """Look now: something happened."""
        self._unheard = 0
        self._is_unreported = False
        self._hinted.set()

    def overflowed(self) -> None:
        """Read everything again: so much happened that it is not known what."""
        self._distrust()

    def failed(self, reason: str) -> None:
        """Expect no more hints."""
        self._failure = reason
        self._sees_all = False
        self._watcher.stop()
        self._beat_timer.cancel()
        self._schedule()
        self._hinted.set()

    def _watch_anew(self) -> None:
        self._watcher.stop()
        self._sees_all = False
        self._failure = None
        self._is_armed = False
        self._watcher = self._watching.watcher(self)

    # --- the heartbeat -----------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        timings = self._timings
        pause = timings.heartbeat if self._failure is None else timings.poll
        if self._sees_all:
            pause *= timings.watched_beats
        self._due = self._pace.next(self._loop.time(), pause, self._slot)
        self._beat_timer = self._loop.call_at(self._due, self._beat)

    def _beat(self) -> None:
        now = self._loop.time()
        worked, self._worked = self._worked, process_time()
        late = now - self._due - (self._worked - worked)
        self._schedule()
        if late > self._timings.max_lateness:
            log.info("stood still for %.1f s; reading all refs of %s again", late, self._worktree.repo)
            self._distrust()
        elif now - self._deep > self._timings.deep:
            if self._failure is not None:
                self._watch_anew()
            self._distrust()
        elif self._is_looking or self._hinted.is_set() or now < self._rested:
            return
        elif self._worktree.current(None) is None:
            self._is_unreported = True
            self._hinted.set()
        elif self._counted != self._worktree.compared_paths():
            self._hinted.set()

    def _distrust(self) -> None:
        self._deep = self._loop.time()
        self._worktree.distrust()
        self._hinted.set()

    # --- looking -----------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        self._is_looking = False
        timings = self._timings
        while True:
            await self._hinted.wait()
            # One change is looked at right away, and of very many that come one by one several at once.
            pause = self._paced - self._loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            self._hinted.clear()
            self._is_looking = True
            unreported, self._is_unreported = self._is_unreported, False
            clock, begun = self._worktree.clock, self._loop.time()
            await self._refresh()
            ended = self._loop.time()
            self._paced = ended + min(timings.pace_share * (ended - begun), timings.max_pace)
            if unreported and clock == self._worktree.clock:
                self._rested = ended + min(timings.comparing_share * (ended - begun), timings.max_comparing_pause)
            elif unreported and self._failure is None and self._is_armed:
                await self._miss()
            self._is_looking = False
            with suppress(RegistryError):
                await self._worktree.settle()

    async def _miss(self) -> None:
        """Handle a change that no event reported. Unless the event follows, watch again, which shows what is wrong."""
        try:
            async with asyncio.timeout(self._timings.late_event):
                await self._hinted.wait()
        except TimeoutError:
            self._unheard += 1
            if self._unheard == self._timings.max_unheard:
                self.failed("things change and no event tells of it")
            elif self._failure is None:
                log.info("no event told of a change of %s; watching it anew", self._worktree.repo)
                self._watch_anew()
                self._hinted.set()

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
            self._counted = self._worktree.compared_paths()
            if self._failure is None:
                places = places_of(self._worktree)
                await self._watcher.follow(places)
                self._sees_all = self._watcher.sees_all(places) and places.cover(self._counted)
            return
        self._error = said
        self._sees_all = False
        # Without a pause a repository that cannot be read would be tried without end.
        await asyncio.sleep(self._timings.poll)
