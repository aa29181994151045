"""Hundreds of random histories: GTO and we tell the same story about each."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.differential.compare import Tally, compare_history
from tests.differential.strategies import Sample, samples
from tests.oracle.real_gto import Oracle

#: Fewer agreeing histories than this prove nothing.
ENOUGH = 200


@pytest.mark.timeout(3600)
def test_random_histories_read_as_gto_reads_them(oracle: Oracle, request: pytest.FixtureRequest) -> None:
    count: int = request.config.getoption("--histories")
    at_random: bool = request.config.getoption("--random-histories")
    tally = Tally()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        derandomize=not at_random,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(samples())
    def compare(sample: Sample) -> None:
        nonlocal tally
        tally += compare_history(sample.history, sample.questions, oracle, looks=sample.looks)

    run: Callable[[], None] = compare
    run()
    # One test that is asked for by its own name is somebody at work, with as few histories as they like.
    by_name = any("::" in argument for argument in request.config.args)
    tally.check(histories=0 if by_name else ENOUGH)
