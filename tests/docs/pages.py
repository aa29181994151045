"""The project's pages, taken apart: fenced blocks, links and the headings that links may point at."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_LINK = re.compile(r"!?\[[^\]\n]*\]\((?P<target>[^)\s]+)\)|<img[^>]*\ssrc=\"(?P<image>[^\"]+)\"")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what its fence calls it, its text without indentation, and the line it starts on."""

    language: str
    text: str
    line: int


def every_page() -> list[Path]:
    """All Markdown pages of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        indent = match["indent"]
        lines = (line.removeprefix(indent) for line in match["text"].splitlines(keepends=True))
        found.append(Block(match["language"], "".join(lines), text.count("\n", 0, match.start()) + 1))
    return found


def prose(page: Path) -> str:
    """The page without its fenced blocks and comments."""
    return _COMMENT.sub("", _FENCE.sub("", page.read_text("utf-8")))


def links(page: Path) -> list[str]:
    """Where the page's links and pictures point, as written."""
    return [match["target"] or match["image"] for match in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """The fragments that a link to the page may end in, as GitHub makes them of headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def section(page: Path, heading: str) -> str:
    """The text under a heading, up to the next one of any level.

    Raises:
        LookupError: the page has no such heading.

    """
    text = page.read_text("utf-8")
    start = re.search(rf"^#+ +{re.escape(heading)} *$", text, re.M)
    if start is None:
        raise LookupError(f"{page} has no heading {heading!r}")
    following = re.search(r"^#+ ", text[start.end() :], re.M)
    return text[start.end() : start.end() + following.start()] if following else text[start.end() :]
