"""Remedies for sinks: a secret that others may read, a name that no sink has, an outbox that is damaged."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receiver import receiving
from tests.remedies.conftest import World, remedy
from tests.sinks.fleet_machine import FleetMachine
from tests.waiting import eventually


@pytest.fixture
def machine(world: World, tmp_path: Path) -> Iterator[FleetMachine]:
    """A machine with a sink, in whose environment the commands are run."""
    runtime = Path(tempfile.mkdtemp(prefix="gtod-sinks-", dir="/tmp"))
    (tmp_path / "home").mkdir()
    machine = FleetMachine(tmp_path / "home", runtime)
    world.env |= {"GTOD_NO_DAEMON": "0"}
    world.env |= {name: machine.environment[name] for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "GTOD_RUNTIME_DIR")}
    machine.repository("mlops")
    with receiving() as receiver:
        machine.write(machine.http(receiver.url))
        yield machine
    machine.kill()
    shutil.rmtree(runtime)


@remedy("Run `chmod 600 {}`.")
def test_others_may_read_its_secret(machine: FleetMachine, world: World) -> None:
    (machine.config / "secret").chmod(0o644)
    machine.start()
    world.run(machine.gtod("sinks", "test", "ci", code=1), "chmod 600")
    assert machine.gtod("sinks", "test", "ci") == "Accepted: HTTP 204\n"


@remedy(
    "`gtod sinks list` shows the sinks that there are.", "Whether it should, and why it does not: `gtod sinks list`."
)
def test_no_sink_has_the_name_and_the_outbox_is_damaged(machine: FleetMachine, world: World) -> None:
    machine.start()
    machine.begun()
    assert "ci" in world.run(machine.gtod("sinks", "test", "other", code=1), "gtod sinks list")
    machine.kill()
    for path in machine.home.glob("state/gtod/outbox/outbox.sqlite*"):
        path.write_bytes(b"no database" * 1_000)
    machine.start()
    eventually(lambda: "cannot be used" in machine.gtod("sinks", "list"))
    said = world.run(machine.gtod("sinks", "deliveries", code=1), "gtod sinks list")
    assert "move it away" in said
