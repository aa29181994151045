"""Questions, answers and notifications, one after the other and many at a time."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from gto_daemon import client
from gto_daemon.client import AsyncClient, CallError, Client, DaemonUnavailable, messages
from gto_daemon.client.aclient import Subscription
from gto_daemon.client.connect import connect_or_start
from gto_daemon.rpc.jsonrpc.framing import MAX_FRAME
from tests.builders import RepositoryBuilder
from tests.transports import BOTH

TRANSPORTS = BOTH


@pytest.fixture
def registry(repo: RepositoryBuilder) -> RepositoryBuilder:
    repo.commit({"a": "1"})
    repo.tag("churn@v1.0.0")
    repo.tag("churn#prod#1")
    return repo


@pytest.fixture
async def aclient(runtime: Path) -> AsyncIterator[AsyncClient]:
    async with await AsyncClient.connect() as connection:
        yield connection


def test_a_refusal_has_its_name_and_its_remedy(runtime: Path, registry: RepositoryBuilder) -> None:
    with Client.connect() as connection:
        with pytest.raises(CallError) as caught:
            connection.call("gto/show", {"repo": str(registry.path), "name": "nobody"})
        assert caught.value.code == -32803
        assert caught.value.kind == "ArtifactNotFound"
        assert caught.value.hint
        assert "nobody" in str(caught.value)
        with pytest.raises(CallError) as caught:
            connection.call("gto/nonsense")
        assert (caught.value.code, caught.value.kind) == (-32601, None)
        assert connection.call("gto/status")["sessions"] == 1


def test_the_environment_of_the_client_counts(runtime: Path, registry: RepositoryBuilder) -> None:
    params = {"repo": str(registry.path), "allowed": True}
    with Client.connect(environment={"GTO_STAGES": '["one", "two"]'}) as connection:
        assert connection.call("gto/stages", params)["stages"] == ["one", "two"]
    with Client.connect(environment={}) as connection:
        assert connection.call("gto/stages", params)["stages"] is None


def test_what_is_no_json_is_refused_before_it_is_sent(runtime: Path) -> None:
    with Client.connect() as connection:
        for nonsense in ({"repo": b"bytes"}, {"limit": float("nan")}):
            with pytest.raises((TypeError, ValueError)):
                connection.call("gto/show", nonsense)
        connection.call("gto/status")


async def test_what_no_daemon_takes_is_refused_before_it_is_sent(runtime: Path, aclient: AsyncClient) -> None:
    assert messages.MAX_MESSAGE == MAX_FRAME
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with Client.connect() as connection:
        for params, said in (
            ({"repo": "x" * MAX_FRAME}, "bytes, which is too large; 16777216 are allowed"),
            ({"repo": nested}, "too many collections inside each other"),
        ):
            with pytest.raises(CallError, match=said) as caught:
                connection.call("gto/register", params)
            assert caught.value.code == -32700
            with pytest.raises(CallError, match=said):
                await aclient.call("gto/register", params)
        connection.call("gto/status")
    await aclient.call("gto/status")


@pytest.mark.parametrize("params", [{"artifacts": ["x"] * 100_001}, {"repo": "\ud800"}], ids=["many", "surrogate"])
async def test_what_the_daemon_cannot_read_is_a_refusal(
    runtime: Path, aclient: AsyncClient, params: dict[str, Any]
) -> None:
    with Client.connect() as connection:
        with pytest.raises(CallError, match="Parse error") as caught:
            connection.call("gto/register", params)
        assert caught.value.code == -32700
        assert connection.call("gto/status")
    with pytest.raises(CallError, match="Parse error"):
        await asyncio.wait_for(aclient.call("gto/register", params), 60)
    assert await aclient.call("gto/status")
    # Which of several it is, nobody knows.
    several = [aclient.call("gto/register", params) for _ in range(2)]
    for failed in await asyncio.gather(*several, return_exceptions=True):
        assert isinstance(failed, CallError | DaemonUnavailable)


def test_a_long_answer_comes_whole(runtime: Path, registry: RepositoryBuilder) -> None:
    for number in range(300):
        registry.tag(f"long@v2.0.{number}", message="long " * 500)
    with Client.connect() as connection:
        rows = connection.call("gto/history", {"repo": str(registry.path)})["events"]
    assert len(rows) == 302


def test_notifications_come_in_order(runtime: Path, registry: RepositoryBuilder) -> None:
    with Client.connect() as connection:
        connection.call("gto/subscribe", {"repo": str(registry.path)})
        registry.tag("other@v1.1.0")
        (first,) = islice(connection.notifications(), 1)
        registry.tag("more@v1.2.0")
        connection.call("gto/show", {"repo": str(registry.path)})  # what comes before the answer is kept
        (second,) = islice(connection.notifications(), 1)
    assert [change["artifacts"] for _, change in (first, second)] == [["other"], ["more"]]
    assert {method for method, _ in (first, second)} == {"gto/didChange"}


def test_each_line_is_a_message_however_it_is_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A peer that writes byte by byte, two messages at once, and a notification in between."""
    ours, theirs = socket.socketpair()
    monkeypatch.setattr("gto_daemon.client.blocking.connect_or_start", lambda **_: (ours, None))

    def peer() -> None:
        theirs.recv(65536)
        for byte in b'{"jsonrpc":"2.0","id":0,"result":{}}\n':
            theirs.sendall(bytes([byte]))
        theirs.sendall(b'{"jsonrpc":"2.0","method":"n","params":{"a":1}}\n{"jsonrpc":"2.0","id":1,"result":7}\n{"js')
        theirs.recv(65536)
        theirs.sendall(b'onrpc":"2.0","id":2,"result":8}\n')

    thread = threading.Thread(target=peer)
    thread.start()
    with Client.connect() as connection:
        assert connection.call("one") == 7
        assert connection.call("two") == 8
        assert list(islice(connection.notifications(), 1)) == [("n", {"a": 1})]
    thread.join()
    theirs.close()


def test_an_act_is_never_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    monkeypatch.setattr("gto_daemon.client.blocking.connect_or_start", lambda **_: (ours, None))
    heard: list[bytes] = []

    def peer() -> None:
        with theirs, theirs.makefile("rb") as lines:
            heard.append(lines.readline())
            theirs.sendall(b'{"jsonrpc":"2.0","id":0,"result":{}}\n')
            heard.append(lines.readline())

    thread = threading.Thread(target=peer)
    thread.start()
    with (
        Client.connect() as connection,
        pytest.raises(DaemonUnavailable, match="ended before it answered gto/assign"),
    ):
        connection.call("gto/assign", {})
    thread.join()
    assert [json.loads(line)["method"] for line in heard] == ["gto/handshake", "gto/assign"]


def test_an_act_that_was_not_sent_is(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    found = [(ours, None)]
    monkeypatch.setattr(
        "gto_daemon.client.blocking.connect_or_start", lambda **how: found.pop() if found else connect_or_start(**how)
    )
    with Client.connect() as connection, pytest.raises(CallError, match="relative"):
        connection.call("gto/assign", {"repo": "relative", "name": "churn", "stage": "prod"})


async def test_calls_run_beside_each_other(aclient: AsyncClient, registry: RepositoryBuilder) -> None:
    repo = str(registry.path)
    answers = await asyncio.gather(
        *(aclient.call("gto/checkRef", {"repo": repo, "ref": f"churn#prod#{n % 2 + 1}"}) for n in range(50)),
        aclient.call("gto/status"),
    )
    assert [bool(answer["event"]) for answer in answers[:50]] == [True, False] * 25
    assert aclient.server["pid"] == answers[50]["pid"]


async def test_a_refusal_fails_one_call_alone(aclient: AsyncClient, registry: RepositoryBuilder) -> None:
    answers: tuple[Any, Any] = await asyncio.gather(
        aclient.call("gto/show", {"repo": str(registry.path)}),
        aclient.call("gto/show", {"repo": "relative"}),
        return_exceptions=True,
    )
    good, bad = answers
    assert list(good["artifacts"]) == ["churn"]
    assert isinstance(bad, CallError)
    assert bad.kind == "RelativePath"


async def test_changes_are_iterated(aclient: AsyncClient, registry: RepositoryBuilder) -> None:
    async def until_churn(changes: Subscription) -> list[str]:
        told: list[str] = []
        while "churn" not in told:
            told += (await anext(changes))["artifacts"]
        return told

    async with await aclient.subscribe(registry.path) as everything:
        async with await aclient.subscribe(registry.path, stages=["prod"]) as prod:
            assert everything.clock == prod.clock
            registry.tag("other@v3.0.0")
            registry.tag("churn#prod#2")
            assert await until_churn(prod) == ["churn"]
        assert sorted(await until_churn(everything)) == ["churn", "other"]
        since = await aclient.call("gto/changes", {"repo": str(registry.path), "since": everything.clock})
        assert {row["ref"] for row in since["events"]["added"]} == {"churn#prod#2", "other@v3.0.0"}
    with pytest.raises(CallError) as caught:
        await aclient.call("gto/unsubscribe", {"subscription": prod.number})
    assert caught.value.kind == "SubscriptionNotFound"


async def test_changes_come_with_their_events(aclient: AsyncClient, registry: RepositoryBuilder) -> None:
    clock = (await aclient.call("gto/show", {"repo": str(registry.path)}))["clock"]
    registry.commit()
    registry.tag("segment@v1.0.0")
    registry.tag("churn@v2.0.0")
    everything = aclient.changes(registry.path, since=clock)
    first = await anext(everything)
    assert first["artifacts"] == ["churn", "segment"]
    assert {row["ref"] for row in first["events"]["added"]} == {"churn@v2.0.0", "segment@v1.0.0"}
    in_prod = aclient.changes(registry.path, stages=["prod"], events=["assignment"], since=clock)
    waiting = asyncio.ensure_future(anext(in_prod))
    registry.tag("churn#dev#2")
    assert [row["ref"] for row in (await anext(everything))["events"]["added"]] == ["churn#dev#2"]
    registry.tag("churn#prod#3")
    change = await waiting
    assert [row["ref"] for row in change["events"]["added"]] == ["churn#prod#3"]
    assert change["artifacts"] == ["churn"]
    registry.delete_tag("churn#prod#3")
    assert [row["ref"] for row in (await anext(in_prod))["events"]["removed"]] == ["churn#prod#3"]
    only = aclient.changes(registry.path, artifacts=["segment"], since=clock)
    assert [row["ref"] for row in (await anext(only))["events"]["added"]] == ["segment@v1.0.0"]
    for each in (everything, in_prod, only):
        await each.aclose()


async def test_a_cancelled_call_leaves_the_others_alone(aclient: AsyncClient, registry: RepositoryBuilder) -> None:
    call = asyncio.create_task(aclient.call("gto/show", {"repo": str(registry.path)}))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await aclient.call("gto/status"))["sessions"] == 1


async def test_the_end_of_the_daemon_ends_calls_and_iterations(
    aclient: AsyncClient, registry: RepositoryBuilder
) -> None:
    changes = await aclient.subscribe(registry.path)
    assert await asyncio.to_thread(client.stop)
    assert [change async for change in changes] == []
    assert [change async for change in changes] == []
    await changes.close()
    with pytest.raises(DaemonUnavailable, match="has ended"):
        await aclient.call("gto/status")


async def test_a_wrong_protocol_is_no_daemon_for_us(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gto_daemon.client.messages.PROTOCOL", 99)
    with pytest.raises(DaemonUnavailable, match="speaks version 99 of the protocol"):
        await AsyncClient.connect()
    with pytest.raises(DaemonUnavailable, match="speaks version 99 of the protocol"):
        await asyncio.to_thread(lambda: Client.connect().call("gto/status"))
