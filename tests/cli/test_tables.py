"""Tables are drawn in GTO's box, fold to a width, and carry no escape codes unless styled."""

import re

import pytest

from gto_daemon.cli.tables import Table, fancy_table, plain_table

SMALL = Table(("name", "latest"), [("churn", "v3.1.0"), ("segment", None)])
HISTORY = Table(
    ("timestamp", "artifact", "event", "version", "stage", "commit", "ref"),
    [
        ("2023-09-04 07:59:49+00:00", "churn", "assignment", "v3.1.0", "dev", "c092d7b", "churn#dev#4"),
        ("2023-09-04 07:53:33+00:00", "a/rather/long:name", "registration", "v10.20.30-rc.1", None, "c092d7b", "r@v1"),
    ],
)


def test_a_fancy_table_has_gto_s_frame() -> None:
    assert fancy_table(SMALL, width=None, styled=False) == (
        "╒═════════╤════════╕\n"
        "│ name    │ latest │\n"
        "╞═════════╪════════╡\n"
        "│ churn   │ v3.1.0 │\n"
        "│ segment │ -      │\n"
        "╘═════════╧════════╛\n"
    )


def test_a_terminal_without_box_characters_gets_ascii() -> None:
    drawn = fancy_table(SMALL, width=None, styled=False, ascii_only=True)
    assert drawn.isascii()
    assert "| churn" in drawn


def test_a_table_whose_words_do_not_fit_side_by_side_has_a_line_for_each_cell() -> None:
    drawn = fancy_table(HISTORY, width=60, styled=False)
    first, second = drawn.split("\n\n")
    assert first == (
        "timestamp  2023-09-04 07:59:49+00:00\n"
        "artifact   churn\n"
        "event      assignment\n"
        "version    v3.1.0\n"
        "stage      dev\n"
        "commit     c092d7b\n"
        "ref        churn#dev#4"
    )
    assert "stage      -\n" in second
    assert second.endswith("ref        r@v1\n")


@pytest.mark.parametrize("width", [75, 80, 100, 160])
def test_a_table_folds_to_the_width_and_loses_no_character(width: int) -> None:
    drawn = fancy_table(HISTORY, width=width, styled=False)
    assert drawn.startswith("╒")
    assert max(map(len, drawn.splitlines())) <= width
    columns = zip(*(line.split("│")[1:-1] for line in drawn.splitlines() if "│" in line), strict=True)
    folded = ["".join(cell.strip() for cell in column) for column in columns]
    for index, column in enumerate(HISTORY.columns):
        cells = "".join(row[index] or "-" for row in HISTORY.rows).replace(" ", "")
        assert folded[index].replace(" ", "") == column + cells


def test_without_a_width_nothing_is_folded() -> None:
    long = Table(("name",), [("x" * 5000,)])
    assert "x" * 5000 in fancy_table(long, width=None, styled=False)


def test_only_a_styled_table_has_escape_codes() -> None:
    assert "\x1b" not in fancy_table(SMALL, width=80, styled=False)
    styled = fancy_table(SMALL, width=80, styled=True)
    assert "\x1b[1m name    \x1b[0m" in styled
    assert re.sub(r"\x1b\[\dm", "", styled) == fancy_table(SMALL, width=80, styled=False)


def test_missing_cells_are_dashes_in_plain_tables_too() -> None:
    assert plain_table(SMALL) == "name     latest\nchurn    v3.1.0\nsegment  -"
