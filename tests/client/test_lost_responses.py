"""An act whose connection broke: its caller is told whether its tags are there."""

import asyncio
import os
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client import AsyncClient, Client, DaemonUnavailable, LostAct
from gto_daemon.client.lost_responses import explain_lost_act
from tests.builders import RepositoryBuilder
from tests.waiting import eventually

TAGS = ["churn@v1.0.0", "churn#prod#1", "churn@v2.0.0", "other@v1.0.0"]


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    for number, tag in enumerate(TAGS):
        if tag.startswith("churn@") or number > 2:
            repo.commit({"a": str(number)})
        repo.tag(tag)
    return repo


def told(registry: RepositoryBuilder, method: str, environment: dict[str, str] | None = None, **params: Any) -> Any:
    def ask(question: dict[str, Any]) -> Any:
        with Client.connect() as connection:
            return connection.call("gto/history", question)

    return explain_lost_act("it broke", method, {"repo": str(registry.path), **params}, 0.0, environment or {}, ask)


@pytest.mark.parametrize(
    ("method", "params", "tags"),
    [
        ("gto/register", {"name": "churn", "version": "v2.0.0"}, ["churn@v2.0.0"]),
        ("gto/register", {"name": "churn", "version": "v3.0.0"}, []),
        ("gto/register", {"name": "nobody"}, []),
        ("gto/assign", {"name": "churn", "stage": "prod", "version": "v1.0.0"}, ["churn#prod#1"]),
        ("gto/rollback", {"name": "other", "stage": "prod"}, []),
        ("gto/deprecate", {"name": "churn"}, []),
        ("gto/deregister", {"name": "churn", "version": "v9.0.0", "delete": True}, []),
        ("gto/deregister", {"name": "churn", "version": "v2.0.0", "delete": True}, ["churn@v2.0.0"]),
        (
            "gto/apply",
            {"actions": [{"method": "register", "params": {"name": "other"}}, {"method": "x", "params": {}}]},
            ["other@v1.0.0"],
        ),
    ],
)
def test_its_tags_are_looked_for(
    runtime: Path, registry: RepositoryBuilder, method: str, params: dict[str, Any], tags: list[str]
) -> None:
    error = told(registry, method, **params)
    assert isinstance(error, LostAct)
    assert error.tags == tags
    assert all(tag in error.reason for tag in tags)


def test_what_cannot_be_found_out_is_said_to_be_unknown(runtime: Path, registry: RepositoryBuilder) -> None:
    dated = told(registry, "gto/register", {"GIT_COMMITTER_DATE": "2020-01-01"}, name="churn")
    gone = told(registry, "gto/register", name="churn", repo=str(registry.path / "nowhere"))
    for error in (dated, gone):
        assert isinstance(error, LostAct)
        assert error.tags is None
        assert "not known" in error.reason
    assert type(told(registry, "gto/push")) is DaemonUnavailable


@pytest.mark.parametrize("kind", ["blocking", "asynchronous"])
async def test_a_client_says_whether_the_tag_is_there(runtime: Path, registry: RepositoryBuilder, kind: str) -> None:
    reached = registry.path.with_name("reached")
    hook = registry.git_dir / "hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f'#!/bin/sh\n[ "$1" = committed ] || exit 0\necho $$ > {reached}.new; mv {reached}.new {reached}\n'
        "exec sleep 600\n"
    )
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    params = {"repo": str(registry.path), "name": "other", "stage": "prod", "version": "v1.0.0"}

    async def asynchronously() -> Any:
        async with await AsyncClient.connect() as connection:
            return await connection.call("gto/assign", params)

    def blocking() -> Any:
        with Client.connect() as connection:
            return connection.call("gto/assign", params)

    pid = client.start()["pid"]
    act = asyncio.create_task(asynchronously() if kind == "asynchronous" else asyncio.to_thread(blocking))
    await asyncio.to_thread(eventually, reached.exists)
    os.kill(pid, signal.SIGKILL)
    try:
        with pytest.raises(LostAct) as caught:
            await act
    finally:
        os.killpg(os.getpgid(int(reached.read_text())), signal.SIGTERM)
    assert caught.value.tags == ["other#prod#1"]
    assert "its tags are there: other#prod#1" in caught.value.reason
