"""Twenty starters after a kill, and a daemon of a newer protocol in our place.

Starters without a kill before them are in `tests/daemon/lifecycle/test_one_daemon.py` and
`tests/client/test_starting.py`, the words of a mismatch in `tests/rpc/test_sessions.py`, other releases in
`test_releases_meet.py`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import Client, DaemonUnavailable
from tests.builders import RepositoryBuilder
from tests.faults.daemon import Asker, Daemon, connected, request
from tests.faults.fault_coverage import FaultCoverage
from tests.faults.leak_checks import check_index, check_nothing_is_left

_ASK = """
import sys
from gto_daemon.client import Client
with Client.connect() as client:
    pid = client.call("gto/status")["pid"]
    print(pid, len(client.call("gto/show", {"repo": sys.argv[1]})["artifacts"]))
"""


def test_twenty_starters_race_after_a_kill(
    daemon: Daemon, registry: RepositoryBuilder, coverage: FaultCoverage
) -> None:
    coverage.expects("starters", "stale sockets", "answers by one daemon")
    daemon.start()
    daemon.kill()
    coverage.saw("stale sockets", (daemon.runtime / "gtod.sock").is_socket())
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", _ASK, str(registry.path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(20)
    ]
    coverage.saw("starters", len(starters))
    said = [starter.communicate(timeout=120) for starter in starters]
    assert len({out for out, _ in said}) == 1, said
    assert said[0][0].split()[1] == "2", said
    coverage.saw("answers by one daemon", len(said))
    check_index(registry.path)
    assert client.stop()
    check_nothing_is_left(daemon.runtime, registry.path)


def test_a_daemon_of_a_newer_protocol_is_in_our_place(
    runtime: Path, registry: RepositoryBuilder, tmp_path: Path, coverage: FaultCoverage
) -> None:
    coverage.expects("clients told of the mismatch", "answers to who does not mind", "daemons replaced")
    odd = Daemon(runtime, str(Path(__file__).with_name("odd_daemon.py")), "7", "0.0.9", str(tmp_path / "none"))
    repo = str(registry.path)
    odd.start()
    try:
        # One that did not introduce itself goes on to be answered, however often others are told to go.
        asker = Asker(runtime, repo)
        asker.start()
        for _ in range(3):
            with (
                pytest.raises(DaemonUnavailable, match="The client is the older one"),
                Client.connect() as connection,
            ):
                connection.call("gto/show", {"repo": repo})
            coverage.saw("clients told of the mismatch")
        with connected(runtime) as connection:
            connection.sendall(request(1, "gto/show", repo=repo))
            assert b'"churn"' in connection.makefile("rb").readline()
        without = subprocess.run(
            [sys.executable, "-m", "gto_daemon", "--no-daemon", "show", "--json"],
            cwd=repo, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "churn" in without.stdout
        replaced = subprocess.run(
            [sys.executable, "-m", "gto_daemon", "restart"], capture_output=True, text=True, check=False
        )
        assert replaced.returncode == 0, replaced.stderr
        assert odd.process.wait(timeout=60) == 0
        coverage.saw("daemons replaced")
        asker.end()
        coverage.saw("answers to who does not mind", len(asker.answers))
        check_index(registry.path)
        assert client.stop()
    finally:
        if odd.process.poll() is None:
            os.kill(odd.pid, signal.SIGKILL)
            odd.process.wait()
    check_nothing_is_left(runtime, registry.path)
