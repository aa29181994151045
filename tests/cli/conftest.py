"""`gtod` as a process, with a daemon of its own that ends with the tests; and the real GTO beside it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

import gto_daemon
from gto_daemon import client
from tests.oracle.real_gto import Oracle
from tests.registries import build_registry

#: Runs a command line; `daemon=False` answers in process.
Gtod: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


def run(
    *argv: str,
    cwd: Path | None = None,
    daemon: bool = True,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gto_daemon", *argv],
        cwd=cwd,
        env={**os.environ, **({} if daemon else {"GTOD_NO_DAEMON": "1"}), **(env or {})},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session", autouse=True)
def _importable() -> Iterator[None]:
    """Processes run this checkout, installed or not, wherever they are started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(gto_daemon.__file__).parents[1]))
        yield


@pytest.fixture(scope="session")
def gtod() -> Iterator[Gtod]:
    yield run
    client.stop()


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    with Oracle("1.10.1") as real:
        yield real


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry of the README; nobody changes it."""
    return build_registry("iterative__example-gto", tmp_path_factory.mktemp("registry") / "repo")
