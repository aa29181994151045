"""The daemon is killed at random points: every event arrives at least once, and in order per artifact.

`make kills` does so a thousand times; `KILLS` says how often.
"""

import os
import random
import threading

from tests.receiver import Receiver
from tests.sinks.fleet_machine import FleetMachine
from tests.waiting import eventually

KILLS = int(os.environ.get("KILLS", "30"))
ARTIFACTS = ("churn", "segment", "fraud")


def test_nothing_is_lost_when_the_daemon_is_killed(machine: FleetMachine, receiver: Receiver) -> None:
    chance = random.Random(KILLS)
    repository = machine.repository("mlops")
    machine.write(machine.http(receiver.url))
    machine.start()
    machine.begun()
    done = threading.Event()
    made: list[str] = []

    def tag() -> None:
        number = 1
        while not done.is_set():
            for artifact in ARTIFACTS:
                name = f"{artifact}@v{number}.0.0"
                repository.tag(name)
                made.append(name)
            number += 1
            done.wait(chance.uniform(0.0, 0.1))

    writing = threading.Thread(target=tag)
    writing.start()
    try:
        for _ in range(KILLS):
            _until_some_arrive(receiver, chance)
            machine.kill()
            machine.start()
    finally:
        done.set()
        writing.join()
    eventually(lambda: len(receiver.first_seen()) >= len(made), within=60)
    arrived = [event["data"]["ref"] for event in receiver.first_seen()]
    assert sorted(arrived) == sorted(made)
    for artifact in ARTIFACTS:
        mine = [ref for ref in arrived if ref.startswith(artifact)]
        assert mine == [ref for ref in made if ref.startswith(artifact)]


def _until_some_arrive(receiver: Receiver, chance: random.Random) -> None:
    """Wait for a few tries, or for a while in which there are none, as at the start."""
    after = len(receiver.tries) + chance.randrange(4)
    is_over = threading.Event()
    timer = threading.Timer(chance.uniform(0.0, 1.2), is_over.set)
    timer.start()
    eventually(lambda: len(receiver.tries) >= after or is_over.is_set())
    timer.cancel()
