"""The disk is full: what cannot be written is refused as a whole, and everything that is only read goes on."""

from pathlib import Path

import pytest

from tests.faults.fault_coverage import FaultCoverage
from tests.faults.namespaces import inside

_EXPECTED = {
    "repository": ("disk full seen", "acts that just fitted"),
    "runtime": ("log stopped at the end of the disk", "refusals without a lock"),
}


@pytest.mark.parametrize("which", _EXPECTED)
def test_a_disk_that_is_full(runtime: Path, tmp_path: Path, coverage: FaultCoverage, which: str) -> None:
    coverage.expects(*_EXPECTED[which])
    for line in inside("disk_full", str(tmp_path), which).splitlines():
        print(line)
        if line.startswith("hit "):
            _, times, what = line.split(" ", 2)
            coverage.saw(what, int(times == "True") if times in ("True", "False") else int(times))
