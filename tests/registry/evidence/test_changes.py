"""What differs is what `dvc metrics diff` and `dvc params diff` tell."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gto_daemon.registry.evidence.changes import changes, difference, differences, is_plain
from gto_daemon.registry.evidence.reading import read_metrics, read_params
from gto_daemon.registry.evidence.values import Value, Values
from tests.registry.evidence.real_dvc import RealDvc, as_text

_NAMES = st.sampled_from(["a", "b", "c d", "é"])
_VALUES = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.sampled_from(["x", "1", "[1]", "", 10**30, 1e308])
)
_FILES = st.dictionaries(
    _NAMES, _VALUES | st.lists(_VALUES, max_size=2) | st.dictionaries(_NAMES, _VALUES, max_size=3), max_size=4
)


@pytest.fixture(scope="module")
def dvc() -> Iterator[RealDvc]:
    real = RealDvc()
    yield real
    real.close()


def _told(before: Values, after: Values, *, unchanged: bool) -> dict[str, dict[str, Any]]:
    if unchanged:
        return {key: _without_special({**each}) for key, each in differences(before, after).items()}
    found = changes(before, after, "v1.0.0")
    assert {each["against"] for each in found.values()} <= {"v1.0.0"}
    return {
        key: _without_special({part: value for part, value in each.items() if part != "against"})
        for key, each in found.items()
    }


def _without_special(told: dict[str, Any]) -> dict[str, Any]:
    """Return a difference as DVC tells it, without the numbers that JSON does not have."""
    special = told.pop("special", {})
    assert all(told[side] is None for side in special)
    return told


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@settings(max_examples=300)
@given(_FILES, _FILES, st.sampled_from(["metrics", "params"]), st.booleans())
@example({"a": math.nan, "b": True}, {"a": math.nan, "b": 1}, "metrics", False)
@example({"a": [1]}, {"a": [1.0]}, "params", False)
@example({"a": None}, {}, "params", True)
def test_differences_are_those_of_dvc(
    dvc: RealDvc, before: dict[str, Any], after: dict[str, Any], what: str, unchanged: bool
) -> None:
    sides = json.dumps(before).encode(), json.dumps(after).encode()
    real = dvc.differences(what, "m.json", *sides, unchanged=unchanged)

    read = read_metrics if what == "metrics" else read_params
    ours = _told(*(read("m.json", side) for side in sides), unchanged=unchanged)

    expected = {
        f"m.json:{key}": {
            "from": _finite(each["old"]),
            "to": _finite(each["new"]),
            "difference": _finite(each.get("diff")),
        }
        for key, each in real.items()
    }
    assert as_text(dict(sorted(ours.items()))) == as_text(dict(sorted(expected.items())))


def test_changes_are_in_the_order_of_the_later_version() -> None:
    assert list(changes({"x": 1, "a": 1, "b": 1}, {"b": 2, "c": 1, "a": 2}, "v1.0.0")) == ["b", "c", "a", "x"]


@given(
    st.dictionaries(st.sampled_from("abc"), st.floats(-10, 10)),
    st.dictionaries(st.sampled_from("abc"), st.floats(-10, 10)),
)
@example({"a": 0.0}, {"a": -0.0})
@example({"a": 5e-324}, {"a": 0.0})
def test_changes_of_plain_values_are_those_of_any(before: dict[str, Value], after: dict[str, Value]) -> None:
    assert is_plain(before)
    quick = changes(before, after, "v1.0.0", plain=True)
    assert quick == changes(before, after, "v1.0.0")
    assert list(quick) == list(changes(before, after, "v1.0.0"))


@pytest.mark.parametrize("value", [1, True, "1", None, math.inf, math.nan, 1e301, [1.0]])
def test_what_is_no_float_with_a_finite_difference_is_not_plain(value: Value) -> None:
    assert not is_plain({"a": value})


def test_an_integer_beyond_all_floats_has_no_difference_to_one() -> None:
    assert difference(10**400, 0.5) == {"from": 10**400, "to": 0.5, "difference": None}
    assert difference(10**400, 10**400 + 1)["difference"] == 1


def test_a_file_with_one_value_differs_from_none() -> None:
    assert differences({}, {"accuracy.txt": 0.5}) == {"accuracy.txt": {"from": None, "to": 0.5, "difference": None}}
