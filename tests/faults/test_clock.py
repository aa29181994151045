"""The clock jumps, forwards and backwards: nothing is missed, and what is written has the time that the clock tells.

Times of files come from the machine, times to compare them with from the daemon, and the two part.
"""

from pathlib import Path

import pytest

from gto_daemon.client import Client
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Daemon
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_index, check_nothing_is_left

_HOUR, _DECADE = 3600.0, 10 * 365.25 * 86_400.0


@pytest.mark.parametrize("listened", [False, True], ids=["asked", "followed"])
def test_the_clock_jumps(
    runtime: Path, registry: RepositoryBuilder, tmp_path: Path, coverage: FaultCoverage, listened: bool
) -> None:
    coverage.expects("jumps", "changes seen", "acts dated by the clock that jumped")
    clock = tmp_path / "clock"
    daemon = Daemon(runtime, str(Path(__file__).with_name("odd_daemon.py")), "", "", str(clock)).start()
    repo = str(registry.path)
    try:
        with Client.connect(start=False, timeout=60) as client:
            if listened:
                client.call("gto/subscribe", {"repo": repo})
            for turn, ahead in enumerate((0.0, _HOUR, -_HOUR, _DECADE, 0.5, -0.5, -_DECADE, 0.0)):
                beside = tmp_path / "clock~"
                beside.write_text(str(ahead))
                beside.rename(clock)
                coverage.saw("jumps")
                # Two changes of one name, one right after the other, between two looks.
                for number in range(3):
                    name = f"during{turn}@v1.{number}.0"
                    registry.tag(name, message="first")
                    registry.tag(name, message="second")
                    events = client.call("gto/history", {"repo": repo})["events"]
                    assert [row["message"] for row in events if row["ref"] == name] == ["second"]
                    coverage.saw("changes seen")
                answer = client.call("gto/register", {"repo": repo, "name": f"made{turn}", "ref": "HEAD"})
                check_index(registry.path)
                dated = int(registry.git("for-each-ref", "--format=%(taggerdate:unix)", f"refs/tags/made{turn}@v0.0.1"))
                assert answer["created"][0]["oid"] == registry.git("rev-parse", f"made{turn}@v0.0.1")
                coverage.saw("acts dated by the clock that jumped", dated > 0)
        daemon.stop()
        check_nothing_is_left(runtime, registry.path)
    finally:
        daemon.kill()
