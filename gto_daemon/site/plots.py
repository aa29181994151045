"""The plots of a version: curves as data for a script, matrices and bars as tables, pictures as files."""

import json
import math
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gto_daemon.protocol.evidence import Plot, PlotData, PlotsResult
from gto_daemon.readable_values import readable_value
from gto_daemon.site.markup import NOTHING, Content, Html, element, join
from gto_daemon.site.parts import table

#: Points of a curve; of more, the lowest and highest of each stretch are kept.
_POINTS = 200
_CLASSES = 30
_BARS = 50
_SHADES = 6
#: Pictures that run nothing wherever they are opened. SVG might, and goes into the page instead.
_FILES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Plots:
    """The plots of a page.

    Attributes:
        markup: what the page shows; None for nothing.
        drawn: whether a script has to draw some of it.
        files: the pictures, by path.

    """

    markup: Html | None = None
    drawn: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)


def plots_of(answer: PlotsResult | None, root: str) -> Plots:
    """Return the plots of an answer about one version."""
    figures: list[Html] = []
    files: dict[str, bytes] = {}
    drawn = False
    for plot in answer["plots"] if answer else ():
        for data in plot["data"]:
            made, is_drawn = _figure(plot, data, root, files)
            if made:
                figures.append(element("figure", element("figcaption", plot["title"] or plot["id"]), made))
                drawn = drawn or is_drawn
    return Plots(element("div", *figures, class_="plots") if figures else None, drawn, files)


def _figure(plot: Plot, data: PlotData, root: str, files: dict[str, bytes]) -> tuple[Html, bool]:
    if "image" in data:
        return _picture(plot, data, root, files), False
    points = data["points"]
    if plot["template"].startswith("confusion"):
        return _matrix(plot, points), False
    if plot["template"].startswith("bar"):
        return _bars(plot, points), False
    return _curves(plot, points)


def _picture(plot: Plot, data: PlotData, root: str, files: dict[str, bytes]) -> Html:
    image = data["image"]
    encoded, kind = image.get("data"), image["media_type"]
    if encoded is None or (kind not in _FILES and kind != _SVG):
        return element("p", "The picture ", element("code", image["path"]), " is not shown here.", class_="hint")
    alternative = f"{plot['title'] or plot['id']} of {data['label']}"
    if kind == _SVG:
        return element("img", src=f"data:{_SVG};base64,{encoded}", alt=alternative, loading="lazy")
    path = f"plots/{image['oid']}.{_FILES[kind]}"
    files[path] = b64decode(encoded)
    return element("img", src=root + path, alt=alternative, loading="lazy")


def _matrix(plot: Plot, points: Sequence[Mapping[str, Any]]) -> Html:
    counts = Counter((_text(point.get(plot["y"])), _text(point.get(plot["x"]))) for point in points)
    classes = sorted({each for pair in counts for each in pair}, key=_natural)
    if not counts or len(classes) > _CLASSES:
        return NOTHING
    most = max(counts.values())

    def row(actual: str) -> Iterator[Html]:
        yield element("th", actual)
        for other in classes:
            number = counts[actual, other]
            yield element("td", str(number), class_=f"h{math.ceil(number / most * (_SHADES - 1))}")

    corner = f"{plot['y_label'] or plot['y']} \\ {plot['x_label'] or plot['x']}"
    return table(plot["title"] or plot["id"], [corner, *classes], map(row, classes), class_="matrix")


def _bars(plot: Plot, points: Sequence[Mapping[str, Any]]) -> Html:
    # In DVC's horizontal bars the names are along y.
    rows = [(_text(point.get(plot["y"])), _number(point.get(plot["x"]))) for point in points]
    if all(value is None for _, value in rows):
        rows = [(_text(point.get(plot["x"])), _number(point.get(plot["y"]))) for point in points]
    known = [(name, value) for name, value in rows if value is not None]
    if not known:
        return NOTHING
    known.sort(key=lambda each: -each[1])
    most = max(abs(value) for _, value in known) or 1

    def row(bar: tuple[str, float]) -> Iterator[Html]:
        name, value = bar
        yield element("th", name)
        yield element("td", element("progress", value=f"{abs(value) / most:.3g}", aria_hidden="true"))
        yield element("td", readable_value(value), class_="n")

    heads: list[Content] = [plot["y_label"] or plot["y"], element("td"), plot["x_label"] or plot["x"]]
    return table(plot["title"] or plot["id"], heads, map(row, known[:_BARS]), class_="bars")


def _curves(plot: Plot, points: Sequence[Mapping[str, Any]]) -> tuple[Html, bool]:
    series: dict[tuple[str, str], list[tuple[Any, float]]] = {}
    for point in points:
        y = _number(point.get(plot["y"]))
        if y is not None:
            kind = (_text(point.get("filename", "")), _text(point.get("field", "")))
            series.setdefault(kind, []).append((point.get(plot["x"]), y))
    if not series:
        return NOTHING, False
    numbers = all(_number(x) is not None for each in series.values() for x, _ in each)
    names = [] if numbers else list(dict.fromkeys(_text(x) for each in series.values() for x, _ in each))
    place = {name: index for index, name in enumerate(names)}
    scatter = plot["template"].startswith("scatter")
    drawn: list[dict[str, Any]] = []
    for kind, pairs in series.items():
        placed = [(_number(x) or 0.0 if numbers else float(place[_text(x)]), y) for x, y in pairs]
        if not scatter:
            placed.sort(key=lambda pair: pair[0])
        kept = _thinned(placed, scatter=scatter)
        xs, ys = [_rounded(x) for x, _ in kept], [_rounded(y) for _, y in kept]
        # Where x only counts, the script counts.
        counted = {} if xs == list(range(len(xs))) else {"x": xs}
        drawn.append({"name": _series_name(kind, series), **counted, "y": ys})
    data = {
        "series": drawn,
        "x": plot["x_label"] or plot["x"],
        "y": plot["y_label"] or plot["y"],
        **({"names": names[:_POINTS]} if names else {}),
        **({"points": True} if scatter else {}),
    }
    script = element("script", script_data(data), type="application/json")
    return join(element("div", script, class_="plot"), _summary(series)), True


def _summary(series: Mapping[tuple[str, str], Sequence[tuple[Any, float]]]) -> Html:
    """Return in words what the curves are, which is all that is read where nothing is drawn."""
    lines = []
    for kind, pairs in series.items():
        name, ys = _series_name(kind, series), [y for _, y in pairs]
        count = f"{len(ys)} point{'' if len(ys) == 1 else 's'}"
        ends = f"{readable_value(min(ys))} to {readable_value(max(ys))}"
        lines.append(f"{name}: {count}, {ends}" if name else f"{count}, {ends}")
    return element("p", "; ".join(lines), class_="hint")


def _series_name(kind: tuple[str, str], series: Mapping[tuple[str, str], object]) -> str:
    """Return what tells one curve from the others of its plot."""
    file, named = kind
    if len({other for _, other in series}) == len(series):
        return named if len(series) > 1 else ""
    return f"{file}:{named}" if named else file


def _thinned(points: list[tuple[float, float]], *, scatter: bool) -> list[tuple[float, float]]:
    if len(points) <= _POINTS:
        return points
    if scatter:
        step = len(points) / _POINTS
        return [points[int(number * step)] for number in range(_POINTS)]
    size = math.ceil(len(points) / (_POINTS / 2))
    kept: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        stretch = range(start, min(start + size, len(points)))
        ends = {min(stretch, key=lambda at: points[at][1]), max(stretch, key=lambda at: points[at][1])}
        kept += [points[at] for at in sorted(ends)]
    return kept


def script_data(data: object) -> Html:
    """Return JSON for a script element, which no text in it can end."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Html(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _number(value: Any) -> float | None:
    """Return a finite number, which a file of CSV has as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _rounded(value: float) -> float | int:
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() and abs(short) < 10**15 else short


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else readable_value(value)


def _natural(text: str) -> tuple[bool, float, str]:
    number = _number(text)
    return (number is None, number or 0.0, text)
