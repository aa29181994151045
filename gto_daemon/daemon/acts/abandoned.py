"""Files that killed processes left in the runtime directory: locks of acts, and scratch directories for signing."""

import logging
import time
from pathlib import Path
from shutil import rmtree

from gto_daemon.daemon.acts.lock import LOCKS
from gto_daemon.daemon.locks import remove_abandoned
from gto_daemon.git.tag_objects import SCRATCH

logger = logging.getLogger(__name__)

#: Seconds after which signing has certainly ended: an act does not wait longer for the one before it.
_SIGNING_TIMEOUT = 3_600.0


def clear_abandoned(runtime: Path) -> None:
    """Remove it. Files that are in use stay; files that cannot be removed stay too, and the log says why."""
    for lock in runtime.glob(LOCKS):
        try:
            if remove_abandoned(lock):
                logger.info("removed '%s' of an act whose process was killed", lock)
        except OSError as error:
            logger.warning("'%s' stays: %s", lock, error)
    oldest = time.time() - _SIGNING_TIMEOUT
    for scratch in runtime.glob(f"{SCRATCH}*"):
        try:
            if scratch.lstat().st_mtime < oldest:
                rmtree(scratch)
                logger.info("removed '%s' of a signing whose process was killed", scratch)
        except OSError as error:
            logger.warning("'%s' stays: %s", scratch, error)
