"""A runtime directory for each test, and no daemon that outlives it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import client


@pytest.fixture
def runtime(transport: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The runtime directory of this test; its path is short, as a socket's has to be."""
    monkeypatch.setenv("GTOD_TRANSPORT", transport)
    with tempfile.TemporaryDirectory(prefix="gtod-", dir="/tmp") as path:
        monkeypatch.setenv("GTOD_RUNTIME_DIR", path)
        yield Path(path)
        monkeypatch.setenv("GTOD_RUNTIME_DIR", path)
        client.stop()
