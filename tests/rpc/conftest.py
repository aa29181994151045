"""A service over real repositories, and clients of it in memory."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.private_dirs import user_ledgers
from gto_daemon.rpc.context import ProcessInfo
from gto_daemon.rpc.jsonrpc.framing import Style
from gto_daemon.rpc.jsonrpc.limits import ClientLimits
from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.peer import Peer

ANNOTATIONS = "churn:\n  type: model\n  path: models/churn.pkl\nsegment: {}\n"


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    """Two versions of `churn`, the older one in prod, the newer one in dev; `segment` is only annotated."""
    first = repo.commit({"models/churn.pkl": "1"}, at=1_700_000_000)
    repo.tag("churn@v1.0.0", first, at=1_700_000_100, message="Registering artifact churn version v1.0.0")
    repo.tag("churn#prod#1", first, at=1_700_000_200)
    second = repo.commit({"models/churn.pkl": "2", "artifacts.yaml": ANNOTATIONS}, at=1_700_000_300)
    repo.tag("churn@v2.0.0", second, at=1_700_000_400)
    repo.tag("churn#dev#2", second, at=1_700_000_500)
    repo.checkout()
    return repo


@pytest.fixture
def path(registry: RepositoryBuilder) -> str:
    return str(registry.path.resolve())


@pytest.fixture
def service_options() -> dict[str, Any]:
    """More arguments of the service; parametrize it for other numbers than a daemon has."""
    return {}


@pytest.fixture
def client_limits() -> ClientLimits:
    """What each client is given; as `service_options`."""
    return ClientLimits()


@pytest_asyncio.fixture
async def service(tmp_path: Path, service_options: dict[str, Any]) -> AsyncIterator[Service]:
    hub = Hub(ledgers=user_ledgers())
    runtime = tmp_path / "run"
    runtime.mkdir()
    info = ProcessInfo(socket="/run/gtod.sock", log="/run/gtod.log", runtime=runtime)
    service = Service(hub, info, **service_options)
    yield service
    await service.close()
    await hub.close()


@pytest.fixture
def connect(service: Service, client_limits: ClientLimits) -> Callable[..., Peer]:
    def connect(style: Style = "lines", **options: Any) -> Peer:
        return Peer(service, style, **{"limits": client_limits, **options})

    return connect


@pytest_asyncio.fixture
async def peer(connect: Callable[..., Peer]) -> Peer:
    """A client that sends one message per line."""
    return connect()


@pytest.fixture
def empty_directory(tmp_path: Path) -> str:
    place = tmp_path / "nothing"
    place.mkdir()
    return str(place.resolve())
