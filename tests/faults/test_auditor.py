"""A random walk of everything that happens to a repository, audited after every step.

`make soak` walks for longer, see `tests/faults/test_soak.py`.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.faults.auditor.audit import Auditor
from tests.faults.auditor.walk import STEPS
from tests.faults.conftest import LONG
from tests.faults.daemon import Daemon
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_nothing_is_left

_NUMBERS = st.integers(min_value=0, max_value=1000)


class AuditedLife(RuleBasedStateMachine):
    """Steps in any order; `coverage` counts over all lives."""

    coverage: ClassVar[FaultCoverage]

    @initialize()
    def begin(self) -> None:
        self.auditor = Auditor(Path(tempfile.mkdtemp(prefix="gtod-audit-")), self.coverage)

    @rule(name=st.sampled_from(STEPS), first=_NUMBERS, second=_NUMBERS)
    def step(self, name: str, first: int, second: int) -> None:
        self.auditor.step(name, first, second)
        self.auditor.check()

    @rule(steps=st.lists(st.tuples(st.sampled_from(STEPS), _NUMBERS, _NUMBERS), min_size=2, max_size=6))
    def steps_at_once(self, steps: list[tuple[str, int, int]]) -> None:
        """Several before anybody looks, so that one delta holds all of them."""
        silent = False
        for name, first, second in steps:
            self.auditor.step(name, first, second)
            silent = silent or self.auditor.walk.silent
        self.auditor.walk.silent = silent
        self.auditor.check()

    @precondition(lambda self: len(self.auditor.walk.checkouts) > 1)
    @rule()
    def look_at_the_other_checkout(self) -> None:
        self.auditor.check_linked()

    def teardown(self) -> None:
        if hasattr(self, "auditor"):
            self.auditor.close()


@pytest.fixture
def serving(daemon: Daemon) -> Iterator[Daemon]:
    yield daemon.start()
    daemon.stop()
    check_nothing_is_left(daemon.runtime)


def test_the_index_is_what_git_lists_after_every_step(serving: Daemon, coverage: FaultCoverage) -> None:
    coverage.expects("steps", "checks", "acts done")
    AuditedLife.coverage = coverage
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        AuditedLife,
        settings=settings(
            max_examples=100 if LONG else 6,
            stateful_step_count=50 if LONG else 20,
            deadline=None,
            # Shrinking is for people, who run it with FAULTS=long; the walk is told either way.
            phases=tuple(Phase) if LONG else (Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
