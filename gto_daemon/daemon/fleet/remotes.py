"""The remotes of a fleet, followed: one heartbeat for all of them, and a bounded number of looks at once.

Pauses are measured by a clock that nobody can set, and that goes on while the machine sleeps.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Final

from gto_daemon.daemon.fleet.mirrors import Look
from gto_daemon.daemon.fleet.remote_source import MAX_LOOKS, RemoteSource
from gto_daemon.daemon.following.supervised import supervise
from gto_daemon.daemon.live.git_thread import in_own_thread
from gto_daemon.git.process import Cancellation, CancelledError
from gto_daemon.heartbeat import next_beat
from gto_daemon.platform import elapsed
from gto_daemon.registry.errors import RegistryError

log = logging.getLogger(__name__)

#: How many of the looks at once are at remotes that failed the last time, or were never seen: one that hangs holds up
#: only others like it.
MAX_DOUBTFUL_LOOKS: Final = 4
#: Seconds between two looks at a remote that fails.
MAX_PAUSE: Final = 3_600.0
#: The part of a pause by which it is longer or shorter, so that not all remotes are asked at once.
_JITTER: Final = 0.1
#: Seconds between two beats of the heartbeat, and for which it pauses at most: the machine may sleep meanwhile.
_BEAT: Final = 1.0
_MAX_SLEEP: Final = 60.0

#: Tags that a line of the log names.
_MAX_NAMED: Final = 20

OnLook = Callable[[RemoteSource], None]


@dataclass(slots=True, eq=False)
class _Followed:
    """A remote that is followed.

    Attributes:
        source: the remote.
        on_look: called when a look has found anything new, or failed in another way than before.
        waiting: those who asked for a look that has not begun.
        cancellation: ends the look that runs; None if none does.

    """

    source: RemoteSource
    on_look: OnLook
    waiting: "list[asyncio.Future[Look]]" = field(default_factory=list)
    cancellation: Cancellation | None = None

    @property
    def due(self) -> float:
        return 0.0 if self.waiting else self.source.due


class Remotes:
    """Looks at remotes. On one event loop.

    Attributes:
        looks: how many looks have ended.

    """

    def __init__(self) -> None:
        self.looks = 0
        self._followed: dict[RemoteSource, _Followed] = {}
        self._running: dict[asyncio.Task[None], _Followed] = {}
        self._woken = asyncio.Event()
        self._task = supervise(self._follow, "follow remotes")

    def follow(self, source: RemoteSource, on_look: OnLook) -> None:
        """Follow a remote until it is closed.

        Args:
            source: the remote.
            on_look: called when a look has found anything new, or failed in another way than before.

        """
        self._followed[source] = _Followed(source, on_look)
        source.on_close = self._forget
        source.ask = partial(self.look, source)
        self._woken.set()

    async def look(self, source: RemoteSource) -> Look:
        """Return what a look comes to that begins after this call.

        Raises:
            RegistryError: why it failed.

        """
        future: asyncio.Future[Look] = asyncio.get_running_loop().create_future()
        self._followed[source].waiting.append(future)
        self._woken.set()
        return await future

    async def close(self) -> None:
        """Follow none of them any longer, and end what runs."""
        self._task.cancel()
        for source in list(self._followed):
            source.close()
        await asyncio.gather(self._task, *self._running, return_exceptions=True)

    def _forget(self, source: RemoteSource) -> None:
        followed = self._followed.pop(source, None)
        if followed is None:
            return
        for future in followed.waiting:
            future.cancel()
        if followed.cancellation is not None:
            followed.cancellation.cancel()

    # --- the heartbeat -------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            self._woken.clear()
            now = elapsed()
            self._start(now)
            # Those that are due and did not start begin when others end.
            later = (each.due for each in self._followed.values() if each.due > now)
            sleep = min(min(later, default=inf) - now, _MAX_SLEEP)
            beat = asyncio.get_running_loop().time()
            pause = next_beat(beat + sleep, _BEAT) - beat if self._followed else None
            # Not `wait_for`: before Python 3.12 it loses a cancellation that comes with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    def _start(self, now: float) -> None:
        due = [each for each in self._followed.values() if each.due <= now and each.cancellation is None]
        due.sort(key=lambda each: each.due)
        doubtful = sum(each.source.is_doubtful for each in self._running.values())
        for each in due:
            if len(self._running) >= MAX_LOOKS:
                return
            if each.source.is_doubtful:
                if doubtful >= MAX_DOUBTFUL_LOOKS:
                    continue
                doubtful += 1
            each.cancellation = Cancellation()
            task = asyncio.create_task(self._look(each, each.cancellation))
            self._running[task] = each
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.pop(task).cancellation = None
        self._woken.set()

    # --- looking -------------------------------------------------------------------------------------------------

    async def _look(self, followed: _Followed, cancellation: Cancellation) -> None:
        source = followed.source
        waiting, followed.waiting = followed.waiting, []
        before = source.failure
        look: Look | None = None
        try:
            look = await in_own_thread(lambda: source.look(cancellation))
        except RegistryError as error:
            source.failure = error
        except CancelledError:
            # It is followed no longer.
            for future in waiting:
                future.cancel()
            return
        except Exception as error:
            log.exception("the remote '%s' cannot be looked at", source.url)
            message = f"The remote '{source.url}' cannot be looked at: {error!r}"
            source.failure = RegistryError("GitFailed", message, hint="The log has the details.")
        else:
            source.failure = None
        self.looks += 1
        self._plan(source)
        for future in waiting:
            if not future.done():
                _settle(future, look, source.failure)
        self._tell(followed, look, before)

    def _plan(self, source: RemoteSource) -> None:
        """Decide when it is looked at next."""
        source.failures = 0 if source.failure is None else source.failures + 1
        if source.period is None:
            source.due = inf
            return
        longest = max(MAX_PAUSE, source.period)
        # The exponent is bounded because a float is.
        pause = min(longest, source.period * 2.0 ** min(source.failures, 32))
        source.due = elapsed() + pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret

    def _tell(self, followed: _Followed, look: Look | None, before: RegistryError | None) -> None:
        source, failure = followed.source, followed.source.failure
        if failure is not None and (before is None or before.message != failure.message):
            log.warning("%s", failure.message)
        if look is not None:
            for what, tags in (("moved", look.tags.moved), ("deleted", look.tags.deleted)):
                if tags:
                    log.warning("'%s' %s %s", source.url, what, ", ".join(tags[:_MAX_NAMED]))
        is_same = (before.message if before else None) == (failure.message if failure else None)
        if not is_same or (look is not None and look.has_fetched):
            followed.on_look(source)


def _settle(future: "asyncio.Future[Look]", look: Look | None, failure: RegistryError | None) -> None:
    if look is not None:
        future.set_result(look)
    elif failure is not None:
        future.set_exception(failure)
