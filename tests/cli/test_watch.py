"""`gtod watch` prints what happens, runs commands for it, and outlives the daemon."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeAlias

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.waiting import eventually

Watch: TypeAlias = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(autouse=True)
def _own_daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A daemon of its own, because some of these tests end it."""
    directory = Path(os.environ["GTOD_RUNTIME_DIR"]).with_name("watch")
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(directory))
    yield
    client.stop()


@pytest.fixture
def watch(repo: RepositoryBuilder) -> Iterator[Watch]:
    """Start `gtod watch` in the repository; it watches when this returns."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "gto_daemon", "watch", *options],
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        started.append(process)
        assert line(process.stderr).startswith("Watching ")
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().rstrip("\n")


def test_an_event_is_a_line(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    watching = watch()
    repo.tag("churn@v1.0.0", at=1_700_000_000)
    assert line(watching.stdout) == (
        '2023-11-14 22:13:20+00:00  Version "v1.0.0" of artifact "churn" was registered (churn@v1.0.0 by Tina Tagger)'
    )
    repo.tag("churn#prod#1")
    assert 'Stage "prod" was assigned to version "v1.0.0" of artifact "churn"' in line(watching.stdout)
    repo.delete_tag("churn#prod#1")
    assert "Tag churn#prod#1 is gone" in line(watching.stdout)


def test_a_tag_that_is_there_is_not_said_to_be_gone(watch: Watch, repo: RepositoryBuilder) -> None:
    commit = repo.commit()
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    watching = watch("--exec", "echo ran for $GTOD_REF")
    repo.delete_tag("churn@v1.0.0")
    assert "Tag churn@v1.0.0 is gone" in line(watching.stdout)
    read_anew = line(watching.stdout)
    assert "Tag churn#prod#1 is read anew" in read_anew
    assert commit in read_anew
    assert 'before: Stage "prod" was assigned to version "v1.0.0"' in read_anew
    repo.tag("churn@v1.0.0")
    assert "Tag churn#prod#1 is read anew" in line(watching.stdout)
    assert "was registered (churn@v1.0.0" in line(watching.stdout)
    # What came is an event; what is read anew is none.
    assert line(watching.stdout) == "ran for churn@v1.0.0"
    second = repo.commit()
    repo.tag("churn@v1.0.0", second)
    moved = [line(watching.stdout) for _ in range(2)]
    assert any(f"Tag churn@v1.0.0 is on {second[:7]} now" in each for each in moved)
    assert not any("is gone" in each for each in moved)


def test_what_was_there_before_is_not_told(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("old@v1.0.0")
    watching = watch()
    repo.tag("new@v1.0.0")
    assert '"new"' in line(watching.stdout)


def test_json_is_one_object_a_change(watch: Watch, repo: RepositoryBuilder) -> None:
    commit = repo.commit()
    watching = watch("--json")
    repo.tag("churn@v1.0.0")
    change = json.loads(line(watching.stdout))
    assert set(change) == {"repo", "clock", "artifacts", "events"}
    assert change["repo"] == str(repo.path)
    assert change["artifacts"] == ["churn"]
    assert [(row["ref"], row["commit"]) for row in change["events"]["added"]] == [("churn@v1.0.0", commit)]
    assert change["events"]["removed"] == []


def test_an_annotation_is_a_change_without_events(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    watching = watch()
    repo.commit({"artifacts.yaml": "churn: {type: model}\n"})
    assert line(watching.stdout) == "HEAD, annotations or configuration changed: churn"


def test_a_command_runs_for_each_event_with_it_in_environment_and_input(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    watching = watch("--json", "--exec", 'echo "$GTOD_EVENT $GTOD_ARTIFACT $GTOD_VERSION $GTOD_REPO"; cat')
    repo.tag("churn@v1.0.0")
    change = json.loads(line(watching.stdout))
    assert line(watching.stdout) == f"registration churn v1.0.0 {repo.path}"
    assert json.loads(line(watching.stdout)) == change["events"]["added"][0]


def test_a_command_that_fails_is_reported_and_watching_goes_on(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    watching = watch("--exec", "exit 7")
    repo.tag("churn@v1.0.0")
    assert line(watching.stderr) == "⚠️  the command ended with 7 for churn@v1.0.0; watching goes on"
    repo.tag("churn@v2.0.0")
    assert line(watching.stderr) == "⚠️  the command ended with 7 for churn@v2.0.0; watching goes on"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_watching_ends_the_command_which_holds_up_no_line(
    number: signal.Signals, watch: Watch, repo: RepositoryBuilder
) -> None:
    repo.commit()
    watching = watch("--exec", "echo pid $$; exec sleep 1000")
    repo.tag("churn@v1.0.0")
    assert "was registered" in line(watching.stdout)
    pid = line(watching.stdout).removeprefix("pid ")
    repo.tag("churn@v2.0.0")
    assert "was registered" in line(watching.stdout)
    watching.send_signal(number)
    assert watching.wait(60) == (0 if number == signal.SIGINT else 128 + number)
    eventually(lambda: not Path("/proc", pid).exists())


def test_no_command_runs_for_a_tag_that_goes(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    watching = watch("--exec", "echo ran for $GTOD_REF")
    repo.delete_tag("churn@v1.0.0")
    assert "is gone" in line(watching.stdout)
    repo.tag("churn@v2.0.0")
    assert "was registered" in line(watching.stdout)
    assert line(watching.stdout) == "ran for churn@v2.0.0"


def test_a_restart_of_the_daemon_loses_nothing_and_repeats_nothing(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    repo.tag("churn@v1.0.0")
    watching = watch("--json")
    repo.tag("churn@v1.1.0")
    assert json.loads(line(watching.stdout))["events"]["added"][0]["ref"] == "churn@v1.1.0"
    found = client.status()
    assert found is not None
    os.kill(found["pid"], signal.SIGKILL)
    repo.tag("churn@v1.2.0")
    assert "connecting again" in line(watching.stderr)
    assert line(watching.stderr).startswith("Watching ")
    refs = [row["ref"] for row in json.loads(line(watching.stdout))["events"]["added"]]
    assert refs == ["churn@v1.2.0"]


def test_an_interrupt_ends_it_cleanly(watch: Watch, repo: RepositoryBuilder) -> None:
    repo.commit()
    watching = watch()
    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=30)
    assert (watching.returncode, out, err) == (0, "", "")


def test_outside_a_repository_it_refuses(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "watch"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert answer.returncode == 1
    assert str(tmp_path) in answer.stderr
