"""`gtod` as a process, with a daemon of its own that ends with the tests; and the real GTO beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import gto_daemon
from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.oracle.real_gto import Oracle
from tests.registries import build_registry

_DVC = """\
metrics: [metrics.json, more.json]
params: [params.yaml]
artifacts: {churn: {path: model.pkl, type: model}}
"""

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


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions of `churn`, v1.1.0 being the best; of `later` only a prerelease; of `odd` only NaN. Nobody writes."""
    repo = RepositoryBuilder(tmp_path_factory.mktemp("models") / "repo")
    repo.commit({"dvc.yaml": _DVC, **evidence(0.90, 0.40, 10, "sgd")})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    repo.commit({**evidence(0.93, 0.35, 20, "adam"), "model.pkl": "2"}, message="Train longer\n")
    repo.tag("churn@v1.1.0")
    repo.tag("churn#dev#2")
    repo.commit({**evidence("NaN", 0.30, 20, "adam")})
    repo.tag("churn@v1.2.0")
    repo.commit(evidence(0.99, 0.10, 20, "adam"))
    repo.tag("churn@v2.0.0-rc.1")
    repo.tag("later@v0.1.0-beta")
    repo.commit({**evidence("NaN", 0.1, 1, "sgd"), "metrics.json": '{"auc": NaN}', "more.json": "{}"})
    repo.tag("odd@v1.0.0")
    repo.checkout()
    return repo.path


def evidence(auc: float | str, loss: float, epochs: int, optimizer: str) -> dict[str, str]:
    return {
        "metrics.json": f'{{"auc": {auc}, "train": {{"loss": {loss}}}, "f1": 0.5}}',
        "more.json": '{"f1": 0.6}',
        "params.yaml": f"epochs: {epochs}\noptimizer: {optimizer}\nseed: 1\n",
    }


def asked(gtod: Gtod, where: Path, *words: str) -> Any:
    ended = gtod(*words, "--json", cwd=where, daemon=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def refused(gtod: Gtod, where: Path, *words: str, code: int = 1) -> str:
    ended = gtod(*words, cwd=where, daemon=False)
    assert (ended.returncode, ended.stdout) == (code, "")
    return ended.stderr
