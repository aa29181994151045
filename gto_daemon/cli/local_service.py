"""The service in the command's own process: `--no-daemon`, `GTOD_NO_DAEMON=1`. Loaded when something is asked of it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gto_daemon.app.oneshot import OneShot

_TRUE = ("1", "true", "t", "yes", "y", "on")


def without_daemon(flag: bool, environment: Mapping[str, str]) -> bool:
    """Return whether to answer in process: `--no-daemon`, or `GTOD_NO_DAEMON=1`."""
    return flag or environment.get("GTOD_NO_DAEMON", "").strip().lower() in _TRUE


class LocalService:
    """One for the whole command: what was read for a first question is at hand for the next."""

    def __init__(self) -> None:
        self._service: OneShot | None = None

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of one method, with this process's variables.

        Raises:
            CallError: the service's refusal.

        """
        if self._service is None:
            self._service = _loaded()
        return self._service.call(method, dict(params), dict(os.environ))


def _loaded() -> OneShot:
    import gc

    from gto_daemon.app.oneshot import OneShot

    # What this process loads and reads it holds until its end, and looking for garbage in it takes as long as the rest.
    # Not in OneShot: programs of others use that too.
    gc.disable()
    return OneShot()
