"""The git that a daemon keeps for its clients ends with it, however that ends."""

import os
import signal
import sys

import pytest

from gto_daemon import client
from tests.builders import RepositoryBuilder
from tests.faults.hooks import is_alive
from tests.kept_writers import writers
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def register(repo: RepositoryBuilder, name: str) -> None:
    with client.Client.connect() as connected:
        made = connected.call("gto/register", {"repo": str(repo.path), "name": name})
    assert repo.git("cat-file", "-t", made["created"][0]["tag"]) == "tag"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_daemon(repo: RepositoryBuilder, number: int) -> None:
    repo.commit()
    pid = client.start()["pid"]
    try:
        register(repo, "one")
        (writer,) = writers(pid)
        os.kill(pid, number)
        eventually(lambda: not is_alive(writer))
    finally:
        client.stop()
    assert list(repo.git_dir.rglob("*.lock")) == []


def test_it_ends_when_nobody_acts_and_comes_back(repo: RepositoryBuilder) -> None:
    repo.commit()
    pid = client.start()["pid"]
    try:
        register(repo, "one")
        (writer,) = writers(pid)
        eventually(lambda: not writers(pid))
        assert not is_alive(writer)
        register(repo, "two")
        assert len(writers(pid)) == 1
    finally:
        client.stop()
