"""The limits of inotify are reached: said in the status with the remedy, and polling takes over."""

from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_nothing_is_left
from tests.faults.namespaces import inside


@pytest.mark.parametrize(
    ("which", "limit"),
    [
        ("max_inotify_instances", "0"),
        ("max_inotify_watches", "3"),
        ("max_inotify_watches", "5"),
    ],
    ids=["no instance", "three watches", "enough until there is a new folder"],
)
def test_a_limit_of_inotify_is_reached(
    runtime: Path, registry: RepositoryBuilder, coverage: FaultCoverage, which: str, limit: str
) -> None:
    coverage.expects("refusals of a watch seen in the log")
    told = inside("inotify_limits", str(registry.path), which, limit)
    coverage.saw("refusals of a watch seen in the log", sum(int(line.split()[1]) for line in told.splitlines()))
    check_nothing_is_left(runtime, registry.path)
