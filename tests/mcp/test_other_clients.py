"""Clients that others wrote: fastmcp's, and the command line of the Inspector."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.builders import RepositoryBuilder
from tests.mcp.agents import command, environment
from tests.oracle.install import FASTMCP, INSPECTOR, environment_of, interpreter_of, node_directory

#: Servers take long to start, so each module shares its own.
pytestmark = pytest.mark.xdist_group("mcp-other-clients")

_SCRIPT = Path(__file__).parents[1] / "oracle" / "fastmcp_client.py"


def test_an_agent_on_fastmcp(own: RepositoryBuilder) -> None:
    ended = subprocess.run(
        [
            str(interpreter_of(FASTMCP)),
            str(_SCRIPT),
            "/usr/bin/env",
            *_with_environment(),
            *command("-r", str(own.path)),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["tools"][-2:] == ["plan", "apply_plan"]
    assert set(said["registry"]["artifacts"]) == {"churn", "data/sets:eu"}
    assert said["resource"]["name"] == "churn"
    assert [new["tag"] for new in said["done"]["created"]] == ["segment@v0.0.1"]
    assert "segment@v0.0.1" in own.git("tag").split()
    assert ["segment@v0.0.1" in question for question in said["asked"]] == [True]
    assert said["refused"] is True


@pytest.fixture(scope="module")
def inspector(models: RepositoryBuilder) -> Any:
    program = environment_of(INSPECTOR) / "node_modules/.bin/mcp-inspector"
    path = f"{node_directory()}{os.pathsep}{os.environ['PATH']}"

    def inspect(*arguments: str) -> "subprocess.CompletedProcess[str]":
        server = command("-r", str(models.path))
        variables = [part for pair in _with_environment() for part in ("-e", pair)]
        return subprocess.run(
            [str(program), "--cli", *server, *variables, "--connect-timeout", "0", *arguments],
            env={**environment(), "PATH": path},
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )

    return inspect


def _with_environment() -> list[str]:
    """The variables that the tests' isolation rests on, which a client does not hand on by itself."""
    return [
        f"{name}={value}"
        for name, value in environment().items()
        if name.startswith(("GIT_", "GTOD_", "XDG_")) or name in ("HOME", "PYTHONPATH")
    ]


def test_the_inspector_finds_nothing_wrong_with_the_tools(inspector: Any) -> None:
    ended = inspector("--protocol-era", "modern", "--method", "tools/list", "--strict")
    assert ended.returncode == 0, ended.stderr
    assert [tool["name"] for tool in json.loads(ended.stdout)["tools"]][:2] == ["registry", "artifact"]


def test_the_inspector_calls_and_reads(inspector: Any) -> None:
    called = inspector("--method", "tools/call", "--tool-name", "why", "--tool-arg", "name=churn", "stage=prod")
    assert called.returncode == 0, called.stderr
    answer = json.loads(called.stdout)
    assert answer["structuredContent"]["holds"] == ["v1.0.0"]
    read = inspector("--method", "resources/read", "--uri", answer["content"][-1]["uri"])
    assert read.returncode == 0, read.stderr
    assert json.loads(json.loads(read.stdout)["contents"][0]["text"])["version"] == "v1.0.0"
