"""How a table that is too wide folds: where a cell may break, and how wide each column gets.

A tag breaks before its `@` or `#`, a time before its hour and its zone, and only what is still too wide is cut
anywhere. All text is ASCII by GTO's grammar (and as dates and object ids are), so a character is a column.
"""

import re
from collections.abc import Sequence

#: After a blank or a slash; before a tag's separators, a zone, a prerelease or the next word of a dashed name.
_BREAK = re.compile(r"(?<=[ /=])|(?=[@#+])|(?=-[a-zA-Z])")


def fold(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` characters, with as few breaks as greedy filling gives."""
    if len(text) <= width:
        return [text]
    lines = [""]
    for piece in _pieces(text):
        if len((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
            continue
        parts = [piece[at : at + width] for at in range(0, len(piece), width)]
        lines[len(lines) if lines[-1] else 0 :] = parts
    return [line.rstrip() for line in lines]


def widths(columns: Sequence[Sequence[str]], available: int) -> list[int]:
    """How wide each column becomes, so that together they take at most `available` characters (one each at least).

    The widest is narrowed first, down to its longest piece; only when that is not enough are pieces cut:
    those of the column with the longest ones, then heads, then any.
    `columns` holds each column's cells, its head among them.
    """
    chosen = [max(map(len, cells)) for cells in columns]
    whole = [_longest_piece(cells) for cells in columns]
    halved = list(whole)
    halved[whole.index(max(whole))] = (max(whole) + 1) // 2  # one word cut in two reads better than several
    headless = [min(least, _longest_piece(cells[1:])) for least, cells in zip(halved, columns, strict=True)]
    for least in (whole, halved, headless, [1] * len(columns)):
        while sum(chosen) > available:
            wide = [index for index, width in enumerate(chosen) if width > least[index]]
            if not wide:
                break
            chosen[max(wide, key=chosen.__getitem__)] -= 1
    return chosen


def height(columns: Sequence[Sequence[str]], chosen: Sequence[int]) -> int:
    """How many lines the table takes at these widths."""
    rows = zip(*columns, strict=True)
    return sum(max(len(fold(cell, width)) for cell, width in zip(row, chosen, strict=True)) for row in rows)


def _longest_piece(cells: Sequence[str]) -> int:
    return max((len(piece.rstrip()) for cell in cells for piece in _pieces(cell)), default=1)


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BREAK.split(text) if piece]
