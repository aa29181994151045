"""How a table that is too wide folds: where a cell may break, and how wide each column gets.

A tag breaks before its `@` or `#`, a time before its hour and its zone, a path after a slash; a word never does. All
text is ASCII by GTO's grammar (and as dates and object ids are), so a character is a column.
"""

import re
from collections.abc import Sequence

#: After a blank or a slash; before a tag's separators or a zone.
_BREAK = re.compile(r"(?<=[ /=])|(?=[@#+])")


def fold(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` characters, with as few breaks as greedy filling gives.

    Args:
        text: a cell.
        width: at least that of its longest word.

    """
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and len((lines[-1] + piece).rstrip()) > width:
            lines.append(piece)
        else:
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def widths(columns: Sequence[Sequence[str]], available: int) -> list[int] | None:
    """Return how wide each column becomes, the widest narrowed first; None where the words do not fit side by side.

    Args:
        columns: each column's cells, its head among them.
        available: how many characters they may take together.

    """
    chosen = [max(map(len, cells)) for cells in columns]
    least = [max((len(piece.rstrip()) for cell in cells for piece in _pieces(cell)), default=1) for cells in columns]
    if sum(least) > available:
        return None
    while sum(chosen) > available:
        wide = [index for index, width in enumerate(chosen) if width > least[index]]
        chosen[max(wide, key=chosen.__getitem__)] -= 1
    return chosen


def height(columns: Sequence[Sequence[str]], chosen: Sequence[int]) -> int:
    """Return how many lines the table takes at these widths."""
    rows = zip(*columns, strict=True)
    return sum(max(len(fold(cell, width)) for cell, width in zip(row, chosen, strict=True)) for row in rows)


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BREAK.split(text) if piece]
