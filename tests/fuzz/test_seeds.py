"""Whatever the fuzzer once found, and what it begins with, without the fuzzer; and the reference itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.grammar import printed, reference
from tests.fuzz.properties import PROPERTIES
from tests.registry.strategies import ARTIFACTS, COUNTERS, NAMES, VERSIONS

_SEEDS = sorted((Path(__file__).parent / "seeds").glob("*/*"))


@pytest.mark.parametrize("seed", _SEEDS, ids=lambda seed: f"{seed.parent.name}-{seed.name}")
def test_what_once_broke_a_property_does_not_again(seed: Path) -> None:
    PROPERTIES[seed.parent.name](seed.read_bytes())


def test_every_property_has_seeds() -> None:
    assert {seed.parent.name for seed in _SEEDS} == set(PROPERTIES)


@given(st.sampled_from(sorted(PROPERTIES)), st.binary(max_size=200))
def test_they_hold_for_any_bytes(name: str, data: bytes) -> None:
    PROPERTIES[name](data)


@given(
    ARTIFACTS,
    VERSIONS,
    NAMES,
    COUNTERS,
    st.sampled_from(["registration", "deregistration", "assignment", "unassignment", "deprecation", None]),
)
def test_the_reference_reads_what_it_prints(
    artifact: str, version: str, stage: str, counter: int | None, kind: str | None
) -> None:
    said = (
        artifact,
        kind,
        version if kind in ("registration", "deregistration") else None,
        stage if kind in ("assignment", "unassignment") else None,
        counter,
    )
    assert reference(printed(*said)) == said
    PROPERTIES["tag_names"](printed(*said).encode())


@pytest.mark.parametrize(
    "wrong", ["a@v1.0.0-01", "a#prod!!", "-a#p", "a@1.0.0", "a#prod#", "a=b=c#p", "a@created!", "a@v1.0.0 "]
)
def test_the_reference_refuses(wrong: str) -> None:
    assert reference(wrong) is None
