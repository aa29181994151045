"""Tables: columns and rows, drawn for a terminal or written plainly for grep and awk."""

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from gto_daemon.cli.folding import fold, height, widths

#: GTO 1.10.1's word for an empty table.
NOTHING = "Nothing found in the current workspace"

#: tabulate's `fancy_outline`, which GTO draws with.
_OUTLINE = "╒═╤╕\n│ ││\n╞═╪╡\n│ ││\n├─┼┤\n├─┼┤\n│ ││\n╘═╧╛\n"

#: Wide enough for any table that goes to a pipe, where nothing is folded.
_UNFOLDED = 100_000


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns; None is drawn as `-`."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]


def print_table(table: Table, *, plain: bool) -> None:
    """Print it to stdout, folded to the terminal's width; as wide as needed elsewhere."""
    if not table.rows:
        click.echo(NOTHING)
    elif plain:
        click.echo(plain_table(table))
    else:
        terminal = sys.stdout.isatty()
        click.echo(
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
    """The columns of the terminal behind stdout, or of `COLUMNS`."""
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
    """The table in GTO's box, ending in a line end.

    Args:
        table: at least one row.
        width: columns to fold long cells to; None: as wide as it needs to be.
        styled: whether to make the head bold and the frame dim.
        ascii_only: for terminals without box characters.

    """
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawing
    from rich.text import Text

    cells = [[cell if cell is not None else "-" for cell in row] for row in table.rows]
    columns = list(zip(table.columns, *cells, strict=True))
    padding, chosen = _layout(columns, width)
    drawing = Drawing(
        box=box.ASCII if ascii_only else box.Box(_OUTLINE),
        header_style="bold",
        border_style="dim",
        safe_box=False,
        padding=(0, padding),
    )
    for name, limit in zip(table.columns, chosen, strict=True):
        drawing.add_column(Text(fold(name, limit)), width=limit, no_wrap=True, overflow="crop")
    for row in cells:
        drawing.add_row(*(Text(fold(cell, limit)) for cell, limit in zip(row, chosen, strict=True)))
    out = io.StringIO()
    console = Console(
        file=out,
        width=_UNFOLDED,
        color_system="standard" if styled else None,
        force_terminal=styled,
        legacy_windows=False,
        _environ={},
    )
    console.print(drawing)
    return out.getvalue()


def _layout(columns: Sequence[Sequence[str]], width: int | None) -> tuple[int, list[int]]:
    """Padding and column widths: GTO's single blanks unless the table gets shorter without them."""
    found = []
    for padding in (1, 0):
        frame = len(columns) * (2 * padding + 1) + 1
        chosen = widths(columns, (width or _UNFOLDED) - frame)
        found.append((height(columns, chosen), padding, chosen))
        if found[0][0] == len(columns[0]):
            break  # nothing is folded
    _lines, padding, chosen = min(found, key=lambda each: each[0])
    return padding, chosen
