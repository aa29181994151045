"""A daemon writes down which tags there are after each refresh, beside its answers; killed, it goes on from there."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gto_daemon import client
from gto_daemon.client import Client
from gto_daemon.daemon.hub import Hub
from gto_daemon.daemon.remotes.evidence import evidence_of
from gto_daemon.daemon.stored.ledger import Ledger
from gto_daemon.git.layout import find_layout
from tests.builders import RepositoryBuilder
from tests.waiting import eventually, soon


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    return tmp_path / "state/gtod/ledger"


@pytest.fixture
async def observing(ledgers: Path) -> AsyncIterator[Hub]:
    """A hub that writes ledgers, as a daemon's does."""
    hub = Hub(ledgers=ledgers)
    task = asyncio.create_task(hub.observe())
    await asyncio.sleep(0)
    yield hub
    task.cancel()
    await hub.close()


def seen(ledgers: Path, repo: RepositoryBuilder) -> set[str]:
    return set(Ledger(ledgers, find_layout(str(repo.path))).state().tags)


def lose(ledgers: Path) -> None:
    for file in ledgers.glob("*.ledger") if ledgers.is_dir() else [ledgers]:
        file.unlink()


def be_in_the_way(ledgers: Path) -> None:
    ledgers.parent.mkdir(parents=True)
    ledgers.write_text("in the way")


async def test_what_each_refresh_finds_is_written(observing: Hub, ledgers: Path, registry: RepositoryBuilder) -> None:
    worktree = await observing.open(str(registry.path))
    await worktree.fresh()
    before = await soon(lambda: seen(ledgers, registry))
    assert before == set(registry.git("tag").split())
    registry.tag("churn#dev#2")
    await worktree.fresh()
    assert await soon(lambda: seen(ledgers, registry) - before) == {"churn#dev#2"}
    registry.delete_tag("churn#dev#2")
    evidence, _ = await worktree.run(lambda: evidence_of(worktree, worktree.fresh_blocking()))
    assert [(each.kind, each.ref) for each in evidence] == [("vanished-tag", "churn#dev#2")]


async def test_a_ledger_that_is_lost_begins_again_with_all_tags(
    observing: Hub, ledgers: Path, registry: RepositoryBuilder
) -> None:
    worktree = await observing.open(str(registry.path))
    await worktree.fresh()
    await soon(lambda: seen(ledgers, registry))
    lose(ledgers)
    registry.tag("churn#dev#2")
    await worktree.fresh()
    assert await soon(lambda: seen(ledgers, registry)) == set(registry.git("tag").split())


async def test_where_it_cannot_write_it_answers_all_the_same(
    observing: Hub, ledgers: Path, registry: RepositoryBuilder, caplog: pytest.LogCaptureFixture
) -> None:
    be_in_the_way(ledgers)
    worktree = await observing.open(str(registry.path))
    await worktree.fresh()
    await soon(lambda: "is not written into its ledger" in caplog.text)
    _, state = await worktree.run(lambda: evidence_of(worktree, worktree.fresh_blocking()))
    assert "cannot be" in str(state.trouble)
    lose(ledgers)
    registry.tag("churn#dev#2")
    await worktree.fresh()
    assert await soon(lambda: seen(ledgers, registry)) == set(registry.git("tag").split())


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The state directory of a daemon of the test's own."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("GTOD_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield tmp_path / "state"
    client.stop()


def kinds(connection: Client, repo: RepositoryBuilder) -> list[tuple[str, str]]:
    findings = connection.call("gto/doctor", {"repo": str(repo.path)})["findings"]
    return [(each["code"], each["tag"]) for each in findings]


def test_a_daemon_that_is_killed_while_it_writes_forgets_nothing_that_it_wrote(
    state: Path, registry: RepositoryBuilder
) -> None:
    for number in range(3):
        tags = [f"churn#s{number}-{each}" for each in range(200)]
        with Client.connect() as connection:
            pid = connection.call("gto/status")["pid"]
            connection.call("gto/show", {"repo": str(registry.path)})
            eventually(lambda: "churn@v1.1.0" in written(state))
            for tag in tags:
                registry.tag(tag, registry.head)
            connection.call("gto/show", {"repo": str(registry.path)})
            eventually(lambda wanted=tags[0]: wanted in written(state))  # type: ignore[misc]
            os.kill(pid, signal.SIGKILL)
    registry.delete_tag("churn#prod#1")
    with Client.connect() as connection:
        assert kinds(connection, registry) == [("vanished-tag", "churn#prod#1")]


def written(state: Path) -> str:
    return "".join(file.read_text() for file in (state / "gtod/ledger").glob("*.ledger"))
