"""Cells break between words and never within one, and columns give way in a sensible order."""

import pytest

from gto_daemon.cli.wrapping import fold, height, widths


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("churn@v3.1.0", 12, "churn@v3.1.0"),
        ("churn@v3.1.0", 8, "churn\n@v3.1.0"),
        ("churn#prod#3", 10, "churn#prod\n#3"),
        ("2023-09-04 07:59:49+00:00", 24, "2023-09-04 07:59:49\n+00:00"),
        ("2023-09-04 07:59:49+00:00", 15, "2023-09-04\n07:59:49+00:00"),
        ("2023-09-04 07:59:49+00:00", 10, "2023-09-04\n07:59:49\n+00:00"),
        ("v10.20.30-rc.1 x", 14, "v10.20.30-rc.1\nx"),
        ("dev, staging", 8, "dev,\nstaging"),
        ("some/dir=model@v1.0.0", 9, "some/dir=\nmodel\n@v1.0.0"),
        ("a abcdefgh", 8, "a\nabcdefgh"),
        ("", 5, ""),
    ],
)
def test_a_cell_folds_at_its_parts(text: str, width: int, expected: str) -> None:
    assert "\n".join(fold(text, width)) == expected


def test_columns_that_fit_stay_as_wide_as_their_longest_cell() -> None:
    assert widths([["a", "bbb"], ["cc", "d"]], 80) == [3, 2]


def test_the_widest_column_gives_way_first_and_keeps_its_parts_whole() -> None:
    columns = [["timestamp", "2023-09-04 07:59:49+00:00"], ["event", "registration"]]
    assert widths(columns, 30) == [18, 12]
    assert widths(columns, 22) == [10, 12]


def test_no_column_gets_narrower_than_its_longest_word() -> None:
    columns = [["timestamp", "2023-09-04 07:59:49+00:00"], ["event", "registration"]]
    assert widths(columns, 21) is None


def test_height_counts_the_lines_of_the_highest_cell_of_each_row() -> None:
    assert height([["a", "churn@v1.0.0"], ["b", "x"]], [7, 1]) == 3
