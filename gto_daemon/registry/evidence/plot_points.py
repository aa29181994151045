"""The points of plots, as `dvc plots show --json` has them.

Source: DVC 3.67, repo/plots/__init__.py (what belongs to a plot, how a file is read), render/converter/vega.py (rows
and axes), utils/plots.py (names).

To answer for a commit: take `named_plots` of its definitions; for each plot read the files of `plot_files`, and take
`plot_points` of their contents, unless it `is_image`: then the one file of `plot_files` is the picture.
"""

import csv
import io
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from gto_daemon.registry.evidence.reading import json_content, load
from gto_daemon.registry.evidence.values import MAX_JSON, Axis, PlotDefinition, UnreadableEvidenceError

#: Pictures, by DVC's own list; it tells capitals apart.
IMAGES: Final = frozenset({".gif", ".jpeg", ".jpg", ".png", ".svg"})
#: Values in the rows of a plot.
MAX_CELLS: Final = 500_000

_SEPARATORS: Final = {".csv": ",", ".tsv": "\t"}
_READ: Final = frozenset({*_SEPARATORS, ".json", ".yaml", ".yml", ".toml", ".py"})
_INDEX: Final = "step"
_SHORTEN: Final = "Keep fewer points in it."
Row = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class PlotPoints:
    """The points of a plot, and its axes.

    Attributes:
        rows: the fields of each point, `filename` and `field` among them; floats may be NaN or infinite.
        x: the field along; `step` is the number of the row.
        y: the field that is drawn; None without points.
        x_label: as given, or the field.
        y_label: as given, or the field, or "y" for several.

    """

    rows: Sequence[Mapping[str, Any]]
    x: str
    y: str | None
    x_label: str
    y_label: str | None


def named_plots(
    plots: Iterable[PlotDefinition], folder: Callable[[str], Iterable[str] | None]
) -> dict[str, PlotDefinition]:
    """Return the plots of a commit by the name that DVC gives each, with every folder replaced by the files in it.

    Args:
        plots: the definitions of all files of the commit.
        folder: returns the paths of all files below a path, also in folders of that, and None if it is no folder.

    """
    plots = list(plots)
    headerless = frozenset[str]().union(*(plot.headerless for plot in plots))
    defining: dict[str, list[PlotDefinition]] = {}
    for plot in plots:
        defining.setdefault(plot.file, []).append(plot)
    # Plot to the files that define it: only where there are several, the file is part of the name.
    found: dict[str, dict[str, PlotDefinition]] = {}
    for file, defined in defining.items():
        for plot in _unpacked(defined, folder):
            by_file = found.setdefault(plot.id, {})
            by_file[file] = _merged(by_file[file], plot) if file in by_file else plot
    named = {}
    for name, by_file in found.items():
        for file, plot in by_file.items():
            whole = f"{file}::{name}" if file and len(by_file) > 1 else name
            named[whole] = replace(plot, headerless=headerless.intersection(plot_files(plot)))
    return named


def plot_files(plot: PlotDefinition) -> tuple[str, ...]:
    """Return the paths of the files that the points of a plot come from."""
    files = list(plot.y) if isinstance(plot.y, Mapping) else [plot.id]
    # DVC reads the first file of `x` only.
    files += list(plot.x)[:1] if isinstance(plot.x, Mapping) else []
    return tuple(dict.fromkeys(files))


def is_image(plot: PlotDefinition) -> bool:
    """Return whether a plot is a picture."""
    return posixpath.splitext(plot.id)[1] in IMAGES


def plot_points(plot: PlotDefinition, contents: Mapping[str, bytes]) -> PlotPoints:
    """Return the points of a plot.

    Args:
        plot: one of `named_plots`.
        contents: the files of `plot_files`; the fields of one that is absent are not drawn.

    Raises:
        UnreadableEvidenceError: a file has no points, or not the fields that the plot asks for. The reason begins with
            the path of the file unless it is about the one file of the plot.

    """
    tables: dict[str, list[Row]] = {}
    y = plot.y if isinstance(plot.y, Mapping) else None if plot.y is None else {plot.id: plot.y}
    for path in plot_files(plot):
        if path not in contents:
            continue
        try:
            content = _content(path, contents[path], header=path not in plot.headerless)
        except UnreadableEvidenceError as error:
            raise _of_file(plot, path, error) from error
        if not content:
            continue
        tables[path] = _rows(content)
        if y is None and path == plot.id:
            y = {path: _last_field(content)}
    return _Points(plot, tables, y or {}).points()


class _Points:
    """Puts the rows of files together."""

    def __init__(self, plot: PlotDefinition, tables: Mapping[str, list[Row]], y: Mapping[str, tuple[str, ...]]) -> None:
        self._plot = plot
        self._tables = tables
        self._ys = list(_pairs(y))
        self._xs = list(_pairs(self._x(y)))
        for path, field in (*self._xs, *self._ys):
            self._check_field(path, field)

    def points(self) -> PlotPoints:
        xs, ys = self._xs, self._ys
        if len(xs) > 1 and len(xs) != len(ys):
            raise UnreadableEvidenceError(
                f"has {len(xs)} fields along 'x' for {len(ys)} along 'y'", "Name one, or as many as there are in 'y'."
            )
        x_fields = dict.fromkeys(field for _, field in xs)
        y_fields = dict.fromkeys(field for _, field in ys)
        x = "dvc_inferred_x_value" if len(x_fields) > 1 else next(iter(x_fields), _INDEX)
        y = "dvc_inferred_y_value" if len(y_fields) > 1 else next(iter(y_fields), None)
        files = {path for path, _ in ys}
        shared = len(posixpath.commonpath(files)) if len(files) > 1 else 0
        rows: list[Row] = []
        cells = 0
        for number, (path, field) in enumerate(ys):
            more = [dict(row) for row in self._tables.get(path, ())]
            cells += sum(map(len, more))
            if cells > MAX_CELLS:
                raise UnreadableEvidenceError(f"has more than {MAX_CELLS} values to draw", _SHORTEN)
            if y == "dvc_inferred_y_value":
                _copy_field(more, more, field, y)
            if xs:
                self._add_x(more, xs[number] if len(xs) > 1 else xs[0], (path, field), x)
            else:
                for index, row in enumerate(more):
                    row[x] = index
            for row in more:
                row.update(filename=path[shared:].strip("/\\"), field=field)
            rows += more
        labels = x_fields if isinstance(self._plot.x, Mapping) or xs else {_INDEX: None}
        return PlotPoints(
            rows=[row if all(type(key) is str for key in row) else json_content(row) for row in rows],
            x=x,
            y=y,
            x_label=self._plot.x_label or _label(labels, "x") or "x",
            y_label=self._plot.y_label or _label(y_fields, "y"),
        )

    def _x(self, y: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        x: Axis | None = self._plot.x
        if x is None or isinstance(x, Mapping):
            return x or {}
        if isinstance(self._plot.y, Mapping):
            return {path: x[:1] * len(fields) for path, fields in y.items()}
        return {self._plot.id: x}

    def _check_field(self, path: str, field: str) -> None:
        rows = self._tables.get(path)
        if rows and field not in rows[0]:
            known = ", ".join(f"'{name}'" for name in list(rows[0])[:20])
            error = UnreadableEvidenceError(f"has no field '{field}'", f"Its fields are {known}.")
            raise _of_file(self._plot, path, error)

    def _add_x(self, rows: list[Row], x: tuple[str, str], y: tuple[str, str], field: str) -> None:
        along = self._tables.get(x[0], [])
        if len(along) != len(rows):
            raise UnreadableEvidenceError(
                f"has {len(along)} rows with '{x[1]}' in {x[0]} for {len(rows)} with '{y[1]}' in {y[0]}",
                "Both need the same number of rows.",
            )
        _copy_field(along, rows, x[1], field)


def _of_file(plot: PlotDefinition, path: str, error: UnreadableEvidenceError) -> UnreadableEvidenceError:
    return error if path == plot.id else UnreadableEvidenceError(f"{path} {error.reason}", error.hint)


def _pairs(axis: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    return ((path, field) for path, fields in axis.items() for field in fields)


def _label(fields: Mapping[str, None], several: str) -> str | None:
    return next(iter(fields)) if len(fields) == 1 else several if fields else None


def _copy_field(source: list[Row], target: list[Row], field: str, name: str) -> None:
    for before, row in zip(source, target, strict=True):
        if field in before:
            row[name] = before[field]


# What is in a file


def _content(path: str, data: bytes, *, header: bool) -> object:
    suffix = posixpath.splitext(path)[1]
    if suffix not in _READ:
        raise UnreadableEvidenceError("is of a kind that DVC draws no points of", "Use JSON, YAML, CSV or TSV.")
    if suffix not in _SEPARATORS:
        return load(path, data)
    if len(data) > MAX_JSON:
        raise UnreadableEvidenceError(f"has {len(data)} bytes, and at most {MAX_JSON} are read", _SHORTEN)
    try:
        # DVC reads it as text, where every line ends alike; a byte order mark stays part of the first field.
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
        return _table(text, _SEPARATORS[suffix], header=header)
    except UnicodeDecodeError as error:
        raise UnreadableEvidenceError(
            f"is not UTF-8: {error.reason} at byte {error.start}", "Save as UTF-8."
        ) from error
    except csv.Error as error:
        raise UnreadableEvidenceError(f"cannot be read as a table: {error}", "Mend that row.") from error


def _table(text: str, separator: str, *, header: bool) -> list[Row]:
    lines = csv.reader(io.StringIO(text), delimiter=separator)
    names: list[str] | None = None
    rows: list[Row] = []
    cells = 0
    for line in lines:
        if names is None:
            # Even an empty line is one of names, where the first is; elsewhere it is left out.
            names = line if header else [str(number) for number in range(len(line))]
            if header:
                continue
        if not line:
            continue
        cells += max(len(names), len(line))
        if cells > MAX_CELLS:
            raise UnreadableEvidenceError(f"has more than {MAX_CELLS} values", _SHORTEN)
        row: Row = dict(zip(names, line, strict=False))
        if len(line) > len(names):
            row[None] = line[len(names) :]
        row.update(dict.fromkeys(names[len(line) :]))
        rows.append(row)
    return rows


def _lists(content: object) -> Iterator[list[Any]]:
    """Yield the lists of a file: the whole of it, or those in its mappings, however deep."""
    if isinstance(content, list):
        yield content
        return
    if not isinstance(content, dict):
        raise UnreadableEvidenceError("has neither a list nor a mapping", "Write a list of mappings, one a point.")
    waiting = [iter(content.values())]
    while waiting:
        for value in waiting[-1]:
            if isinstance(value, dict):
                waiting.append(iter(value.values()))
                break
            if isinstance(value, list):
                yield value
        else:
            waiting.pop()


def _are_points(items: list[Any]) -> bool:
    if not items or not all(isinstance(item, dict) for item in items):
        return False
    return set(items[0]) == {key for item in items for key in item}


def _rows(content: object) -> list[Row]:
    """Return the points: those of all lists of points side by side."""
    rows: list[Row] = []
    cells = 0
    for items in filter(_are_points, _lists(content)):
        rows += [{} for _ in range(len(items) - len(rows))]
        for row, item in zip(rows, items, strict=False):
            cells += len(item)
            row.update(item)
        if cells > MAX_CELLS:
            raise UnreadableEvidenceError(f"has more than {MAX_CELLS} values", _SHORTEN)
    return rows


def _last_field(content: object) -> tuple[str, ...]:
    """Return what is drawn unless the plot says so: the last field of the first point."""
    for items in _lists(content):
        if items and all(isinstance(item, dict) for item in items):
            field = next(reversed(items[0]), None)
            return (field,) if isinstance(field, str) else ()
    return ()


# Names


def _unpacked(plots: list[PlotDefinition], folder: Callable[[str], Iterable[str] | None]) -> Iterator[PlotDefinition]:
    """Yield the plots of one file, a folder as one for each file in it that no other plot is closer to."""
    nearer: set[str] | None = None
    for plot in plots:
        files = None if isinstance(plot.y, Mapping) else folder(plot.id)
        if files is None:
            yield plot
            continue
        if nearer is None:
            nearer = set(_way(plots)) if plot.file else set()
        for path in files:
            below = path.find("/", len(plot.id) + 1)
            if path[: below if below > 0 else None] not in nearer:
                yield replace(plot, id=path, headerless=frozenset())


def _way(plots: Iterable[PlotDefinition]) -> Iterator[str]:
    """Yield the paths of plots, and the folders on the way to each: what is in one of these is nearer to that plot."""
    for plot in plots:
        # DVC takes titles for paths here, too.
        titled = isinstance(plot.y, Mapping)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(plot.file), plot.id)) if titled else plot.id
        while path not in ("", ".", "/", "//", ".."):
            yield path
            path = posixpath.dirname(path)


def _merged(one: PlotDefinition, other: PlotDefinition) -> PlotDefinition:
    """Return a plot that is defined twice: what the second says counts."""
    names = ("x", "y", "template", "title", "x_label", "y_label")
    return replace(one, **{name: getattr(other, name) for name in names if getattr(other, name) is not None})
