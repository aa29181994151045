"""Hints by inotify: one queue for all repositories of a process, read by its event loop and used in no other thread."""

import asyncio
import errno
import logging
import os
from collections.abc import Callable, Iterable
from typing import Final, Literal

from gto_daemon.daemon.following.places import Places
from gto_daemon.daemon.following.watcher import Hinted
from gto_daemon.platform.inotify import FolderEvent, Inotify
from gto_daemon.platform.mounts import are_local

log = logging.getLogger(__name__)

#: Folders that are watched in one turn of the event loop: a millisecond.
_AT_ONCE = 256
_LOCK = b".lock"
#: What the system says where a limit is reached, and what that means.
_LIMITS: Final = {
    errno.ENOSPC: "the limit of inotify's watches is reached",
    errno.EMFILE: "the limit of inotify's instances, or of open files, is reached",
}


class InotifyWatching:
    """The queue, which is opened for the first watcher, and which watch in it is whose.

    Args:
        are_local: says whether all that changes below some folders is changed by this kernel, which then tells of it.

    """

    source: Literal["inotify", "watchfiles"] = "inotify"

    def __init__(self, are_local: Callable[[Iterable[str]], bool] = are_local) -> None:
        self.are_local = are_local
        self._queue: Inotify | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        #: By watch: who wants it, as which folder, and the names that count.
        self._wanted: dict[int, dict[tuple[InotifyWatcher, str], frozenset[bytes] | None]] = {}

    def watcher(self, listener: Hinted) -> "InotifyWatcher":
        """Return a watcher that tells `listener`."""
        return InotifyWatcher(self, listener)

    def is_quiet(self) -> bool:
        """Return whether the watchers were told of everything that has happened."""
        return self._queue is not None and self._queue.is_empty()

    def close(self) -> None:
        """End all watches."""
        if self._queue is not None and self._loop is not None:
            self._queue.close(self._loop)
        self._queue = None

    def add(self, watcher: "InotifyWatcher", folder: str, names: frozenset[bytes] | None) -> int:
        """Watch a folder for a watcher.

        Raises:
            OSError: it cannot be watched.

        """
        if self._queue is None:
            self._queue = Inotify()
            self._loop = asyncio.get_running_loop()
            self._queue.read_by(self._loop, self._tell)
        watch = self._queue.add(folder)
        self._wanted.setdefault(watch, {})[watcher, folder] = names
        return watch

    def remove(self, watcher: "InotifyWatcher", folder: str, watch: int) -> None:
        """Watch a folder no longer, unless somebody else wants it."""
        wanted = self._wanted.get(watch, {})
        wanted.pop((watcher, folder), None)
        if not wanted and self._wanted.pop(watch, None) is not None and self._queue is not None:
            self._queue.remove(watch)

    def _tell(self, events: list[FolderEvent]) -> None:
        hinted: dict[InotifyWatcher, None] = {}
        for event in events:
            if event.is_overflow:
                log.warning("inotify dropped events; all refs are read again")
                for watcher in {watcher: None for wanted in self._wanted.values() for watcher, _ in wanted}:
                    watcher.overflowed()
                continue
            for (watcher, folder), names in tuple(self._wanted.get(event.watch, {}).items()):
                if event.is_last or event.is_move:
                    # What is at its path now is found by the listing, and watched after it.
                    watcher.lost(folder, with_all_below=event.is_move)
                    hinted[watcher] = None
                elif not event.name or (event.name in names if names is not None else not event.name.endswith(_LOCK)):
                    hinted[watcher] = None
        for watcher in hinted:
            watcher.hinted()


class InotifyWatcher:
    """The watches of one worktree."""

    def __init__(self, watching: InotifyWatching, listener: Hinted) -> None:
        self._watching = watching
        self._listener = listener
        self._folders: dict[str, tuple[int, frozenset[bytes] | None]] = {}
        #: Those of them that are links, or below one: what they lead to may be moved without an event here.
        self._links: set[str] = set()
        self._stopped = False
        #: Looked up once: what is mounted later is found by the heartbeat, and watched by another.
        self._is_local: bool | None = None

    async def follow(self, places: Places) -> None:
        """Watch these places from now on, and no others. What is not there, or may not be read, is tried again."""
        wanted = places.folders
        for folder in [folder for folder in self._folders if folder not in wanted]:
            self.lost(folder)
        new = [
            folder
            for folder, names in wanted.items()
            if self._folders.get(folder, (0, 0))[1] != names or folder in self._links
        ]
        is_armed = False
        for number, folder in enumerate(new):
            if number and number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if self._stopped:
                return
            is_armed |= self._add(folder, wanted[folder])
        if is_armed:
            # Whatever changed before was not watched yet.
            self._listener.armed()

    def _add(self, folder: str, names: frozenset[bytes] | None) -> bool:
        try:
            watch = self._watching.add(self, folder, names)
        except OSError as error:
            limit = _LIMITS.get(error.errno or 0)
            if limit is not None or error.errno in {errno.ENOMEM, errno.ENFILE, errno.ENOSYS}:
                log.warning("watching %s failed: %s", folder, error)
                self.stop()
                self._listener.failed(limit or str(error))
            return False
        known = self._folders.get(folder)
        if known is not None and known[0] != watch:
            self._watching.remove(self, folder, known[0])
        self._folders[folder] = watch, names
        if folder.rpartition("/")[0] in self._links or os.path.islink(folder):  # noqa: PTH114 - for very many
            self._links.add(folder)
        return known != (watch, names)

    def sees_all(self, places: Places) -> bool:
        """Return whether nothing happens in these places without an event that is there at once."""
        if self._is_local is None:
            self._is_local = self._watching.are_local((places.refs, *places.others()))
        is_whole = self._folders.keys() == places.folders.keys()
        return self._is_local and not self._stopped and is_whole and not self._links

    def stop(self) -> None:
        """End its watches."""
        self._stopped = True
        for folder in tuple(self._folders):
            self.lost(folder)

    def lost(self, folder: str, *, with_all_below: bool = False) -> None:
        """End the watch of a folder that was deleted or moved, or that does not count any more."""
        if with_all_below:
            for below in [each for each in self._folders if each.startswith(f"{folder}/")]:
                self.lost(below)
        self._links.discard(folder)
        known = self._folders.pop(folder, None)
        if known is not None:
            self._watching.remove(self, folder, known[0])

    def hinted(self) -> None:
        """Pass a hint on."""
        if not self._stopped:
            self._listener.hinted()

    def overflowed(self) -> None:
        """Pass on that events were dropped."""
        if not self._stopped:
            self._listener.overflowed()
