"""What keys of `params` select is what the real DVC selects."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gto_daemon.registry.evidence.reading import read_params
from gto_daemon.registry.evidence.values import UnreadableEvidenceError
from tests.registry.evidence.real_dvc import RealDvc, as_text, flattened

_NAMES = st.sampled_from(["a", "b", "ab", "a.b", "0", "1", "-1", "*", ""])
_LEAVES = st.integers(0, 3) | st.none() | st.just("x")
_MAPPINGS = st.recursive(
    st.dictionaries(_NAMES, _LEAVES, max_size=4),
    lambda inner: st.dictionaries(_NAMES, inner | _LEAVES, max_size=4),
    max_leaves=8,
)
_WITH_LISTS = st.dictionaries(
    _NAMES,
    st.recursive(
        _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=8
    ),
    max_size=4,
)
_PARTS = st.sampled_from(["a", "b", "ab", "0", "1", "-1", "*", "a*", "?", "[ab]", "[!a]", "", "+1", "1_0", "**"])
_KEYS = st.lists(_PARTS, min_size=1, max_size=4).map(".".join).filter(lambda key: key.split(".").count("**") < 2)


@pytest.fixture(scope="module")
def dvc() -> Iterator[RealDvc]:
    real = RealDvc()
    yield real
    real.close()


def _check(dvc: RealDvc, config: dict[str, Any], keys: list[str]) -> None:
    data = json.dumps(config).encode()
    real = dvc.params("p.json", data, keys)

    assert real is not None
    assert as_text(read_params("p.json", data, keys)) == as_text(flattened("p.json", real) if real else {})


@settings(max_examples=300)
@given(_MAPPINGS, st.lists(_KEYS, min_size=1, max_size=3))
@example({"b": {"x": 1}, "a": {"y": 2, "x": 3}}, ["a.x", "b", "a.y"])
@example({"a": {"c": {"d": 1, "e": 2}, "b": 3}}, ["a.c.e", "a.b", "a"])
def test_keys_are_merged_as_dvc_merges_them(dvc: RealDvc, config: dict[str, Any], keys: list[str]) -> None:
    _check(dvc, config, keys)


@settings(max_examples=300)
@given(_WITH_LISTS, _KEYS)
@example({"a": [1, 2, 3]}, "a.1")
@example({"a": [1, {"b": 2}]}, "a.-1.b")
@example({"a": [1, [2, 3]]}, "**.1")
def test_items_of_lists_are_selected_as_dvc_selects_them(dvc: RealDvc, config: dict[str, Any], key: str) -> None:
    _check(dvc, config, [key])


def test_a_list_that_two_keys_select_is_there_once(dvc: RealDvc) -> None:
    data, keys = b'{"train": {"layers": [64, 32]}}', ["train", "train.layers"]

    assert dvc.params("p.json", data, keys) == {"train": {"layers": [64, 32, 64, 32]}}
    assert read_params("p.json", data, keys) == {"p.json:train.layers": [64, 32]}


def test_much_work_is_refused_in_bounded_time() -> None:
    data = json.dumps({f"a{number}": number for number in range(15_000)}).encode()
    start = time.process_time()

    with pytest.raises(UnreadableEvidenceError, match="wildcards"):
        read_params("p.json", data, [f"*a*{number}*" for number in range(2_000)])
    with pytest.raises(UnreadableEvidenceError, match="searched"):
        read_params("p.json", data, ["a.**.b.**"])

    assert time.process_time() - start < 5
