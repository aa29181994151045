"""`gtod plot`: a metric over versions as a Vega-Lite specification, or as SVG."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
#: The version of Vega-Lite that draws; of those that the renderer has the last one of that schema.
_VEGA_LITE: Final = "5.21"
_DRAWN_BY: Final = "Drawn by gtod"
_HEIGHT: Final = 240
#: Pixels of a version, and the most and the least of all.
_STEP, _MIN_WIDTH, _MAX_WIDTH = 44, 220, 1200


class NoRendererError(Exception):
    """The library that draws is not installed."""


def plot_spec(artifact: str, metric: str, points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the specification, in Vega-Lite 5.

    Args:
        artifact: whose versions they are.
        metric: its name.
        points: from left to right: `version`, `value` and `stages`, a text that is empty where there is none.

    """
    x = {"field": "version", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": -40}}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": False}, "title": metric}
    tooltip = [
        {"field": "version", "type": "nominal"},
        {"field": "value", "type": "quantitative", "title": metric, "format": ".6~g"},
        {"field": "stages", "type": "nominal"},
    ]
    staged = {"filter": "datum.stages !== ''"}
    return {
        "$schema": SCHEMA,
        "description": f"{metric} of {artifact} by version",
        "title": f"{artifact}: {metric}",
        "usermeta": {"made": _DRAWN_BY},
        "width": min(_MAX_WIDTH, max(_MIN_WIDTH, _STEP * len(points))),
        "height": _HEIGHT,
        "data": {"values": [dict(point) for point in points]},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "line", "color": "#8a94a6"}},
            {
                "mark": {"type": "point", "filled": True, "size": 50, "color": "#4c6ef5"},
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [staged],
                "mark": {"type": "point", "filled": True, "size": 120, "color": "#e8590c"},
                "encoding": {"tooltip": tooltip},
            },
            {
                "transform": [staged],
                "mark": {"type": "text", "dy": -14, "fontWeight": "bold", "color": "#c2410c"},
                "encoding": {"text": {"field": "stages", "type": "nominal"}},
            },
        ],
        "config": {"background": "white", "view": {"stroke": None}, "axis": {"grid": True, "gridColor": "#e9ecef"}},
    }


def as_vega(spec: Mapping[str, Any]) -> bytes:
    """Return the specification as a file."""
    return (json.dumps(spec, indent=2, ensure_ascii=False) + "\n").encode()


def as_svg(spec: Mapping[str, Any]) -> bytes:
    """Return the picture as a file.

    Raises:
        NoRendererError: there is no library to draw it.

    """
    try:
        import vl_convert
    except ImportError as error:
        raise NoRendererError from error
    drawn: str = vl_convert.vegalite_to_svg(dict(spec), vl_version=_VEGA_LITE, allowed_base_urls=[])
    head, end, rest = drawn.partition(">")
    said = f"<title>{escape(str(spec['description']))}</title><desc>{_DRAWN_BY}</desc>"
    return f"{head}{end}{said}{rest}\n".encode()


def is_plot(data: bytes) -> bool:
    """Return whether a file was made here."""
    return _DRAWN_BY.encode() in data
