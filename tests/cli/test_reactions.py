"""What `watch --exec` hands to its command."""

import json
from pathlib import Path

import pytest

from gto_daemon.cli.reactions import event_environment, run_for_event

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
    assert run_for_event(command, EVENT, repo="/r", clock="") == 3
    assert (tmp_path / "message").read_text() == f"{EVENT['message']}\n"
    assert json.loads((tmp_path / "event").read_text()) == EVENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["event", "message"]


def test_a_command_that_does_not_read_its_input_is_no_fault() -> None:
    assert run_for_event("exec <&-; true", {**EVENT, "message": "ä" * 1_000_000}, repo="/r", clock="") == 0
