"""Changes are told once, in order, after the answer that subscribed to them."""

from collections.abc import Callable

import pytest

from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer


async def test_a_tag_made_by_plain_git_is_told_once(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    subscribed = await peer.call("gto/subscribe", {"repo": path})
    registry.git("tag", "-a", "-m", "m", "churn#qa#3")
    told = await peer.notification()
    assert (told["repo"], told["artifacts"], told["subscription"]) == (path, ["churn"], subscribed["subscription"])
    assert [row["ref"] for row in told["events"]["added"]] == ["churn#qa#3"]
    assert told["clock"] != subscribed["clock"]
    shown = await peer.call("gto/show", {"repo": path, "name": "churn#qa"})
    assert (shown["clock"], shown["versions"][0]["version"]) == (told["clock"], "v2.0.0")
    changes = await peer.call("gto/changes", {"repo": path, "since": subscribed["clock"]})
    assert changes["events"] == told["events"]
    assert peer.notifications == []


async def test_nothing_that_was_there_before_is_told(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    registry.write("unrelated.txt", "x")
    await peer.call("gto/show", {"repo": path})
    registry.git("tag", "-d", "churn#dev#2")
    told = await peer.notification()
    assert [row["ref"] for row in told["events"]["removed"]] == ["churn#dev#2"]


async def test_each_subscription_hears_what_it_asked_for(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    prod = (await peer.call("gto/subscribe", {"repo": path, "stages": ["prod"]}))["subscription"]
    segment = (await peer.call("gto/subscribe", {"repo": path, "artifacts": ["segment"]}))["subscription"]
    assert prod != segment
    registry.git("tag", "-a", "-m", "m", "churn#qa#4")
    registry.git("tag", "-a", "-m", "m", "segment@v1.0.0")
    registry.git("tag", "-a", "-m", "m", "churn#prod#3", "churn@v2.0.0^{}")
    heard: dict[int, list[str]] = {prod: [], segment: []}
    while not all(heard.values()):
        told = await peer.notification()
        heard[told["subscription"]] += [row["ref"] for row in told["events"]["added"]]
    assert heard == {prod: ["churn#prod#3"], segment: ["segment@v1.0.0"]}


async def test_all_clients_hear_the_same(connect: Callable[..., Peer], registry: RepositoryBuilder, path: str) -> None:
    peers = [connect("lines" if number % 2 else "headers") for number in range(6)]
    for each in peers:
        await each.call("gto/subscribe", {"repo": path})
    registry.git("tag", "-a", "-m", "m", "churn@v3.0.0")
    told = [await each.notification() for each in peers]
    assert all(each == told[0] for each in told)


async def test_an_unsubscribed_client_hears_nothing_more(
    connect: Callable[..., Peer], registry: RepositoryBuilder, path: str
) -> None:
    gone, witness = connect(), connect()
    number = (await gone.call("gto/subscribe", {"repo": path}))["subscription"]
    await witness.call("gto/subscribe", {"repo": path})
    assert await gone.call("gto/unsubscribe", {"subscription": number}) == {"subscription": number}
    registry.git("tag", "-a", "-m", "m", "churn@v3.0.0")
    await witness.notification()
    assert gone.received() == []
    with pytest.raises(CallFailedError) as caught:
        await gone.call("gto/unsubscribe", {"subscription": number})
    assert caught.value.kind == "SubscriptionNotFound"


async def test_subscriptions_end_with_their_connection(
    connect: Callable[..., Peer], service: Service, registry: RepositoryBuilder, path: str
) -> None:
    peer = connect()
    await peer.call("gto/subscribe", {"repo": path})
    worktree = service.hub.worktree(path)
    assert worktree.has_listeners
    peer.transport.abort()
    await peer.closed()
    assert not worktree.has_listeners


async def test_a_cancelled_subscription_hears_nothing(peer: Peer, service: Service, path: str) -> None:
    peer.send(
        {"jsonrpc": "2.0", "id": 1, "method": "gto/subscribe", "params": {"repo": path}},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}},
    )
    (answer,) = await peer.messages()
    assert answer["error"]["code"] == -32800
    await peer.call("gto/show", {"repo": path})
    assert not service.hub.worktree(path).has_listeners


async def test_a_subscription_to_nothing_is_refused(peer: Peer, empty_directory: str) -> None:
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/subscribe", {"repo": empty_directory})
    assert caught.value.kind == "NotARepository"


async def test_an_edited_annotation_is_told_without_events(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    # By rename, as editors save: half a file is another change.
    saved = registry.write(".git/saved", "churn:\n  type: dataset\n  path: x\nsegment: {}\n")
    saved.rename(registry.path / "artifacts.yaml")
    told = await peer.notification()
    assert told["artifacts"] == ["churn"]
    assert told["events"] == {"added": [], "removed": []}


async def test_a_repository_that_was_replaced_is_followed_on(
    peer: Peer, registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder], path: str
) -> None:
    subscribed = await peer.call("gto/subscribe", {"repo": path})
    other = make_repository("other")
    other.tag("churn@v7.0.0", other.commit())
    registry.git_dir.rename(registry.path / "old")
    other.git_dir.rename(registry.git_dir)
    told = await peer.notification()
    assert [row["ref"] for row in told["events"]["added"]] == ["churn@v7.0.0"]
    assert "churn@v1.0.0" in [row["ref"] for row in told["events"]["removed"]]
    assert (told["repo"], told["subscription"]) == (path, subscribed["subscription"])
    assert await peer.call("gto/unsubscribe", {"subscription": subscribed["subscription"]})
