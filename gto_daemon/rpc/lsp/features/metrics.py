"""The metrics that lenses and hovers show: from memory, because nobody waits for a lens."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from gto_daemon.daemon.queries.evidence import Asked, asked_rows, values_answer
from gto_daemon.editor.metrics import ArtifactMetrics, MetricRow, compared_holder, metric_row
from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.daemon.live.worktree import Worktree
    from gto_daemon.protocol.evidence import VersionValues

#: Artifacts whose metrics are read in a row; others who want something of the repository have their turn in between.
_BATCH = 32


class _About(NamedTuple):
    """What the metrics of an artifact depend on: two commits, the name of the stage, and what HEAD says counts."""

    latest: str
    stage: str | None
    held: str | None
    head: str | None


#: By artifact: what they depend on, and the metrics, None for none.
_Kept = dict[str, tuple[_About, ArtifactMetrics | None]]


class MetricsBook:
    """The metrics of artifacts, kept for the session by checkout."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Worktree, _Kept] = WeakKeyDictionary()

    def of(self, worktree: "Worktree", snapshot: Snapshot, done: Callable[[], None]) -> "KnownMetrics":
        """Return what knows the metrics of a snapshot's artifacts.

        Args:
            worktree: the checkout.
            snapshot: its registry.
            done: called, from another thread, when metrics are there that were missing.

        """
        return KnownMetrics(worktree, snapshot, self._kept.setdefault(worktree, {}), done)


class KnownMetrics:
    """The metrics of artifacts that are known; the others are read in the background. From any thread."""

    def __init__(self, worktree: "Worktree", snapshot: Snapshot, kept: _Kept, done: Callable[[], None]) -> None:
        self._worktree = worktree
        self._snapshot = snapshot
        self._kept = kept
        self._done = done
        self._asked: list[tuple[str, _About]] = []

    def of(self, name: str) -> ArtifactMetrics | None:
        """Return the metrics of an artifact, from memory; None for none, and for none that are known yet."""
        about = self._about(name)
        if about is None:
            return None
        known = self._kept.get(name)
        if known is None or known[0] != about:
            self._asked.append((name, about))
        # HEAD seldom says otherwise what counts; until that is known, what was known is better than nothing.
        return known[1] if known is not None and known[0][:3] == about[:3] else None

    def now(self, name: str) -> ArtifactMetrics | None:
        """Return the same, read if need be. In the thread for documents."""
        about = self._about(name)
        if about is not None and self._kept.get(name, (None,))[0] != about:
            with suppress(RegistryError):
                self._worktree.submit(lambda: self._read([(name, about)])).result()
        return self.of(name)

    def read_soon(self) -> None:
        """Have read in the background what was asked for and is not known."""
        asked, self._asked = self._asked, []
        if asked:
            with suppress(RegistryError):
                self._worktree.submit(lambda: self._read_on(asked))

    def _read_on(self, asked: list[tuple[str, _About]]) -> None:
        self._read(asked[:_BATCH])
        rest = asked[_BATCH:]
        if not rest:
            self._done()
            return
        with suppress(RegistryError):
            self._worktree.submit(lambda: self._read_on(rest))

    def _read(self, asked: list[tuple[str, _About]]) -> None:
        for name, about in asked:
            self._kept[name] = (about, _read_metrics(self._worktree, self._snapshot, name, about.stage))

    def _about(self, name: str) -> _About | None:
        artifact = self._snapshot.index.artifacts.get(name)
        if artifact is None or artifact.latest is None:
            return None
        holder = compared_holder(self._snapshot, artifact)
        stage, held = (None, None) if holder is None else (holder.stage, holder.version.hexsha)
        return _About(artifact.latest.hexsha, stage, held, self._snapshot.head)


def _read_metrics(worktree: "Worktree", snapshot: Snapshot, name: str, stage: str | None) -> ArtifactMetrics | None:
    """Return the metrics of an artifact's latest version beside those in a stage; in the repository's thread."""
    versions = ["latest"] if stage is None else ["latest", f"#{stage}"]
    # Against itself nothing differs, and the version before it is not read.
    asked = Asked("metrics", name, versions, against=stage or "latest")
    try:
        answer, _ = values_answer(worktree, snapshot, asked, asked_rows(worktree, snapshot, asked))
    except RegistryError:
        # What was in the stage left it meanwhile: the next snapshot knows.
        return None
    artifact = snapshot.index.artifacts[name]
    rows = {row["version"]: row for row in answer["versions"]}
    latest = rows.get(artifact.latest.name) if artifact.latest else None
    if latest is None or not answer["keys"]:
        return None
    held = next((row for row in answer["versions"] if row is not latest), None)
    first = [key for key in answer["headline"] if key in answer["keys"]]
    others = [key for key in answer["keys"] if key not in first]
    return ArtifactMetrics(
        latest["label"],
        tuple(_row(key, answer["short"].get(key, key), latest, held) for key in (*first, *others)),
        len(first),
        None if held is None else stage,
        None if held is None else held["label"],
    )


def _row(key: str, name: str, latest: "VersionValues", held: "VersionValues | None") -> MetricRow:
    change = latest["changes"].get(key)
    after = _value(latest, key)
    before = None if held is None else _value(held, key)
    difference = change["difference"] if change is not None else None
    if held is not None and difference is None and after == before and isinstance(after, int | float):
        # Only what differs is told.
        difference = 0
    return metric_row(name, after, before, difference)


def _value(row: "VersionValues", key: str) -> object:
    special = row.get("special", {})
    return special[key] if key in special else row["values"].get(key)
