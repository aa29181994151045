"""A daemon of its own for each fault, and the count of how often the fault hit."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import RepositoryBuilder
from tests.faults.daemon import ROOT, Daemon
from tests.faults.fault_coverage import KEY, FaultCoverage

#: `FAULTS=long` in the environment: as often and as much as one would have it, given the time.
LONG = os.environ.get("FAULTS") == "long"


@pytest.fixture
def often() -> Callable[[int, int], int]:
    """`often(20, 500)`: how often something is done, by default and in a long run."""
    return lambda short, long: long if LONG else short


@pytest.fixture
def coverage(request: pytest.FixtureRequest) -> Iterator[FaultCoverage]:
    counted = FaultCoverage(request.node.name)
    failed = request.session.testsfailed
    yield counted
    if request.session.testsfailed > failed:
        return
    assert counted, "a test of a fault says how often it hit"
    request.node.user_properties.append((KEY, str(counted)))
    assert not counted.missing, f"this fault never hit, so nothing was tested: {counted}"


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The runtime directory of this test; its path is short, as a socket's has to be."""
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as path:
        monkeypatch.setenv("GTOD_RUNTIME_DIR", path)
        monkeypatch.setenv("XDG_CACHE_HOME", f"{path}-cache")
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        yield Path(path)


@pytest.fixture
def daemon(runtime: Path) -> Iterator[Daemon]:
    """A daemon that was not started yet; it does not outlive its test."""
    daemon = Daemon(runtime)
    yield daemon
    daemon.kill()


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Two artifacts: `churn` with two versions and a stage, `segment` with one version."""
    first = repo.commit({"model.pkl": "1", "artifacts.yaml": "churn:\n  type: model\n"})
    repo.tag("churn@v1.0.0")
    repo.tag("segment@v0.1.0")
    repo.commit({"model.pkl": "2"})
    repo.tag("churn@v1.1.0")
    repo.tag("churn#prod#1", first)
    repo.checkout()
    return repo
