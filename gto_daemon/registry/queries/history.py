"""`gto history`: the journal of a registry."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gto_daemon.registry.artifact import Artifact
from gto_daemon.registry.dvc_names import known_shortcut
from gto_daemon.registry.events import PRIORITY, Event, history_row
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import HistoryRow


def history(
    snapshot: Snapshot,
    name: str | None = None,
    *,
    ascending: bool = False,
    stage: str | None = None,
    event: str | None = None,
    author: str | None = None,
    since: float | None = None,
    until: float | None = None,
    commits: bool = False,
) -> "list[HistoryRow]":
    """Return the events, newest first, as `gto history --json`.

    Args:
        snapshot: the snapshot to query.
        name: an artifact, or one's stage (`a#stage`) or version (`a@v1.2.3`, `a@latest`). Unknown names have no events.
        ascending: oldest first.
        stage: only events of this stage.
        event: only this kind: `registration`, `assignment`, …
        author: only events whose author's name or e-mail is this.
        since: not before this time, seconds since the epoch.
        until: not after this time, seconds since the epoch.
        commits: the commits of versions too, as GTO 0.2.8 listed them.

    """
    wanted = _Wanted(snapshot, name)
    # Of each artifact rows are made at once, so that not all of a large registry is folded at a time.
    rows: list[HistoryRow] = []
    moments: list[tuple[int, int]] = []
    for artifact in wanted.artifacts:
        for entry in reversed(artifact.events() if commits else artifact.tag_events()):
            seconds = entry.seconds
            if (
                (event is None or entry.kind == event)
                and wanted.has(entry)
                and (stage is None or entry.stage == stage)
                and (author is None or author in (entry.author, entry.author_email))
                and (since is None or seconds >= since)
                and (until is None or seconds <= until)
            ):
                rows.append(history_row(entry))
                moments.append((seconds, PRIORITY[entry.kind]))
    order = sorted(range(len(rows)), key=moments.__getitem__)
    if not ascending:
        order.reverse()
    return [rows[place] for place in order]


class _Wanted:
    """The artifacts and events that a name selects."""

    def __init__(self, snapshot: Snapshot, name: str | None) -> None:
        self._stage: str | None = None
        self._version: str | None = None
        self.artifacts: Iterable[Artifact] = ()
        if name is None:
            self.artifacts = snapshot.index.in_order()
            return
        shortcut = known_shortcut(name, snapshot.index.artifacts)
        artifact = snapshot.index.artifacts.get(shortcut.artifact)
        if artifact is None:
            return
        self._stage, self._version = shortcut.stage, shortcut.version
        if shortcut.latest:
            latest = artifact.latest
            if latest is None:
                return
            self._version = latest.name
        self.artifacts = [artifact]

    def has(self, event: Event) -> bool:
        return (self._stage is None or event.stage == self._stage) and (
            self._version is None or event.version == self._version
        )
