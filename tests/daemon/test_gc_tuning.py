"""What the first reading makes is frozen where that is much, and never what happens to be garbage besides."""

import gc
from collections.abc import Iterator

import pytest

from gto_daemon.daemon.gc_tuning import gc_paused, unfreeze


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    # A hub of an earlier test may still be reading in its thread, which has the collector off for so long.
    gc.enable()
    unfreeze()
    yield
    unfreeze()


def test_much_is_frozen() -> None:
    with gc_paused(True):
        held = [[number] for number in range(100_000)]
    assert gc.get_freeze_count() >= len(held)
    assert gc.isenabled()


def test_little_is_not() -> None:
    for _ in range(20):
        with gc_paused(True):
            held = [[number] for number in range(1000)]
        assert len(held) == 1000
    assert gc.get_freeze_count() == 0


def test_what_is_no_first_reading_is_not() -> None:
    with gc_paused(False):
        held = [[number] for number in range(100_000)]
    assert len(held) == 100_000
    assert gc.get_freeze_count() == 0
