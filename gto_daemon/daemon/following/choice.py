"""The choice of the watcher that a process has."""

from gto_daemon.daemon.following.watcher import Watching
from gto_daemon.platform.inotify import has_inotify


def make_watching() -> Watching:
    """Return what this system has, loaded."""
    if has_inotify():
        from gto_daemon.daemon.following.inotify_watcher import InotifyWatching  # noqa: PLC0415

        return InotifyWatching()
    from gto_daemon.daemon.following.watchfiles_watcher import WatchfilesWatching  # noqa: PLC0415

    return WatchfilesWatching()
