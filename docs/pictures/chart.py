"""Draw the README's chart from the page of measurements: `python docs/pictures/chart.py`."""

import re
from html import escape
from pathlib import Path

CHART = Path(__file__).with_name("show.svg")
PAGE = Path(__file__).parents[1] / "performance.md"

_SECTION, _TAGS = "`gtod show --json`", "1,000 tags"
_WIDTH, _LEFT, _BAR, _ROW = 700, 190, 18, 36
_FONTS = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"


def chart(page: str) -> str:
    """Return the chart of the page's figures as SVG."""
    warm, peer = _medians(page, "daemon warm")
    inline, _ = _medians(page, "no daemon")
    bars = [("gtod show", warm, "#2f7ebc"), ("gtod --no-daemon show", inline, "#8fb8da"), ("gto show", peer, "#9aa0a6")]
    height = _ROW * len(bars) + 8
    scale = (_WIDTH - _LEFT - 70) / max(seconds for _, seconds, _ in bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        f' font-family="{_FONTS}" font-size="14">',
        f'<rect width="{_WIDTH}" height="{height}" rx="6" fill="#ffffff"/>',
    ]
    for row, (label, seconds, colour) in enumerate(bars):
        middle = _ROW * row + 4 + _ROW / 2
        end = _LEFT + seconds * scale
        parts += [
            f'<text x="{_LEFT - 10}" y="{middle + 5:g}" text-anchor="end" fill="#24292f">{escape(label)}</text>',
            f'<rect x="{_LEFT}" y="{middle - _BAR / 2:g}" width="{end - _LEFT:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{end + 8:.1f}" y="{middle + 5:g}" fill="#24292f">{seconds:.2f} s</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _medians(page: str, how: str) -> tuple[float, float]:
    """Seconds of gtod and of GTO, from the row of the section's table."""
    section = page.partition(f"## {_SECTION}\n")[2].partition("\n## ")[0]
    row = re.search(rf"^\| {_TAGS}, {how} \| (?P<ours>[^|]+) ms \| [^|]+ \| (?P<peer>[^|]+) ms \|", section, re.M)
    if row is None:
        raise LookupError(f"{PAGE} has no row '{_TAGS}, {how}' below {_SECTION!r}")
    ours, peer = (float(row[side].split(" / ")[1].replace(",", "")) / 1000 for side in ("ours", "peer"))
    return ours, peer


if __name__ == "__main__":
    CHART.write_text(chart(PAGE.read_text("utf-8")), "utf-8")
