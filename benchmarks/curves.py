"""Curves as pictures, for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name, and (tags, seconds) of its points."""

    name: str
    points: list[tuple[int, float]]


def draw(name: str, title: str, curves: Sequence[Curve]) -> None:
    """Write `docs/pictures/NAME`: both axes logarithmic, so that a straight line is a power of the size."""
    import matplotlib as mpl

    mpl.use("svg")
    # The same figures make the same file.
    mpl.rcParams.update({"svg.hashsalt": name, "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for curve in curves:
        sizes, seconds = zip(*curve.points, strict=True)
        axes.plot(sizes, seconds, marker="o", label=curve.name)
    axes.set(xscale="log", yscale="log", xlabel="tags", ylabel="seconds", title=title)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(_PICTURES / name, metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)
