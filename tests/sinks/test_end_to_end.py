"""From a tag in a repository to a receiver, through the daemon as users run it."""

import json

from tests.processes import processes
from tests.receiver import SECRET, Receiver, refuse
from tests.sinks.fleet_machine import FleetMachine
from tests.waiting import eventually


def test_a_tag_arrives_as_an_event(machine: FleetMachine, receiver: Receiver) -> None:
    repository = machine.repository("mlops")
    machine.write(machine.http(receiver.url))
    machine.start()
    machine.begun()
    assert receiver.tries == []  # What was there before is no news.
    commit = repository.commit({"model.pkl": "2"})
    repository.tag("churn@v0.2.0")
    repository.tag("churn#prod#1")
    eventually(lambda: len(receiver.accepted) >= 2)
    first, second = receiver.first_seen()
    assert (first["type"], second["type"]) == ("dev.gtod.version.registered.v1", "dev.gtod.stage.assigned.v1")
    assert (second["source"], second["subject"]) == ("gtod:models", "churn#prod")
    data = second["data"]
    assert (data["repository"], data["version"], data["commit"]) == ("mlops", "v0.2.0", commit)
    assert data["signature"]["status"] == "none"
    assert data["verdict"] == {"verdict": "not-judged", "override": None, "rules": []}
    assert data["annotation"]["description"] == "of mlops"

    machine.stop()
    repository.git("tag", "-d", "churn#prod#1")
    repository.git("tag", "-f", "-a", "-m", "moved", "churn@v0.2.0", "HEAD~1")
    machine.start()
    eventually(lambda: len(receiver.first_seen()) == 4)
    deleted, moved = receiver.first_seen()[2:]
    assert (deleted["type"], deleted["data"]["ref"]) == ("dev.gtod.tag.deleted.v1", "churn#prod#1")
    assert (moved["type"], moved["data"]["old"]) == ("dev.gtod.tag.moved.v1", first["data"]["new"])

    answer = machine.gtod("sinks", "replay", "ci", "--from", "2000-01-01T00:00:00Z")
    assert answer == "2 events will be sent again.\n"
    eventually(lambda: len(receiver.accepted) >= 6)
    assert receiver.first_seen()[2:4] == [deleted, moved]
    assert "HTTP 204" in machine.gtod("sinks", "deliveries", "ci", "--state", "delivered", "--plain")


def test_a_sink_can_be_tried_and_tells_what_is_wrong(machine: FleetMachine, receiver: Receiver) -> None:
    machine.repository("mlops")
    machine.write(machine.http(receiver.url))
    machine.start()
    assert machine.gtod("sinks", "test", "ci") == "Accepted: HTTP 204\n"
    assert [event["type"] for event in receiver.accepted] == ["dev.gtod.test.v1"]
    receiver.answer = lambda handler, _: refuse(handler, 302, {"Location": receiver.url})
    assert "redirects are not followed" in machine.gtod("sinks", "test", "ci", code=1)
    (machine.config / "secret").chmod(0o644)
    machine.stop()
    machine.start()
    said = machine.gtod("sinks", "test", "ci", code=1)
    assert "may be read by others. Run `chmod 600" in said
    assert "There is no sink 'other'" in machine.gtod("sinks", "test", "other", code=1)


def test_no_secret_is_shown_anywhere(machine: FleetMachine, receiver: Receiver) -> None:
    """Not in the arguments of a process, the log, the status, the errors, or the outbox."""
    repository = machine.repository("mlops")
    machine.write(machine.http(receiver.url))
    daemon = machine.start()
    machine.begun()
    receiver.answer = lambda handler, event: refuse(handler, 403)
    repository.tag("churn#prod#1")
    eventually(lambda: receiver.tries)
    shown = [
        machine.gtod("sinks", "test", "ci", code=1),
        machine.gtod("sinks", "list", "--json"),
        machine.gtod("sinks", "deliveries", "--json"),
        machine.gtod("status", "--json"),
        processes(),
    ]
    (machine.config / "secret").write_text("CANARY-secret" + SECRET)
    receiver.answer = lambda _handler, _event: True
    machine.stop()
    machine.start()
    shown += [machine.gtod("sinks", "test", "ci", code=1), machine.log()]
    assert daemon.poll() is not None
    stored = b"".join(path.read_bytes() for path in machine.home.glob("state/gtod/outbox/*"))
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "CANARY", "token=of-the-url"):
        assert all(secret not in text for text in shown), secret
        assert secret.encode() not in stored, secret


def test_a_daemon_with_sinks_stays_and_one_without_ends(machine: FleetMachine, receiver: Receiver) -> None:
    machine.repository("mlops")
    machine.environment["GTOD_IDLE_TIMEOUT"] = "1"
    machine.write(machine.http(receiver.url))
    daemon = machine.start()
    eventually(lambda: "is looked at for the first time" in machine.log())
    tag = machine.models / "mlops"
    assert daemon.poll() is None
    # An event that comes long after any client, here none, is delivered all the same.
    eventually(lambda: json.loads(machine.gtod("sinks", "list", "--json"))["delivering"])
    assert tag.exists()
    machine.write("[]")
    assert daemon.wait(30) == 0
