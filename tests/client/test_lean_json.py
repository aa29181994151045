"""The lean JSON is that of the standard library."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.client.lean_json import compact, indented, parsed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


@given(VALUES)
def test_it_is_the_json_of_the_standard_library(value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"))
    assert compact(value) == text
    assert indented(value) == json.dumps(value, indent=4)
    assert parsed(text) == json.loads(text)


def test_tuples_odd_numbers_and_halves_of_characters_too() -> None:
    value = {"a": (1, (), {}), "b": [math.inf, 1e400, -0.0, 10**30], "c\udcff": "\ud800"}
    assert compact(value) == json.dumps(value, separators=(",", ":"))
    assert indented(value) == json.dumps(value, indent=4)
    assert parsed(compact(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("text", ["", "{", "[1,]", '{"a":1} {}', "1 2", '"\x00"', "tru"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises((ValueError, StopIteration)):
        parsed(text)
