"""The picture shows what the program prints, and asks nobody for a font."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.text import Text

from docs.pictures.chart import CHART, PAGE, chart
from docs.pictures.make import PICTURE, drawn, transcript


def _words(svg: str) -> list[str]:
    return html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))).split()


def test_it_shows_what_the_program_prints_today(short_directory: Path) -> None:
    screen = transcript(short_directory)
    assert _words(drawn(screen)) == _words(PICTURE.read_text("utf-8")), "run: python docs/pictures/make.py"
    assert "churn#prod#5" in Text.from_ansi(screen).plain


def test_the_chart_shows_what_was_measured() -> None:
    assert chart(PAGE.read_text("utf-8")) == CHART.read_text("utf-8"), "run: python docs/pictures/chart.py"


def test_it_loads_nothing_from_anywhere() -> None:
    svg = PICTURE.read_text("utf-8")
    assert not re.findall(r"@import|@font-face|url\((?!#)|href|<script", svg)
    assert set(re.findall(r"https?://[^\"')\s]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
