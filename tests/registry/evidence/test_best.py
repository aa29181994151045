"""The best version is the one that a reader of the numbers would choose."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.errors import RegistryError
from gto_daemon.registry.evidence.best import Wanted, best_version, parse_best, parse_wanted

_MAX = Wanted("max", "auc")
_VALUES = st.integers() | st.floats() | st.booleans() | st.none() | st.text(max_size=2)


def _best(*values: Any, wanted: Wanted = _MAX) -> Any:
    """Choose from v3.0.0, v2.0.0, … with these values."""
    versions = [(f"v{len(values) - n}.0.0", {"m.json:auc": value}) for n, value in enumerate(values)]
    return best_version("churn", wanted, versions)


def test_the_greatest_or_the_least_is_best() -> None:
    assert _best(0.5, 0.9, 0.7) == {
        "asked": "max:auc",
        "key": "m.json:auc",
        "version": "v2.0.0",
        "value": 0.9,
        "runner_up": "v1.0.0",
        "runner_up_value": 0.7,
    }
    assert _best(0.5, 0.9, 0.7, wanted=Wanted("min", "m.json:auc"))["version"] == "v3.0.0"


@pytest.mark.parametrize("direction", ["max", "min"])
def test_of_equal_ones_the_greater_version_is_best(direction: Any) -> None:
    best = _best(1, 1.0, 1, wanted=Wanted(direction, "auc"))

    assert (best["version"], best["runner_up"]) == ("v3.0.0", "v2.0.0")


@given(st.lists(_VALUES, min_size=1, max_size=6), st.sampled_from(["max", "min"]))
def test_only_finite_numbers_count(values: list[Any], direction: Any) -> None:
    numbers = [v for v in values if type(v) is int or (type(v) is float and math.isfinite(v))]
    if not numbers:
        with pytest.raises(RegistryError) as refused:
            _best(*values, wanted=Wanted(direction, "auc"))
        assert refused.value.kind == "VersionRequired"
        return

    best = _best(*values, wanted=Wanted(direction, "auc"))

    assert best["value"] == (max if direction == "max" else min)(numbers)
    assert best["version"] == f"v{len(values) - values.index(best['value'])}.0.0" or isinstance(
        values[values.index(best["value"])], bool
    )
    assert (best["runner_up"] is None) == (len(numbers) == 1)


def test_a_version_without_the_metric_does_not_count() -> None:
    versions: Any = [("v2.0.0", {}), ("v1.0.0", {"m.json:auc": 10**400})]

    assert best_version("churn", _MAX, versions)["version"] == "v1.0.0"


@pytest.mark.parametrize(
    ("versions", "key", "kind"),
    [
        ([], "auc", "VersionRequired"),
        ([("v1.0.0", {})], "auc", "NoSuchKey"),
        ([("v1.0.0", {"a.json:auc": 1})], "loss", "NoSuchKey"),
        ([("v2.0.0", {"a.json:auc": 1}), ("v1.0.0", {"b.json:auc": 1})], "auc", "AmbiguousKey"),
    ],
)
def test_what_is_not_there_is_refused(versions: Any, key: str, kind: str) -> None:
    with pytest.raises(RegistryError) as refused:
        best_version("churn", Wanted("max", key), versions)

    assert refused.value.kind == kind


def test_shortcuts_are_parsed() -> None:
    assert parse_best("some/dir:churn@max:metrics.json:train.loss") == (
        "some/dir:churn",
        Wanted("max", "metrics.json:train.loss"),
    )
    assert parse_best("churn@min:a@b") == ("churn", Wanted("min", "a@b"))
    assert str(parse_wanted("min:loss")) == "min:loss"
    for other in ("churn", "churn@latest", "churn@v1.2.3", "churn#prod", "some/dir:churn", "@max:auc", "churn@maximum"):
        assert parse_best(other) is None


@pytest.mark.parametrize("text", ["churn@best:auc", "churn@max:", "churn@min", "churn@Max:auc", "churn@latest:auc"])
def test_what_looks_like_a_shortcut_is_refused(text: str) -> None:
    with pytest.raises(RegistryError) as refused:
        parse_best(text)

    assert refused.value.kind == "WrongArgs"
