"""A listener that checks what it hears while it hears it."""

from collections import Counter

from gto_daemon.daemon.live.journal import Change
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.registry.snapshot import Snapshot
from tests.builders import RepositoryBuilder
from tests.daemon.reading import Row, applied, rows
from tests.waiting import soon


class ChangeRecorder:
    """Everything that a listener of a worktree heard since it began."""

    def __init__(self, worktree: Worktree) -> None:
        self.worktree = worktree
        self.changes: list[Change] = []
        self.start: Counter[Row] = Counter()
        self.undo = worktree.listen(self._heard)

    @classmethod
    async def of(cls, worktree: Worktree) -> "ChangeRecorder":
        """Listen, from a snapshot on that is read first."""
        recorder = cls(worktree)
        snapshot = await worktree.fresh()
        recorder.start = rows(snapshot)
        recorder.changes.clear()
        return recorder

    def _heard(self, change: Change) -> None:
        held = number(self.worktree.status()["clock"])
        assert number(change.clock) <= held, "told before the index held it"
        assert not self.changes or number(self.changes[-1].clock) < number(change.clock), "told twice, or out of order"
        self.changes.append(change)

    @property
    def rows(self) -> Counter[Row]:
        """The history that the changes lead to."""
        return applied(self.start, self.changes)

    @property
    def artifacts(self) -> set[str]:
        """The artifacts that were named."""
        return {name for change in self.changes for name in change.artifacts}

    async def settled(self) -> None:
        """Read until no file was written in the present step of the clock; without a heartbeat nobody else does."""
        while self.worktree.current(None) is None:
            await self.worktree.fresh()

    async def until_row(self, ref: str) -> None:
        """Wait for an event by the name of its tag."""
        await soon(lambda: any(event.ref == ref for change in self.changes for event in change.added))

    async def ends(self, repo: RepositoryBuilder) -> Snapshot:
        """See that nothing was lost or told twice, up to a last tag that is made now."""
        repo.git("tag", "-a", "-m", "the end", "sentinel@v0.0.1")
        await self.until_row("sentinel@v0.0.1")
        snapshot = await self.worktree.fresh()
        assert self.rows == rows(snapshot)
        return snapshot


def number(clock: str) -> int:
    """The step of a clock."""
    return int(clock.rpartition(":")[2])
