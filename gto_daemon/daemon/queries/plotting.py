"""The plots of versions: their points, and pictures. For the repository's thread only."""

import posixpath
from base64 import b64encode
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from gto_daemon.daemon.live.evidence import EvidenceStore, evidence_problem, missing_evidence
from gto_daemon.daemon.live.evidence_reading import Reading
from gto_daemon.daemon.live.worktree import Worktree
from gto_daemon.git.objects import DIRECTORY, MissingObjectError
from gto_daemon.registry.evidence.plot_points import is_image, named_plots, plot_files, plot_points
from gto_daemon.registry.evidence.reading import finite
from gto_daemon.registry.evidence.values import PlotDefinition, UnreadableEvidenceError
from gto_daemon.registry.problems import Problem
from gto_daemon.registry.queries.version_values import Row, version_head
from gto_daemon.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from gto_daemon.protocol.evidence import Plot, PlotData, PlotImage

#: Values of all points of an answer: some 20 MB of JSON.
_MAX_VALUES: Final = 1_000_000
#: Bytes of a picture that goes with an answer, and of all of them.
_MAX_IMAGE: Final = 1 << 20
_MAX_IMAGES: Final = 8 << 20


def plots_of(
    worktree: Worktree, snapshot: Snapshot, rows: Sequence[Row], wanted: Collection[str] | None, *, images: bool
) -> "tuple[list[Plot], list[Problem]]":
    """Return the plots of some versions, and what could not be read.

    Args:
        worktree: the worktree with the commits.
        snapshot: the registry.
        rows: the versions.
        wanted: the ids of the plots; None for all.
        images: whether pictures come with their content.

    """
    reader = _PlotReader(worktree, snapshot, wanted, images=images)
    for row in rows:
        reader.read(row)
    return list(reader.plots.values()), [*dict.fromkeys(reader.problems)]


class _PlotReader:
    def __init__(self, worktree: Worktree, snapshot: Snapshot, wanted: Collection[str] | None, *, images: bool) -> None:
        self._store: EvidenceStore = worktree.evidence
        self._head = snapshot.head
        self._wanted = wanted
        self._images_left = _MAX_IMAGES if images else 0
        self._values_left = _MAX_VALUES
        self.plots: dict[str, Plot] = {}
        self.problems: list[Problem] = []
        self._reading = Reading()

    def read(self, row: Row) -> None:
        commit = row.version.hexsha
        source = self._store.source(row.artifact.name, commit, self._head)
        self._reading = Reading()
        try:
            definitions = self._store.definitions(source)
            for problem in definitions.problems:
                self._reading.add(problem)
            named = named_plots(definitions.plots, lambda path: self._below(commit, path))
            for name, plot in named.items():
                if self._wanted is None or name in self._wanted:
                    self._add(row, name, plot)
        except MissingObjectError as error:
            self._reading.add(missing_evidence(error.oid, commit))
        self.problems += self._reading.all(commit)

    def _add(self, row: Row, name: str, plot: PlotDefinition) -> None:
        if self._values_left < 0:
            return
        if is_image(plot):
            image = self._image(row.version.hexsha, plot.id)
            if image is not None:
                self._show(name, "image", ("", "", "", ""), plot)["data"].append(self._data(row, [], image))
            return
        contents = {
            path: data for path in plot_files(plot) if (data := self._content(row.version.hexsha, path)) is not None
        }
        if not contents:
            return
        try:
            found = plot_points(plot, contents)
        except UnreadableEvidenceError as error:
            self._reading.add(evidence_problem(row.version.hexsha, plot.id, error.reason, error.hint))
            return
        self._values_left -= sum(map(len, found.rows))
        if self._values_left < 0:
            reason = f"would make more than {_MAX_VALUES} values together with the plots before it"
            self._reading.add(
                evidence_problem(row.version.hexsha, plot.id, reason, "Ask for fewer versions, or for some plots only.")
            )
            return
        axes = (found.x, found.y or "", found.x_label, found.y_label or "")
        shown = self._show(name, plot.template or "linear", axes, plot)
        shown["data"].append(self._data(row, [finite({**each}) for each in found.rows]))

    def _show(self, name: str, template: str, axes: tuple[str, str, str, str], plot: PlotDefinition) -> "Plot":
        """Return the plot of that name; the first version that has it says what it looks like."""
        x, y, x_label, y_label = axes
        known = self.plots.get(name)
        if known is None:
            known = self.plots[name] = {
                "id": name,
                "title": plot.title or name,
                "template": template,
                "x": x,
                "y": y,
                "x_label": x_label,
                "y_label": y_label,
                "data": [],
            }
        return known

    def _data(self, row: Row, points: list[dict[str, Any]], image: "PlotImage | None" = None) -> "PlotData":
        answer = cast("PlotData", version_head(row))
        answer["points"] = points
        if image is not None:
            answer["image"] = image
        return answer

    def _image(self, commit: str, path: str) -> "PlotImage | None":
        for file, entry in self._store.files(commit, path, self._reading):
            suffix = posixpath.splitext(file)[1].removeprefix(".")
            kind = {"svg": "svg+xml", "jpg": "jpeg"}.get(suffix, suffix)
            image: PlotImage = {"path": file, "oid": entry.oid, "media_type": f"image/{kind}"}
            most = min(_MAX_IMAGE, self._images_left)
            data = self._store.blob(entry.oid, most) if most else None
            if data is not None:
                self._images_left -= len(data)
                image["data"] = b64encode(data).decode("ascii")
            return image
        return None

    def _content(self, commit: str, path: str) -> bytes | None:
        found = [*self._store.files(commit, path, self._reading)]
        if len(found) != 1 or found[0][0] != path:
            return None
        return self._store.content(commit, path, found[0][1], self._reading)

    def _below(self, commit: str, path: str) -> Iterable[str] | None:
        entry = self._store.entry(commit, path)
        if entry is None or entry.mode != DIRECTORY:
            return None
        return [file for file, _ in self._store.files(commit, path, self._reading)]
