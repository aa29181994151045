"""Make the man page from docs/command-line.md: `python docs/man_page.py`. A test compares the two."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from docs.command_line import PAGE

MAN_PAGE = Path(__file__).with_name("man") / "gtod.1"

_HEAD: Final = r""".TH GTOD 1 "" gtod "gtod Manual"
.SH NAME
gtod \- a live artifact and model registry over the Git tags of GTO
.SH SYNOPSIS
.B gtod
.RI [ options ] " command " [ arguments ]
"""
_FOOT: Final = """.SH SEE ALSO
.BR git (1),
.BR git\\-tag (1),
.B gto
"""
#: man(7): fonts of words within a paragraph.
_FONTS: Final = {
    "code_inline": "B", "strong_open": "B", "em_open": "I", "strong_close": "R", "em_close": "R",
}  # fmt: skip


def man_page(text: str) -> str:
    """Return the page in the language of man(7). Its title and its table of contents are left out."""
    tokens = iter(MarkdownIt().enable("table").parse(text))
    for token in tokens:
        if token.type == "bullet_list_close":
            break
    return _HEAD + "\n".join(_lines(tokens)) + "\n" + _FOOT


def _lines(tokens: Iterator[Token]) -> Iterator[str]:
    items = 0
    for token in tokens:
        if token.type == "heading_open":
            words = _words(next(tokens))
            yield f".SH {words.upper()}" if token.tag == "h2" else f".SS {words}"
        elif token.type == "paragraph_open":
            yield ".P" if not items else ".IP \\(bu 2"
        elif token.type in ("list_item_open", "list_item_close"):
            items += 1 if token.type == "list_item_open" else -1
        elif token.type == "fence":
            yield ".P\n.RS 4\n.nf"
            yield from (_line(_escaped(line)) for line in token.content.splitlines())
            yield ".fi\n.RE"
        elif token.type == "table_open":
            yield from _rows(tokens)
        elif token.type == "inline":
            yield _line(_words(token))


def _rows(tokens: Iterator[Token]) -> list[str]:
    """Each row as a tagged paragraph; a third column and those after it follow in brackets."""
    rows: list[str] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "tbody_open":
            rows.clear()
        elif token.type == "table_close":
            return rows
        elif token.type == "inline":
            cells.append(_words(token))
        elif token.type == "tr_close":
            term, meaning, *others = cells
            rows.append(f".TP\n{_line(term)}\n" + _line(" ".join([meaning, *(f"({each})" for each in others if each)])))
            cells = []
    return rows


def _words(inline: Token) -> str:
    return "".join(map(_word, inline.children or ()))


def _word(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "code_inline":
        return f"\\fB{_escaped(token.content)}\\fR"
    return f"\\f{_FONTS[token.type]}" if token.type in _FONTS else _escaped(token.content)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


def _line(text: str) -> str:
    """A line of text, which roff does not take for a request."""
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    MAN_PAGE.parent.mkdir(exist_ok=True)
    MAN_PAGE.write_text(man_page(PAGE.read_text("utf-8")), "utf-8")
