"""The live fleet, as far as sinks need it."""

from collections.abc import Callable, Sequence

from gto_daemon.daemon.fleet.fleet import Fleet
from gto_daemon.daemon.fleet.journal import FleetStep
from gto_daemon.daemon.sinks.publishing import FollowedRepository


class LiveFleet:
    """A live fleet whose repositories are compared with what was written down of them."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def look(self) -> Sequence[FollowedRepository]:
        """See `FollowedFleet.look`."""
        state = await self._fleet.fresh()
        return [
            FollowedRepository(each.name, each.source.url, each.worktree, each.rows.snapshot)
            for each in state.repositories
            if each.rows is not None and each.worktree is not None
        ]

    def listen(self, changed: Callable[[str, frozenset[str]], None]) -> Callable[[], None]:
        """See `FollowedFleet.listen`."""

        def on_step(step: FleetStep) -> None:
            if step.repository is not None:
                changed(step.repository, step.change.artifacts)

        return self._fleet.listen(on_step)
