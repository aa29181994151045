"""Refusals of acts name the true reason, and a remedy that is one."""

import logging
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gto_daemon.app.oneshot import OneShot
from gto_daemon.client import CallError
from gto_daemon.daemon.live import annotation_files
from tests.builders import RepositoryBuilder


def act(repo: Path, method: str, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = OneShot().call(f"gto/{method}", {"repo": str(repo), **params}, dict(os.environ))
    return answer


def refused(repo: Path, method: str, env: dict[str, str] | None = None, **params: Any) -> CallError:
    with pytest.raises(CallError) as caught:
        OneShot().call(f"gto/{method}", {"repo": str(repo), **params}, {**os.environ, **(env or {})})
    return caught.value


def test_a_variable_that_no_program_can_be_given_is_named(registry: RepositoryBuilder) -> None:
    error = refused(registry.path, "register", {"LARGE": "secret" * 50_000}, name="new")
    assert (error.kind, "Argument list too long" in error.message) == ("WrongArgs", True)
    assert error.hint == "Make the variables of the client shorter; the longest is LARGE."


@pytest.mark.parametrize("date", ["garbage", "1966-01-01 00:00:00 +0000", "2106-03-01 00:00:00 +0000"])
def test_a_date_that_git_does_not_take(date: str, registry: RepositoryBuilder) -> None:
    error = refused(registry.path, "register", {"GIT_COMMITTER_DATE": date}, name="new")
    assert (error.kind, f"invalid date format: {date}" in error.message) == ("GitFailed", True)
    assert error.hint.startswith("Set GIT_COMMITTER_DATE ")


_CLOCK = """
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
time_t time(time_t *t) { time_t now = atol(getenv("NOW")); if (t) *t = now; return now; }
int gettimeofday(struct timeval *tv, void *tz) { tv->tv_sec = time(0); tv->tv_usec = 0; return 0; }
"""


@pytest.mark.parametrize("now", [-126_230_400, 4_300_000_000])
def test_a_clock_that_git_cannot_write_is_told_as_that(now: int, registry: RepositoryBuilder, tmp_path: Path) -> None:
    library = tmp_path / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)], input=_CLOCK.encode(), check=True)
    error = refused(registry.path, "register", {"LD_PRELOAD": str(library), "NOW": str(now)}, name="new")
    assert (error.kind, "Git cannot date a tag so" in error.message) == ("GitFailed", True)
    assert "new" not in registry.git("tag")


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("register", {"name": "m" * 5000}),
        ("register", {"name": "d/" * 2400 + "x:m"}),
        ("assign", {"name": "m", "stage": "s" * 5000, "ref": "HEAD"}),
        ("assign", {"name": "m" * 5000, "stage": "prod", "ref": "HEAD"}),
        ("register", {"name": "m", "version": "v1.0.0-" + "x" * 5000}),
    ],
)
def test_a_name_that_is_too_long_for_a_tag(method: str, params: dict[str, Any], registry: RepositoryBuilder) -> None:
    error = refused(registry.path, method, **params)
    assert error.kind == "ValidationError"
    assert error.hint == "Choose a shorter name."


def test_a_name_that_is_too_long_for_the_file_system(registry: RepositoryBuilder) -> None:
    error = refused(registry.path, "register", name="m" * 251)
    assert error.kind == "GitFailed"
    assert error.hint.startswith("Choose a shorter name: ")


@pytest.mark.parametrize(
    "second",
    [
        {"method": "register", "params": {"name": "new"}},
        {"method": "register", "params": {"name": "new", "version": "v2.0.0"}},
        {"method": "register", "params": {"name": "new", "version": "v0.0.1", "ref": "HEAD^"}},
        {"method": "deregister", "params": {"name": "new", "version": "v9.0.0"}},
        {"method": "rollback", "params": {"name": "new", "stage": "prod"}},
    ],
)
def test_of_a_batch_it_is_told_which_action_is_refused_and_that_none_was_done(
    second: dict[str, Any], registry: RepositoryBuilder
) -> None:
    registry.commit({"a": "2"})
    actions = [{"method": "register", "params": {"name": "new"}}, second]
    error = refused(registry.path, "apply", actions=actions)
    assert error.message.startswith("Action 1: ")
    assert error.message.endswith(", once the actions before it are done")
    assert error.hint == "None of them was carried out. Leave out this action, or one before it."
    # What no earlier action has to do with keeps its own remedy.
    alone = {"method": "deregister", "params": {"name": "churn", "version": "v9.0.0"}}
    error = refused(registry.path, "apply", actions=[actions[0], alone])
    assert error.message == "Action 1: No versions found for 'churn'"
    assert "'churn' has no version v9.0.0" in error.hint


def test_a_hook_that_refuses_is_found_where_git_looks_for_it(registry: RepositoryBuilder, tmp_path: Path) -> None:
    registry.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    hook = tmp_path / "hooks/reference-transaction"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    error = refused(registry.path, "register", name="new")
    command = error.hint.split("`")[1]
    found = subprocess.run(["sh", "-c", command], cwd=registry.path, capture_output=True, text=True, check=True)
    assert (registry.path / found.stdout.strip()).samefile(hook)


def test_who_assigns_again_after_a_rollback_is_told_who_holds_the_stage(registry: RepositoryBuilder) -> None:
    again = {"name": "churn", "stage": "prod", "version": "v2.0.0"}
    act(registry.path, "assign", **again, force=True)
    held = act(registry.path, "rollback", name="churn", stage="prod")["created"][0]
    error = refused(registry.path, "assign", **again)
    assert error.message.endswith(f"holds it since '{held['tag']}'")
    assert (error.data["allow"], error.data["since"]) == ({"force": True}, held["tag"])
    error = refused(registry.path, "apply", actions=[{"method": "assign", "params": again}])
    assert error.message.startswith("Action 0: ")
    assert '"force": true' in error.hint
    act(registry.path, "apply", actions=[{"method": "assign", "params": {**again, "force": True}}])
    # What does hold it is refused as by GTO, and in a batch without an option that is none there.
    error = refused(registry.path, "assign", **again)
    assert error.message == "Version 'v2.0.0' is already in stage 'prod'"
    assert (error.data["hint"], error.data["allow"]) == ("", {"force": True})
    error = refused(registry.path, "apply", actions=[{"method": "assign", "params": again}])
    assert ("--force" in f"{error.message} {error.hint}", '"force": true' in error.hint) == (False, True)


def test_a_fault_of_ours_in_reading_a_file_costs_that_file_only(
    registry: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(data: bytes) -> None:
        raise TypeError(f"no idea of {len(data)} bytes")

    monkeypatch.setattr(annotation_files, "parse_artifacts_yaml", faulty)
    (registry.path / "dvc.yaml").write_text("artifacts: {other: {path: p}}\n")
    with caplog.at_level(logging.ERROR):
        found = act(registry.path, "doctor")["findings"]
    assert {(each["code"], each["path"]) for each in found if "fault" in each["message"]} == {
        ("unreadable-file", "artifacts.yaml")
    }
    assert "TypeError: no idea of" in caplog.text
    shown = act(registry.path, "show")["artifacts"]
    assert "churn" in shown


def test_who_deletes_everything_in_place_of_a_deprecation_is_told_how_much_that_is(
    registry: RepositoryBuilder,
) -> None:
    act(registry.path, "deprecate", name="churn")
    gone = {"name": "churn", "delete": True}
    error = refused(registry.path, "deprecate", **gone)
    tags = act(registry.path, "deprecate", **gone, force=True, dry_run=True)["plan"]["delete"]
    assert error.data["deletes"] == len(tags) > 2
    error = refused(registry.path, "apply", actions=[{"method": "deprecate", "params": gone}])
    assert f'To delete {len(tags)} tags nevertheless, give the action "force": true.' in error.hint
