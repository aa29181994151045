"""The receivers on docs/events.md, as they stand there."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from gto_daemon.registry.fleet.signing import read_secret, signature
from tests.receiver import SECRET
from tests.sinks.fleet_machine import FleetMachine
from tests.waiting import eventually

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def block(language: str, containing: str) -> str:
    found = [
        each for each in re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL) if containing in each
    ]
    assert len(found) == 1
    return found[0]


def test_the_receiver_in_python_gets_an_event(machine: FleetMachine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "GTOD_SECRET": SECRET, "PORT": str(port)}
    program = block("python", "Webhook(")
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as receiver:
        try:
            repository = machine.repository("mlops")
            machine.write(machine.http(f"http://127.0.0.1:{port}/"))
            machine.start()
            machine.begun()
            repository.tag("churn#prod#1")
            assert receiver.stdout is not None
            assert receiver.stdout.readline() == b"deploy churn v0.1.0 to prod\n"
            assert eventually(machine.sink)["health"] == "ok"
        finally:
            receiver.kill()


def test_the_receiver_in_a_shell_verifies() -> None:
    body, now = b'{"type":"dev.gtod.stage.assigned.v1","data":{}}', int(time.time())
    signed = signature([read_secret(SECRET.encode(), "a")], "evt_1", now, body)
    variables = {**os.environ, "GTOD_SECRET": SECRET, "ID": "evt_1", "TIMESTAMP": str(now)}
    script = block("sh", "openssl dgst")

    def run(signature_sent: str) -> tuple[int, bytes]:
        environment = {**variables, "SIGNATURE": signature_sent}
        done = subprocess.run(["sh", "-c", script], env=environment, input=body, capture_output=True, check=False)
        return done.returncode, done.stdout

    assert run(f"v1,other {signed}") == (0, b"deploy: " + body + b"\n")
    assert run("v1,other")[0] == 1
