"""Daemon and commands with the branch for Windows, on a Linux that lacks what Windows lacks."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder

_ROOT = Path(__file__).parents[2]
_WINDOWS = Path(__file__).with_name("windows_on_linux")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def gtod(tmp_path: Path) -> Iterator[Run]:
    """Run a command line in that world; the daemon that it starts lives in it too."""
    environment = {**os.environ, "PYTHONPATH": f"{_WINDOWS}{os.pathsep}{_ROOT}", "LOCALAPPDATA": str(tmp_path)}
    del environment["GTOD_RUNTIME_DIR"]

    def run(*arguments: str, **more: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "gto_daemon", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **more,  # type: ignore[call-overload]
        )

    yield run
    run("stop")


def test_a_registry_is_read_and_written_from_start_to_stop(gtod: Run, tmp_path: Path, repo: RepositoryBuilder) -> None:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    repo.checkout()
    here = ("-r", str(repo.path))
    shown = gtod("show", "--json", *here)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["churn"]["version"] == "v1.0.0"
    runtime = tmp_path / "gtod" / "run"
    assert sorted(path.name for path in runtime.iterdir()) == ["gtod.json", "gtod.lock", "gtod.log"]
    assigned = gtod("assign", "churn", "--version", "v1.0.0", "--stage", "prod", *here)
    assert (assigned.returncode, assigned.stderr) == (0, ""), assigned
    assert "churn#prod#1" in repo.git("tag")
    status = gtod("status")
    assert status.returncode == 0
    assert "127.0.0.1:" in status.stdout
    stopped = gtod("stop")
    assert (stopped.returncode, stopped.stderr) == (0, "")
    # What somebody had open at that moment stays, and means nothing; here nobody had.
    assert [path.name for path in runtime.iterdir()] == ["gtod.log"]
    assert gtod("status").returncode == 3
    assert "Traceback" not in (runtime / "gtod.log").read_text()


def test_a_wedged_daemon_is_ended_and_what_it_left_is_replaced(gtod: Run, tmp_path: Path) -> None:
    assert gtod("start").returncode == 0
    place = tmp_path / "gtod" / "run" / "gtod.json"
    pid = json.loads(place.read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    stopped = gtod("stop")
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert place.exists()
    assert gtod("status").returncode == 3
    assert gtod("start").returncode == 0
    assert json.loads(place.read_text())["pid"] != pid


def test_a_unix_socket_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from gto_daemon.daemon.lifecycle.refusal import CannotServe
    from gto_daemon.daemon.lifecycle.settings import DaemonSettings

    monkeypatch.setattr("gto_daemon.platform.UNIX_SOCKETS", False)
    with pytest.raises(CannotServe, match="GTOD_TRANSPORT is 'unix'; it must be one of tcp"):
        DaemonSettings.read({"GTOD_TRANSPORT": "unix"})
    assert DaemonSettings.read({}).tcp


def test_a_program_is_ended_with_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gto_daemon.platform import windows

    asked = tmp_path / "asked"
    (tmp_path / "taskkill").write_text(f'#!/bin/sh\necho "$@" > {asked}\nkill -9 "$4"\n')
    (tmp_path / "taskkill").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with subprocess.Popen(["sleep", "60"]) as process:
        windows.end_group(process, at_once=False)
        assert process.wait(60) == -signal.SIGKILL
        assert asked.read_text() == f"/F /T /PID {process.pid}\n"
        asked.unlink()
        windows.end_group(process, at_once=False)
        assert not asked.exists()
