"""What `watch --exec` hands to its command."""

import json
import queue
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.cli.exec_hook import ExecHook, event_environment
from tests.waiting import eventually

EVENT = {
    "timestamp": "2023-09-04T07:59:49+00:00",
    "artifact": "churn",
    "event": "assignment",
    "priority": 5,
    "version": "v3.1.0",
    "stage": "dev",
    "commit": "c" * 40,
    "author": "Ann Author",
    "author_email": "ann@example.com",
    "message": 'say "$(touch owned)"; `touch owned`',
    "ref": "churn#dev#4",
}


def ran(command: str, event: dict[str, Any]) -> list[str]:
    """Run a command that fails for an event; answers what is told."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    commands = ExecHook(command, told.put)
    commands.run_for(event, repo="/r", clock="")
    said = told.get(timeout=60)
    commands.close()
    return [said]


def test_every_field_is_a_variable() -> None:
    assert event_environment(EVENT, repo="/r", clock="a:1:2") == {
        "GTOD_EVENT": "assignment",
        "GTOD_ARTIFACT": "churn",
        "GTOD_VERSION": "v3.1.0",
        "GTOD_STAGE": "dev",
        "GTOD_REF": "churn#dev#4",
        "GTOD_COMMIT": "c" * 40,
        "GTOD_AUTHOR": "Ann Author",
        "GTOD_AUTHOR_EMAIL": "ann@example.com",
        "GTOD_MESSAGE": EVENT["message"],
        "GTOD_TIMESTAMP": "2023-09-04T07:59:49+00:00",
        "GTOD_REPO": "/r",
        "GTOD_CLOCK": "a:1:2",
    }


def test_what_an_event_lacks_is_empty_and_zero_bytes_go() -> None:
    values = event_environment({**EVENT, "stage": None, "message": "a\0b"}, repo="/r", clock="")
    assert values["GTOD_STAGE"] == ""
    assert values["GTOD_MESSAGE"] == "ab"


def test_the_command_gets_variables_and_json_and_the_message_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = 'printf "%s\\n" "$GTOD_MESSAGE" > message; cat > event; exit 3'
    told = ran(command, EVENT)
    assert told == ["the command ended with 3 for churn#dev#4; watching goes on"]
    assert (tmp_path / "message").read_text() == f"{EVENT['message']}\n"
    assert json.loads((tmp_path / "event").read_text()) == EVENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["event", "message"]


def test_a_command_that_does_not_read_its_input_is_no_fault() -> None:
    assert ran("exec <&-; true; exit 4", {**EVENT, "message": "ä" * 1_000_000}) != []


def test_one_that_hangs_is_told_of_with_how_many_wait_and_ends_with_all_that_it_started(tmp_path: Path) -> None:
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    commands = ExecHook(f"trap '' TERM; sleep 1000 & echo $! > {tmp_path}/child; wait", told.put, slow=0.2)
    for _ in range(3):
        commands.run_for(EVENT, repo="/r", clock="")
    assert told.get(timeout=60).startswith("the command has run for ")
    while not (said := told.get(timeout=60)).endswith(" for churn#dev#4; it has yet to run for 2 more"):
        assert "has run for" in said
    child = (tmp_path / "child").read_text().strip()
    commands.close()
    eventually(lambda: not is_running(child))


def is_running(pid: str) -> bool:
    """Whether a process is there, and no zombie that waits for its parent."""
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
