"""One repository of a live fleet. On the event loop."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gto_daemon.daemon.fleet.places import FleetPlace
from gto_daemon.daemon.fleet.sources import FleetSource
from gto_daemon.daemon.fleet.state import MemberState, RepositoryRows, health_of, words_of
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.errors import RegistryError

log = logging.getLogger(__name__)

#: Repositories that are looked at together.
_MAX_LOOKS: Final = 32


@dataclass(slots=True)
class Looks:
    """What the members of a fleet share, and how often each thing was done.

    Attributes:
        slots: as many looks as there may be at once.
        done: how many looks there were.
        rows_made: how often the rows of a repository were made.

    """

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MAX_LOOKS))
    done: int = 0
    rows_made: int = 0


class Member:
    """Holds what one repository has, and keeps it true.

    Args:
        place: the repository as the file names it.
        source: where it is.
        hub: what opens it.
        looks: what members share.
        on_change: called after each change, with the change.
        on_touch: called whenever `state` would return something else.

    Attributes:
        place: as above.
        source: as above.
        refusal: why it cannot be read; None if it can.
        is_late: whether looking at it takes so long that nobody waits for it.

    """

    def __init__(
        self,
        place: FleetPlace,
        source: FleetSource,
        hub: Hub,
        looks: Looks,
        on_change: Callable[["Member", Change], None],
        on_touch: Callable[[], None],
    ) -> None:
        self.place = place
        self.source = source
        self.refusal: RegistryError | None = None
        self.is_late = False
        self.hub = hub
        self._looks = looks
        self._on_change = on_change
        self._on_touch = on_touch
        self._rows: RepositoryRows | None = None
        self._worktree: Worktree | None = None
        self._path = ""
        self._undo: Callable[[], None] = lambda: None
        self._seen = 0.0
        self._wanted = False
        self._looking: asyncio.Task[None] | None = None

    @property
    def artifacts(self) -> frozenset[str]:
        """The names of its artifacts as they were last known."""
        return frozenset() if self._rows is None else self._rows.artifacts

    def state(self) -> MemberState:
        """Return what is known of it."""
        trouble = None if self.refusal is None else words_of(self.refusal)
        health, message = health_of(self.source, trouble)
        since = None
        if self.is_late and trouble is None:
            health, message = "warning", "It does not answer; what is shown may be old. Is its disk there?"
            since = self._seen
        return MemberState(self.place.name, self.source, self._rows, self._worktree, health, message, since)

    def is_current(self, read_generation: int | None, *, is_there: bool, is_quiet: bool) -> bool:
        """Return whether what is known of it surely holds now.

        Args:
            read_generation: see `Worktree.current`.
            is_quiet: whether the watchers were just found to be told of everything.
            is_there: whether its path surely leads where it led; else it is looked, for the price of a `stat` or more.

        """
        worktree, rows = self._worktree, self._rows
        return (
            worktree is not None
            and rows is not None
            and self._looking is None
            and (is_there or self.hub.known(self._path, read_generation=read_generation) is worktree)
            and worktree.current(read_generation, is_quiet=is_quiet) is rows.snapshot
        )

    @property
    def folder(self) -> str | None:
        """The folder in which its path leads to it: what is renamed there changes the folder. None for a remote."""
        return None if self.place.path is None else os.path.dirname(self.place.path)  # noqa: PTH120  (text, for stat)

    @property
    def is_new(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self._rows is None and self.refusal is None and self._looking is None

    @property
    def has_failed(self) -> bool:
        """Whether it cannot be read, or whoever follows it has found that it no longer can."""
        return self.refusal is not None or (self._worktree is not None and self._worktree.refusal is not None)

    def look(self) -> "asyncio.Task[None]":
        """Have it looked at, in a look that begins after this call; return what ends with that."""
        self._wanted = True
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_until_done())
        return self._looking

    async def _look_until_done(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                async with self._looks.slots:
                    await self._look()
                self._looks.done += 1
        finally:
            self._looking = None
            if self.is_late:
                self.is_late = False
                self._on_touch()

    async def _look(self) -> None:
        try:
            path = self.source.locate()
            worktree = self.hub.known(path) or await self.hub.open(path)
            if worktree is not self._worktree:
                self._attach(path, worktree)
            snapshot = await worktree.fresh()
            rows = self._rows
            if rows is None or rows.snapshot is not snapshot:
                rows = await worktree.run(lambda: RepositoryRows.of(self.place.name, snapshot))
                self._looks.rows_made += 1
        except RegistryError as error:
            self._fail(error)
        except Exception as error:
            log.exception("'%s' of the fleet cannot be read", self.place.name)
            message = f"'{self.place.name}' cannot be read: {error!r}"
            self._fail(RegistryError("UnreadableRepository", message, hint="The log has the details."))
        else:
            self._succeed(rows)

    def _attach(self, path: str, worktree: Worktree) -> None:
        self._undo()
        self._path, self._worktree = path, worktree
        # Not `listen`, with which the files on disk would be followed, which a fleet's rows are not made of.
        self._undo = worktree.listeners.add(self._changed)

    def _changed(self, change: Change) -> None:
        if self._rows is not None:
            self._on_change(self, change)

    def _succeed(self, rows: RepositoryRows) -> None:
        is_new = self._rows is None
        self._seen = time.monotonic()
        if rows is not self._rows or self.refusal is not None:
            self._rows, self.refusal = rows, None
            self._on_touch()
        if is_new:
            self.tell_all()

    def _fail(self, refusal: RegistryError) -> None:
        before, artifacts = self.refusal, self.artifacts
        self.refusal, self._rows = refusal, None
        if before is None or before.message != refusal.message:
            self._on_touch()
            self.tell_all(artifacts)

    def tell_all(self, artifacts: frozenset[str] | None = None) -> None:
        """Tell of a change of all that it has, without events."""
        names = self.artifacts if artifacts is None else artifacts
        clock = "" if self._worktree is None else self._worktree.clock
        self._on_change(self, Change(self._path, clock, names, (), ()))

    def rest(self) -> None:
        """Give back its thread."""
        if self._worktree is not None:
            self._worktree.repository.executor.rest()

    def close(self) -> None:
        """Let go of it."""
        if self._looking is not None:
            self._looking.cancel()
        self._undo()
        self.source.close()
