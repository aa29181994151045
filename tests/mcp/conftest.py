"""A registry for agents to read, and one for each test to act on; the daemon ends with the tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.mcp.agents import ERAS, Agent, Wire, agent

_DVC = "metrics: [metrics.json]\nartifacts: {churn: {path: model.pkl, type: model}}\n"


def make_models(path: Path) -> RepositoryBuilder:
    """Two versions of `churn` with metrics, the older one in prod; and `data/sets:eu`, which has one."""
    repo = RepositoryBuilder(path)
    first = repo.commit({"model.pkl": "1", "dvc.yaml": _DVC, "metrics.json": '{"auc": 0.9}'})
    repo.tag("churn@v1.0.0", first, message="Registering artifact churn version v1.0.0")
    repo.tag("churn#prod#1", first)
    second = repo.commit({"model.pkl": "2", "metrics.json": '{"auc": 0.95}'})
    repo.tag("churn@v1.1.0", second)
    repo.tag("data/sets=eu@v0.1.0", second)
    repo.commit({"model.pkl": "3"})
    repo.checkout()
    return repo


@pytest.fixture(scope="module", autouse=True)
def _no_daemon_is_left() -> Iterator[None]:
    yield
    client.stop()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    return make_models(tmp_path_factory.mktemp("read") / "models")


@pytest.fixture(scope="module", params=ERAS)
def reader(models: RepositoryBuilder, request: pytest.FixtureRequest) -> Iterator[Agent]:
    """An agent that reads; shared, and in each era."""
    with agent("-r", str(models.path), era=request.param) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> RepositoryBuilder:
    """The same registry, for this test alone."""
    return make_models(tmp_path / "models")


@pytest.fixture
def wire(own: RepositoryBuilder) -> Iterator[Wire]:
    made = Wire("-r", str(own.path))
    yield made
    made.close()


@pytest.fixture
def tags(own: RepositoryBuilder) -> Callable[[], set[str]]:
    return lambda: set(own.git("tag", "--list").split())
