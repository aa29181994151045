"""Where the daemon of a user delivers events: only where the user's `fleet.yaml` names sinks."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gto_daemon.daemon.fleet.fleets import Fleets
from gto_daemon.daemon.lifecycle.idle import Served
from gto_daemon.daemon.private_dirs import user_configuration, user_state
from gto_daemon.heartbeat import until_next_beat
from gto_daemon.registry.fleet.values import FLEET_FILE

if TYPE_CHECKING:
    from gto_daemon.daemon.sinks.sinks import Sinks

#: Seconds between two looks for a `fleet.yaml` where there was none.
_FILE_INTERVAL = 5.0


class Delivering:
    """Starts to deliver once there is a `fleet.yaml`, and keeps the process for as long as that names sinks.

    Args:
        fleets: the fleets of the process.
        served: what else the process is kept for.

    """

    def __init__(self, fleets: Fleets, served: Served) -> None:
        self._fleets = fleets
        self._served = served
        self._sinks: Sinks | None = None
        self._is_over = False

    async def run(self) -> None:
        """Wait for the file, and start."""
        file = _file()
        while file is not None and not await asyncio.to_thread(file.exists):
            await until_next_beat(_FILE_INTERVAL)
        if file is not None and not self._is_over:
            self.sinks().start()

    def sinks(self) -> "Sinks":
        """Return the sinks, made when they are first asked for."""
        if self._sinks is None:
            from gto_daemon.daemon.sinks.live_fleet import LiveFleet
            from gto_daemon.daemon.sinks.sinks import Sinks

            file, state = _file(), user_state(os.environ)
            self._sinks = Sinks(
                file,
                None if state is None else state / "outbox",
                lambda: LiveFleet(self._fleets.fleet(file or Path(), own=True)),
            )
        return self._sinks

    async def stop(self) -> None:
        """Stop delivering, for good."""
        self._is_over = True
        if self._sinks is not None:
            await self._sinks.stop()

    def retiring(self, retire: Callable[[str], None], reason: str) -> None:
        """Stop delivering, so that the next daemon can, and retire."""
        retire(reason)
        self._stopping = asyncio.get_running_loop().create_task(self.stop())

    # --- `Served` ------------------------------------------------------------------------------------------------

    @property
    def session_count(self) -> int:
        """The number of clients; sinks are as good as one."""
        return self._served.session_count + (self._sinks is not None and self._sinks.is_needed)

    @property
    def idle_since(self) -> float | None:
        """See `Served.idle_since`."""
        return self._served.idle_since

    async def close(self) -> None:
        """See `Served.close`."""
        await self._served.close()


def _file() -> Path | None:
    directory = user_configuration(os.environ)
    return None if directory is None else directory / FLEET_FILE
