"""Every open repository of this process: one `Repository` per common directory, one `Worktree` per checkout."""

import logging
import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gto_daemon.daemon.following.timings import FollowerTimings
from gto_daemon.daemon.gc_tuning import unfreeze
from gto_daemon.daemon.live.limits import LiveLimits
from gto_daemon.daemon.live.repository import Repository
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.daemon.stored.store import RegistryStore
from gto_daemon.environment import configures
from gto_daemon.git.layout import Layout
from gto_daemon.git.resolved_path import ResolvedPath
from gto_daemon.registry.errors import RegistryError

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    import gto_daemon.daemon.following.pace as following_pace
    from gto_daemon.daemon.following.follower import Follower
    from gto_daemon.daemon.following.watcher import Watching
    from gto_daemon.protocol.sessions import RepositoryRow, RepositoryStatus, WatcherStatus

log = logging.getLogger(__name__)

#: Paths that are remembered with where they lead: those of a fleet, and others.
_MAX_PATHS = 8_192
#: Paths that are looked up at once, each in a thread.
_MAX_SEARCHES = 64
#: Sets of `GTO_*` variables under which one checkout is held at once; each has an index of its own.
MAX_SETTINGS = 8
MAX_REPOSITORIES = 256

#: Seconds after which the tags of an open repository are looked at although nothing was noticed.
LOOK_INTERVAL = 3_600.0
#: Seconds after a change in which those who were told of it ask, before it is written into the ledger.
_OBSERVING_DELAY = 0.05
#: Seconds between two rounds of writing into ledgers.
_OBSERVING_PAUSE = 0.2

_Settings = frozenset[tuple[str, str]]
_NO_SETTINGS: _Settings = frozenset()


@dataclass(slots=True)
class _Open:
    """A worktree, when it was last asked, how often in the second that began at `asked_since`, and who follows it."""

    worktree: Worktree
    used: float
    follower: "Follower | None" = None
    asked: int = 0
    asked_since: float = 0.0


class Hub:
    """Opens repositories on demand, and closes the ones that are not used.

    Args:
        watch: follow repositories with listeners; without it every change is found by the next read.
        stores: makes the store of a checkout and its variables; None to store and restore nothing.
        ledgers: the directory of the ledgers; None to keep none.
        verify: compare the index with a fold from zero after every delta; None takes it from `GTOD_VERIFY=1`.
        following: the timings of the followers.
        watching: what watches for them; None takes what the system has.
        limits: the limits of each repository.
        max_repositories: how many may be open at once, not counting those with listeners or pending reads.

    Attributes:
        ledgers: as above.

    """

    def __init__(
        self,
        *,
        watch: bool = True,
        stores: Callable[[str, Mapping[str, str]], RegistryStore] | None = None,
        ledgers: "Path | None" = None,
        verify: bool | None = None,
        following: FollowerTimings = FollowerTimings(),
        watching: "Watching | None" = None,
        limits: LiveLimits = LiveLimits(),
        max_repositories: int = MAX_REPOSITORIES,
    ) -> None:
        self._watching = watching
        self._pace: following_pace.Pace | None = None
        self._following = following
        self._limits = limits
        self._max_repositories = max_repositories
        if watch:
            # Before somebody waits for them, and while the files are those of this release; a command without a daemon
            # never needs them.
            import gto_daemon.daemon.following.follower  # noqa: PLC0415
            import gto_daemon.daemon.live.git_thread  # noqa: PLC0415
            import gto_daemon.daemon.queries.signatures  # noqa: PLC0415
            import gto_daemon.daemon.remotes.evidence  # noqa: PLC0415
            import gto_daemon.daemon.stored.ledger  # noqa: PLC0415
            import gto_daemon.git.git_store  # noqa: F401, PLC0415
            from gto_daemon.daemon.following.choice import make_watching  # noqa: PLC0415
            from gto_daemon.daemon.following.pace import Pace  # noqa: PLC0415

            self._watching = watching or make_watching()
            self._pace = Pace(following.max_comparisons)
        self._stores = stores
        self.ledgers = ledgers
        self._notice: Callable[[], None] | None = None
        self._verify = os.environ.get("GTOD_VERIFY") == "1" if verify is None else verify
        self._instance = os.urandom(4).hex()
        self._numbers = 0
        self._repositories: dict[str, Repository] = {}
        self._worktrees: dict[tuple[str, _Settings], _Open] = {}
        self._paths: dict[str, ResolvedPath] = {}
        self._searches: asyncio.Semaphore | None = None

    def known(
        self, repo: str, *, environment: Mapping[str, str] | None = None, read_generation: int | None = None
    ) -> Worktree | None:
        """Return the open worktree that contains the absolute path `repo`, under these `GTO_*` variables, or None.

        For the price of a few `stat` calls; or of one for the root of a watched checkout, if it is known which read of
        a socket brought the question. None also where it has to be looked where the path leads now.
        """
        known = self._paths.get(repo)
        if known is None:
            return None
        held = self._worktrees.get((known.layout.repo, _settings(environment)))
        if (
            held is None
            or not held.worktree.is_open
            or not (
                (held.worktree.is_unchanged_in(read_generation) and known.leads_to(held.worktree.root))
                or (known.holds() and self._is_right(held, known.layout))
            )
        ):
            return None
        held.used = time.monotonic()
        if held.follower is None:
            self._note_asked(held)
        return held.worktree

    def _note_asked(self, held: _Open) -> None:
        """Follow a repository that is asked often: comparing it takes one `stat` then, not one for each ref."""
        if held.used - held.asked_since > 1:
            held.asked_since, held.asked = held.used, 0
        held.asked += 1
        if held.asked == self._following.often:
            self._follow(held, followed=True)

    async def open(self, repo: str, *, environment: Mapping[str, str] | None = None) -> Worktree:
        """Return the same as `known`, opening it if necessary: in threads, because its files may be on a slow disk.

        Raises:
            RegistryError: `RelativePath`, `NotARepository`, `UnreadableRepository`.

        """
        held = self._take(repo, await self._find(repo), _settings(environment))
        try:
            # Later callers wait for the same thread, and then find it open.
            if not held.worktree.is_open:
                await held.worktree.run(held.worktree.open)
        except RegistryError:
            self._discard(held)
            raise
        return held.worktree

    def worktree(self, repo: str, *, environment: Mapping[str, str] | None = None) -> Worktree:
        """Return the same as `open`, in the calling thread, for callers without an event loop.

        Raises:
            RegistryError: `RelativePath`, `NotARepository`, `UnreadableRepository`.

        """
        known = self.known(repo, environment=environment)
        if known is not None:
            return known
        held = self._take(repo, ResolvedPath(repo), _settings(environment))
        try:
            held.worktree.open()
        except RegistryError:
            self._discard(held)
            raise
        return held.worktree

    def _take(self, repo: str, path: ResolvedPath, settings: _Settings) -> _Open:
        """Return the repository at the end of a path, open or not."""
        self._paths.pop(repo, None)
        if len(self._paths) >= _MAX_PATHS:
            del self._paths[next(iter(self._paths))]
        self._paths[repo] = path
        layout = path.layout
        held = self._held(layout, settings) or self._hold((layout.repo, settings), layout)
        held.used = time.monotonic()
        return held

    async def _find(self, repo: str) -> ResolvedPath:
        import asyncio  # noqa: PLC0415  (50 ms for a command without a daemon)

        from gto_daemon.daemon.live.git_thread import in_own_thread  # noqa: PLC0415  (loaded by the constructor)

        if self._searches is None:
            self._searches = asyncio.Semaphore(_MAX_SEARCHES)
        async with self._searches:
            return await in_own_thread(lambda: ResolvedPath(repo))

    def _discard(self, held: _Open) -> None:
        """Discard a repository that could not be opened, unless it has listeners: then opening is tried again."""
        worktree, repository = held.worktree, held.worktree.repository
        for key in [key for key, other in self._worktrees.items() if other is held and not worktree.has_listeners]:
            self._forget(key)
        common = str(repository.layout.common)
        if self._repositories.get(common) is repository and not any(
            other.worktree.repository is repository for other in self._worktrees.values()
        ):
            del self._repositories[common]
            repository.close()

    def _held(self, layout: Layout, settings: _Settings) -> _Open | None:
        held = self._worktrees.get((layout.repo, settings))
        return held if held is not None and self._is_right(held, layout) else None

    def _is_right(self, held: _Open, layout: Layout) -> bool:
        return held.worktree.layout == layout and not held.worktree.is_replaced()

    def _hold(self, key: tuple[str, _Settings], layout: Layout) -> _Open:
        self._make_room(key)
        before = self._worktrees.get(key)
        variables = dict(key[1])
        store = self._stores(layout.repo, variables) if self._stores is not None else None
        repository = self._repository(layout)
        worktree = Worktree(
            repository, layout, variables, self._clock(), limits=self._limits, verify=self._verify, store=store
        )
        held = _Open(worktree, time.monotonic())
        if before is not None:
            self._follow(before, followed=False)
            worktree.succeed(before.worktree)
            before.worktree.close()
            # Its first reading was frozen (see `gc_paused`), and what is frozen is never collected.
            unfreeze()
        worktree.listeners.on_followed = lambda: self._follow(held, followed=worktree.has_listeners)
        self._worktrees[key] = held
        self._follow(held, followed=worktree.has_listeners)
        self._close_unused(repository)
        return held

    def _clock(self) -> tuple[str, str]:
        self._numbers += 1
        return self._instance, f"{self._numbers:x}"

    def _repository(self, layout: Layout) -> Repository:
        """Return the live repository of a common directory, and close the one it replaces, except for its listeners."""
        common = str(layout.common)
        known = self._repositories.get(common)
        if known is not None and not known.is_replaced():
            return known
        repository = self._repositories[common] = Repository(layout, self._limits, self.ledgers)
        if self._notice is not None:
            repository.unobserved.tell(self._notice)
        if known is not None:
            self._drop(known)
        return repository

    def _make_room(self, key: tuple[str, _Settings]) -> None:
        """See that no client fills the memory by asking about one checkout under ever new variables."""
        same = [other for other in self._worktrees if other[0] == key[0] and other != key]
        idle = [other for other in same if not self._worktrees[other].worktree.has_listeners]
        idle.sort(key=lambda other: self._worktrees[other].used)
        for other in idle[: max(0, len(same) + 1 - MAX_SETTINGS)]:
            self._forget(other)

    def _close_unused(self, needed: Repository) -> None:
        """Close the least recently used repositories if there are too many."""
        if len(self._repositories) <= self._max_repositories:
            return
        used: dict[Repository, float] = {}
        for held in self._worktrees.values():
            repository, worktree = held.worktree.repository, held.worktree
            busy = repository is needed or worktree.has_listeners or not repository.executor.is_idle
            used[repository] = max(used.get(repository, 0.0), math.inf if busy else held.used)
        # Those with listeners, of a fleet say, leave half of the places to others.
        idle = sorted((each for each in used if used[each] < math.inf), key=lambda each: used[each])
        places = max(self._max_repositories - (len(used) - len(idle)), self._max_repositories // 2)
        for repository in idle[: max(0, len(idle) - places)]:
            common = str(repository.layout.common)
            if self._repositories.get(common) is repository:
                del self._repositories[common]
                self._drop(repository)

    def _follow(self, held: _Open, *, followed: bool) -> None:
        if held.follower is not None:
            held.follower.close()
            held.follower = None
        if followed and self._watching is not None and self._pace is not None:
            from gto_daemon.daemon.following.follower import Follower  # noqa: PLC0415  (loaded by the constructor)

            held.follower = Follower(
                held.worktree,
                self._following,
                self._watching,
                self._pace,
                on_gone=lambda: self._find_again(held.worktree),
            )

    async def _find_again(self, worktree: Worktree) -> None:
        """Replace a followed repository by what is now at its path, so that its listeners are not lost."""
        try:
            layout = (await self._find(worktree.repo)).layout
            key = next((key for key, held in self._worktrees.items() if held.worktree is worktree), None)
            if key is not None and layout.repo == worktree.repo and worktree.is_replaced():
                self._hold(key, layout)
        except RegistryError as error:
            # The follower has said that it is gone, and will ask again.
            log.debug("%s", error)

    def _forget(self, key: tuple[str, _Settings]) -> None:
        held = self._worktrees.pop(key)
        self._follow(held, followed=False)
        held.worktree.close()

    def _drop(self, repository: Repository) -> None:
        """Close a repository; worktrees with listeners stay, to be found again."""
        for key, held in list(self._worktrees.items()):
            if held.worktree.repository is repository and not held.worktree.has_listeners:
                self._forget(key)
        repository.close()
        unfreeze()

    def is_quiet(self) -> bool:
        """Return whether the watchers were told of everything that has happened."""
        return self._watching is not None and self._watching.is_quiet()

    def repositories(self) -> "list[RepositoryRow]":
        """Return the open repositories."""
        statuses = [self._status(held.worktree, held) for held in self._worktrees.values()]
        return [
            {"repo": each["repo"], "clock": each["clock"], "tags": each["tags"], "health": each["health"]}
            for each in statuses
        ]

    def status(self, worktree: Worktree) -> "RepositoryStatus":
        """Return the clock, counts, counters, and how changes are noticed."""
        held = next((held for held in self._worktrees.values() if held.worktree is worktree), None)
        return self._status(worktree, held)

    @property
    def count(self) -> int:
        """The number of open worktrees."""
        return len(self._worktrees)

    @staticmethod
    def _status(worktree: Worktree, held: _Open | None) -> "RepositoryStatus":
        follower = held.follower if held else None
        watcher = follower.status() if follower else _NOT_FOLLOWED
        if follower is None and worktree.refusal is not None:
            # What it counts is from before, and cannot be shown.
            said = f"{worktree.refusal.message}. {worktree.refusal.hint}"
            watcher = {**watcher, "health": "error", "message": said}
        return {**worktree.status(), "watcher": watcher, "health": watcher["health"]}

    def sweep(self, idle: float) -> None:
        """Close repositories without listeners that were deleted or not used for `idle` seconds.

        The others give their threads back.
        """
        now = time.monotonic()
        for key, held in list(self._worktrees.items()):
            if held.worktree.has_listeners:
                continue
            if now - held.used > idle or held.worktree.is_replaced():
                self._forget(key)
            elif held.follower is not None and now - held.used > self._following.max_unasked:
                self._follow(held, followed=False)
        used = {held.worktree.repository for held in self._worktrees.values()}
        for common, repository in list(self._repositories.items()):
            if repository not in used:
                del self._repositories[common]
                self._drop(repository)
            else:
                repository.executor.rest()

    async def store(self) -> None:
        """Store each registry that has changed since it was last stored, one after the other, in the background."""
        for held in list(self._worktrees.values()):
            try:
                await held.worktree.store()
            except RegistryError as error:
                log.debug("'%s' is not stored: %s", held.worktree.repo, error)
            except Exception:
                # The others are stored all the same.
                log.exception("'%s' is not stored", held.worktree.repo)

    async def observe(self) -> None:
        """Keep the ledgers up to date, in the background, until it is cancelled.

        Called before any repository is opened. Whatever changes is written soon, and the others are looked at every
        hour.
        """
        import asyncio  # noqa: PLC0415  (50 ms for a command without a daemon)

        loop, noticed = asyncio.get_running_loop(), asyncio.Event()

        def notice() -> None:
            # The loop may have ended before the repository's thread.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(noticed.set)

        self._notice = notice
        for repository in self._repositories.values():
            repository.unobserved.tell(notice)
        while True:
            # Not wait_for(), which loses a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_INTERVAL):
                    await noticed.wait()
            is_due = not noticed.is_set()
            await asyncio.sleep(_OBSERVING_DELAY)
            noticed.clear()
            for worktree in {id(held.worktree.repository): held.worktree for held in self._worktrees.values()}.values():
                await self._observe(worktree, is_due=is_due)
            await asyncio.sleep(_OBSERVING_PAUSE)

    @staticmethod
    async def _observe(worktree: Worktree, *, is_due: bool) -> None:
        from gto_daemon.daemon.remotes.evidence import observe  # noqa: PLC0415  (no command without a daemon needs it)

        try:
            if is_due:
                await worktree.fresh()
            if is_due or worktree.repository.unobserved.has_any:
                await observe(worktree)
        except RegistryError as error:
            log.warning("what '%s' has is not written into its ledger: %s", worktree.repo, error)
        except Exception:
            # The others are looked at all the same.
            log.exception("what '%s' has is not written into its ledger", worktree.repo)

    async def close(self) -> None:
        """Close everything. Queued jobs are not run."""
        for held in self._worktrees.values():
            self._follow(held, followed=False)
            held.worktree.close(now=True)
        if self._watching is not None:
            self._watching.close()
        for repository in self._repositories.values():
            repository.close(now=True)
        self._worktrees.clear()
        self._repositories.clear()


def _settings(environment: Mapping[str, str] | None) -> _Settings:
    if not environment:
        return _NO_SETTINGS
    return frozenset((key, value) for key, value in environment.items() if configures(key))


_NOT_FOLLOWED: "WatcherStatus" = {
    "mode": "on demand",
    "source": None,
    "health": "ok",
    "message": "Nobody subscribed, or asks often; every read compares the repository before it is answered.",
}
