"""Tables: columns and rows, drawn for a terminal or written plainly for grep and awk."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gto_daemon.cli.printing import one_line, write
from gto_daemon.cli.wrapping import fold, height, widths
from gto_daemon.visible import visible

#: GTO 1.10.1's word for an empty table.
NOTHING = "Nothing found in the current workspace"

#: The frame above, below the head and below, and the bar between cells: tabulate's `fancy_outline`, which GTO draws
#: with, and plain ASCII.
_OUTLINE = ("╒═╤╕", "╞═╪╡", "╘═╧╛", "│")
_ASCII = ("+-++", "+-++", "+-++", "|")
_BOLD, _DIM, _NORMAL = "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns; None is drawn as `-`."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]


def print_table(table: Table, *, plain: bool) -> None:
    """Print it to stdout, folded to the terminal's width; as wide as needed elsewhere."""
    # Metrics are columns, and their names are others' as well.
    columns = [visible(one_line(name)) for name in table.columns]
    table = Table(columns, [[None if cell is None else visible(cell) for cell in row] for row in table.rows])
    if not table.rows:
        write(NOTHING)
    elif plain:
        write(plain_table(table))
    else:
        terminal = sys.stdout.isatty()
        write(
            fancy_table(
                table,
                width=terminal_width() if terminal else None,
                styled=terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
                ascii_only=not (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf"),
            ),
            color=True,
            nl=False,
        )


def terminal_width() -> int:
    """Return the columns of the terminal behind stdout, or of `COLUMNS`."""
    import shutil

    return shutil.get_terminal_size().columns


def plain_table(table: Table) -> str:
    """Columns two blanks apart, byte for byte as tabulate's `plain` gives them to GTO (headers padded by two)."""
    lines = [[cell if cell is not None else "-" for cell in row] for row in table.rows]
    widths = [max(len(column) + 2, *(len(line[index]) for line in lines)) for index, column in enumerate(table.columns)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [list(table.columns), *lines]
    )


def fancy_table(table: Table, *, width: int | None, styled: bool, ascii_only: bool = False) -> str:
    """Return the table in GTO's box; where its words do not fit side by side, a line for each cell.

    Drawn here, because rich takes six seconds for 18,000 rows, and 40 ms to be imported.

    Args:
        table: at least one row.
        width: columns to fold long cells to; None: as wide as it needs to be.
        styled: whether to make the head bold and the frame dim.
        ascii_only: for terminals without box characters.

    """
    rows = [list(table.columns), *([cell if cell is not None else "-" for cell in row] for row in table.rows)]
    bold, dim, normal = (_BOLD, _DIM, _NORMAL) if styled else ("", "", "")
    layout = _layout(list(zip(*rows, strict=True)), width)
    if layout is None:
        head, *body = rows
        longest = max(map(len, head))
        return "\n".join(
            "".join(f"{bold}{name.ljust(longest)}{normal}  {cell}\n" for name, cell in zip(head, row, strict=True))
            for row in body
        )
    padding, chosen = layout
    *frames, bar = _ASCII if ascii_only else _OUTLINE
    above, below_head, below = (_frame(frame, [limit + 2 * padding for limit in chosen]) for frame in frames)
    bar = f"{dim}{bar}{normal}"
    drawn_head, *drawn = (_drawn(row, chosen, " " * padding) for row in rows)
    lines = [dim + above + normal]
    lines += [bar + bar.join(f"{bold}{cell}{normal}" for cell in line) + bar for line in drawn_head]
    lines.append(dim + below_head + normal)
    lines += [bar + bar.join(line) + bar for row in drawn for line in row]
    lines.append(dim + below + normal)
    return "\n".join(lines) + "\n"


def _drawn(row: Sequence[str], chosen: Sequence[int], blank: str) -> list[list[str]]:
    """Return the lines of one row: its cells folded, and filled up to the widths."""
    folded = [fold(cell, limit) for cell, limit in zip(row, chosen, strict=True)]
    return [
        [blank + text.ljust(limit) + blank for text, limit in zip(line, chosen, strict=True)]
        for line in zip_longest(*folded, fillvalue="")
    ]


def _frame(characters: str, fields: Sequence[int]) -> str:
    left, line, crossing, right = tuple(characters)
    return left + crossing.join(line * field for field in fields) + right


def _layout(columns: Sequence[Sequence[str]], width: int | None) -> tuple[int, list[int]] | None:
    """Padding and column widths: GTO's single blanks unless the table gets shorter without them."""
    natural = [max(map(len, cells)) for cells in columns]
    if width is None or sum(natural) + 3 * len(columns) + 1 <= width:
        return 1, natural
    padded, bare = (widths(columns, width - (2 * padding + 1) * len(columns) - 1) for padding in (1, 0))
    if bare is None:
        return None
    if padded is not None and height(columns, padded) <= height(columns, bare):
        return 1, padded
    return 0, bare
