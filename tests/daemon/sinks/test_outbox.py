"""The outbox: what was enqueued stays, in order, whatever happens to the process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon.daemon.sinks.outbox import MAX_DELIVERED, Outbox
from gto_daemon.daemon.sinks.outbox_tables import Enqueued
from gto_daemon.registry.errors import RegistryError


def event(number: int, artifact: str = "churn", body: bytes = b"{}") -> Enqueued:
    ref = f"{artifact}@v{number}.0.0"
    return Enqueued(f"evt_{number}", "version.registered", "mlops", artifact, None, ref, f"{number:040}", body)


def everything(_repository: str, _artifact: str, _stage: str | None, _kind: str) -> bool:
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gtod" / "outbox" / "outbox.sqlite"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    outbox = Outbox(path)
    outbox.open()
    yield outbox
    outbox.close()


def test_lanes_are_claimed_by_their_oldest_event(outbox: Outbox) -> None:
    outbox.configure(["a"])
    outbox.record([event(1), event(2, "segment"), event(3), event(4, "other")])
    outbox.distribute("a", everything)
    assert [(lane.name, [each.id for each in lane.events]) for lane in outbox.claim("a", 2, ())] == [
        ("mlops/churn", ["evt_1", "evt_3"]),
        ("mlops/segment", ["evt_2"]),
    ]
    outbox.finish("a", "mlops/churn", [(1, "HTTP 204")])
    outbox.fail("a", "mlops/segment", 2, "HTTP 500", failing=3.0, dead=False)
    lanes = outbox.claim("a", 9, ["mlops/other"])
    assert [(lane.name, lane.attempts, lane.failing) for lane in lanes] == [
        ("mlops/segment", 1, 3.0),
        ("mlops/churn", 0, 0.0),
    ]
    state = outbox.state("a")
    assert (state.pending, state.delivered, state.dead) == (3, 1, 0)


def test_what_is_given_up_waits_for_a_replay(outbox: Outbox) -> None:
    outbox.configure(["a"])
    outbox.record([event(1), event(2)])
    outbox.distribute("a", everything)
    outbox.fail("a", "mlops/churn", 1, "HTTP 500", failing=9.0, dead=True)
    (lane,) = outbox.claim("a", 1, ())
    assert ([each.id for each in lane.events], lane.failing) == (["evt_2"], 9.0)
    assert [row["message"] for row in outbox.deliveries("a", "dead", 10)] == ["HTTP 500"]
    assert outbox.revive("a") == 1
    assert [each.id for each in outbox.claim("a", 1, ())[0].events] == ["evt_1", "evt_2"]


def test_a_new_sink_begins_now_and_one_that_is_away_misses_nothing(outbox: Outbox) -> None:
    outbox.configure(["a"])
    outbox.record([event(1)])
    outbox.configure(["b"])  # `a` is away, by a typing error say.
    outbox.record([event(2)])
    for name, ids in (("a", ["evt_1", "evt_2"]), ("b", ["evt_2"])):
        outbox.distribute(name, everything)
        assert [each.id for each in outbox.claim(name, 1, ())[0].events] == ids


def test_what_was_long_delivered_is_dropped(outbox: Outbox) -> None:
    outbox.configure(["a"])
    count = MAX_DELIVERED + 200
    outbox.record(event(number) for number in range(count))
    while outbox.distribute("a", everything):
        pass
    for number in range(count):
        outbox.finish("a", "mlops/churn", [(number + 1, "HTTP 204")])
    outbox.prune()
    assert outbox.state("a").delivered == count
    assert MAX_DELIVERED <= len(outbox.deliveries("a", None, 10_000)) <= MAX_DELIVERED + 1


def test_the_file_is_private_and_a_damaged_one_is_refused(path: Path, outbox: Outbox) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    outbox.close()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(RegistryError, match="cannot be used"):
        Outbox(path).open()


def test_a_restart_with_many_events_takes_little_memory(path: Path, outbox: Outbox) -> None:
    outbox.configure(["a"])
    body = b"{" + b" " * 500 + b"}"
    outbox.record(event(number, f"artifact-{number % 5_000}", body) for number in range(100_000))
    outbox.close()
    program = """
import sys
from pathlib import Path
from gto_daemon.daemon.sinks.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]))
outbox.open()
outbox.configure(["a"])
while outbox.distribute("a", lambda *_: True):
    pass
assert len(outbox.claim("a", 4, ())) == 4
assert outbox.state("a").pending == 100_000
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
    done = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, env={**os.environ})
    assert int(done.stdout) < 100 << 10  # KiB; a daemon has as much before it.
