"""A runtime directory for each test, and Jupyter's own Python, which can import gtod from this checkout."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.oracle.install import JUPYTER, interpreter_of

Run = Callable[..., str]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The runtime directory of this test; its path is short, as a socket's has to be."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as path:
        monkeypatch.setenv("GTOD_RUNTIME_DIR", path)
        yield Path(path)
        client.stop()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with gtod as `pip install` puts it there, entry points included, to be found by Jupyter's Python."""
    place = tmp_path_factory.mktemp("installed")
    wheel = place / "wheel"
    root = Path(__file__).parents[2]
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(wheel)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    pip = [str(interpreter_of(JUPYTER)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--target", str(place / "site"), *wheel.glob("*.whl")], check=True)
    return place / "site"


@pytest.fixture
def run(installed: Path, runtime: Path, tmp_path: Path) -> Run:
    """Run a program in Jupyter's Python; the answer is what it printed."""

    def run(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(interpreter_of(JUPYTER)), "-c", program, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed), "JUPYTER_CONFIG_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def registry(repo: RepositoryBuilder, runtime: Path) -> RepositoryBuilder:
    """An artifact with two versions, one of them in two stages, and one that is annotated only."""
    first = repo.commit({"artifacts.yaml": "churn:\n  type: model\ndata:\n  type: dataset\n"})
    repo.tag("churn@v1.0.0", first, tz="+0530")
    repo.tag("churn#prod#1", first)
    repo.tag("churn#dev#2", first)
    repo.tag("churn@v2.0.0", repo.commit({"a": "2"}))
    repo.checkout()
    return repo
