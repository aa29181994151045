"""A machine of a user's, and a receiver."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receiver import Receiver, receiving
from tests.sinks.fleet_machine import FleetMachine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[FleetMachine]:
    """A machine whose daemon does not run yet."""
    runtime = Path(tempfile.mkdtemp(prefix="gtod-sinks-"))
    machine = FleetMachine(tmp_path, runtime)
    yield machine
    machine.kill()
    shutil.rmtree(runtime)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that accepts."""
    with receiving() as receiver:
        yield receiver
