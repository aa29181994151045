"""Numbers as people read them."""

import math

import pytest

from gto_daemon.readable_values import readable_difference, readable_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.93412, "0.9341"),
        (0.9, "0.9"),
        (1.0, "1"),
        (-0.0, "0"),
        (12345.678, "12346"),
        (999.96, "1000"),
        (0.000012345, "1.234e-05"),
        (1.2345e12, "1.234e+12"),
        (1234567, "1234567"),
        (10**400, "Infinity"),
        (-(10**20), "-1e+20"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (True, "true"),
        (None, "null"),
        ("two\nlines", "two lines"),
        ("x" * 100, "x" * 60 + "…"),
        ([1, "é"], '[1, "é"]'),
    ],
)
def test_a_value(value: object, text: str) -> None:
    assert readable_value(value) == text


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.934 - 0.922, "+0.012"), (-3, "-3"), (0.0, "±0"), (0, "±0"), (1e-9, "+1e-09"), (math.inf, "+Infinity")],
)
def test_a_difference(difference: float, text: str) -> None:
    assert readable_difference(difference) == text
