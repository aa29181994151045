"""The short way prints what the long way prints, or steps aside."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from gto_daemon.cli.local_service import LocalService
from gto_daemon.cli.quick import quick_answer
from tests.builders import RepositoryBuilder
from tests.cli.conftest import Gtod


def the_long_way(*argv: str, cwd: Path) -> str:
    script = "from gto_daemon.cli.program import run; run()"
    return subprocess.run(
        [sys.executable, "-c", script, *argv], cwd=cwd, capture_output=True, encoding="utf-8", check=True
    ).stdout


@pytest.fixture
def warm(gtod: Gtod, registry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The registry, held by a daemon, as the current directory."""
    gtod("show", cwd=registry)
    monkeypatch.chdir(registry)
    return registry


@pytest.mark.parametrize(
    "line",
    [
        "show --json",
        "show churn --json",
        "show --json churn#prod",
        "show --json -d --ro",
        "show --deprecated --registered-only --json",
        "show --json -r .git",
        "history --json",
        "history churn --asc --commits --json",
        "history --json --ascending",
        "check-ref churn#prod#3 --json",
        "check-ref --json refs/tags/churn@v3.1.0",
        "stages --json",
    ],
)
def test_it_prints_what_the_long_way_prints(line: str, warm: Path) -> None:
    assert quick_answer(line.split(), os.environ, LocalService()) == the_long_way(*line.split(), cwd=warm)


@pytest.mark.parametrize(
    "line",
    [
        "--no-daemon show --json",
        "show --json --no-daemon churn",
        "history --no-daemon --json",
        "check-ref churn#prod#3 --json --no-daemon",
        "stages --json --no-daemon -r .git",
    ],
)
def test_without_a_daemon_too(line: str, registry: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.chdir(registry)
    assert quick_answer(line.split(), os.environ, LocalService()) == the_long_way(*line.split(), cwd=registry)
    without = [word for word in line.split() if word != "--no-daemon"]
    assert quick_answer(without, {**os.environ, "GTOD_NO_DAEMON": "1"}, LocalService()) == the_long_way(
        *line.split(), cwd=registry
    )
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "show",
        "show churn",
        "show --json --plain",
        "show --json churn segment",
        "show --json --vs -1",
        "show --json --asc",
        "show --json -r",
        "show --json -r nowhere",
        "show --json -r https://example.com/x.git",
        "show nothing --json",
        "history --json -d",
        "check-ref --json",
        "check-ref --json churn#prod#99",
        "check-ref churn#prod#3",
        "stages --json --allowed",
        "stages --json churn",
        "describe churn --json",
        "--json show",
        "-h --json",
        "--no-daemon",
        "--no-daemon --no-daemon show --json",
        "show --json -r --no-daemon churn",
        "show nothing --json --no-daemon",
    ],
)
def test_it_steps_aside(line: str, warm: Path) -> None:
    assert quick_answer(line.split(), os.environ, LocalService()) is None


@pytest.mark.parametrize("variables", [{"_GTOD_COMPLETE": "bash_complete"}])
def test_it_steps_aside_for_what_its_environment_asks(variables: Mapping[str, str], warm: Path) -> None:
    assert quick_answer(["show", "--json"], {**os.environ, **variables}, LocalService()) is None


def test_it_steps_aside_where_there_is_a_problem_to_report(
    gtod: Gtod, repo: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit({"artifacts.yaml": "- no mapping\n"})
    gtod("show", cwd=repo.path)
    monkeypatch.chdir(repo.path)
    assert quick_answer(["show", "--json"], os.environ, LocalService()) is None


def test_it_starts_no_daemon(tmp_path: Path, registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.chdir(registry)
    assert quick_answer(["show", "--json"], os.environ, LocalService()) is None
    assert not (tmp_path / "run").exists()
