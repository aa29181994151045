"""The service in the command's own process, loaded on first use: `--no-daemon`, `GTOD_NO_DAEMON=1`."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gto_daemon.app.oneshot import OneShot
    from gto_daemon.protocol import JsonObject

_TRUE = ("1", "true", "t", "yes", "y", "on")


def without_daemon(flag: bool, environment: Mapping[str, str]) -> bool:
    """Return whether to answer in process: `--no-daemon`, or `GTOD_NO_DAEMON=1`."""
    return flag or environment.get("GTOD_NO_DAEMON", "").strip().lower() in _TRUE


class LocalService:
    """One service for the whole command, so that each request reuses what earlier ones read."""

    def __init__(self) -> None:
        self._service: OneShot | None = None

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Return the result of one method, with this process's variables.

        Raises:
            CallError: the service's refusal.

        """
        return self._loaded().call(method, dict(params), dict(os.environ))

    def read(self, method: str, params: JsonObject) -> JsonObject | None:
        """Return the result of a plain question, or None where `call` has more to say: a refusal, to begin with."""
        try:
            return self._loaded().read(method, params, os.environ)
        except Exception:  # noqa: BLE001  (whatever it is, the service finds it again, and words it)
            return None

    def _loaded(self) -> OneShot:
        if self._service is None:
            self._service = _loaded()
        return self._service


def _loaded() -> OneShot:
    import gc

    from gto_daemon.app.oneshot import OneShot

    # This process keeps what it loads until it ends, and collecting garbage takes as long as everything else.
    # Not in OneShot, because other programs use that too.
    gc.disable()
    return OneShot()
