"""Changes are told once, in order, after the answer that subscribed to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gto_daemon.rpc.service import Service
from tests.builders import RepositoryBuilder
from tests.rpc.peer import CallFailedError, Peer


async def test_a_tag_made_by_plain_git_is_told_once(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    subscribed = await peer.call("gto/subscribe", {"repo": path})
    registry.git("tag", "-a", "-m", "m", "churn#qa#3")
    told = await peer.notification()
    assert told == {
        "subscription": subscribed["subscription"],
        "repo": path,
        "clock": told["clock"],
        "artifacts": ["churn"],
        "origin": "other",
    }
    assert told["clock"] != subscribed["clock"]
    shown = await peer.call("gto/show", {"repo": path, "name": "churn#qa"})
    assert (shown["clock"], shown["versions"][0]["version"]) == (told["clock"], "v2.0.0")
    changes = await peer.call("gto/changes", {"repo": path, "since": subscribed["clock"]})
    assert [row["ref"] for row in changes["events"]["added"]] == ["churn#qa#3"]
    assert changes["clock"] == told["clock"]
    assert peer.notifications == []


async def test_nothing_that_was_there_before_is_told(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    since = (await peer.call("gto/subscribe", {"repo": path}))["clock"]
    registry.write("unrelated.txt", "x")
    await peer.call("gto/show", {"repo": path})
    registry.git("tag", "-d", "churn#dev#2")
    assert (await peer.notification())["artifacts"] == ["churn"]
    events = (await peer.call("gto/changes", {"repo": path, "since": since}))["events"]
    assert ([row["ref"] for row in events["removed"]], events["added"]) == (["churn#dev#2"], [])


async def test_each_subscription_hears_what_it_asked_for(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    prod = (await peer.call("gto/subscribe", {"repo": path, "stages": ["prod"]}))["subscription"]
    segment = (await peer.call("gto/subscribe", {"repo": path, "artifacts": ["segment"]}))["subscription"]
    assert prod != segment
    heard = []
    registry.git("tag", "-a", "-m", "m", "churn#qa#4")
    for tag in ("segment@v1.0.0", "churn#prod#3"):
        registry.git("tag", "-a", "-m", "m", tag, "churn@v2.0.0^{}")
        told = await peer.notification()
        heard.append((told["subscription"], told["artifacts"]))
    assert heard == [(segment, ["segment"]), (prod, ["churn"])]


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


async def test_an_edited_annotation_is_told(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    # By rename, as editors save: half a file is another change.
    saved = registry.write(".git/saved", "churn:\n  type: dataset\n  path: x\nsegment: {}\n")
    saved.rename(registry.path / "artifacts.yaml")
    told = await peer.notification()
    assert (told["artifacts"], told["origin"]) == (["churn"], "other")


async def test_a_repository_that_was_replaced_is_followed_on(
    peer: Peer, registry: RepositoryBuilder, make_repository: Callable[..., RepositoryBuilder], path: str
) -> None:
    subscribed = await peer.call("gto/subscribe", {"repo": path})
    other = make_repository("other")
    other.tag("churn@v7.0.0", other.commit())
    registry.git_dir.rename(registry.path / "old")
    other.git_dir.rename(registry.git_dir)
    told = await peer.notification()
    assert told["artifacts"] == ["churn", "segment"]
    assert list((await peer.call("gto/show", {"repo": path}))["artifacts"]) == ["churn"]
    assert (told["repo"], told["subscription"]) == (path, subscribed["subscription"])
    assert await peer.call("gto/unsubscribe", {"subscription": subscribed["subscription"]})


async def origins(peer: Peer, count: int) -> list[str]:
    return [(await peer.notification())["origin"] for _ in range(count)]


async def test_a_client_is_told_that_a_change_is_its_own(connect: Callable[..., Peer], path: str) -> None:
    actor, other = connect(), connect()
    for each in (actor, other):
        await each.call("gto/subscribe", {"repo": path})
    version = {"repo": path, "name": "new", "version": "v3.0.0"}
    await actor.call("gto/register", version)
    await actor.call("gto/deregister", {**version, "delete": True})
    assert await origins(actor, 2) == ["self", "self"]
    assert await origins(other, 2) == ["other", "other"]


async def test_what_others_make_of_ones_own_tag_is_theirs(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    created = (await peer.call("gto/register", {"repo": path, "name": "new"}))["created"][0]
    registry.git("tag", "-d", created["tag"])
    assert await origins(peer, 2) == ["self", "other"]
    # The very same object under the same name: it is there again by somebody else.
    registry.git("update-ref", f"refs/tags/{created['tag']}", created["oid"])
    assert await origins(peer, 1) == ["other"]


async def test_ones_own_change_is_known_in_every_worktree(
    peer: Peer, registry: RepositoryBuilder, path: str, tmp_path: Path
) -> None:
    linked = str((tmp_path / "linked").resolve())
    registry.git("worktree", "add", "--quiet", "--detach", linked)
    for repo in (path, linked):
        await peer.call("gto/subscribe", {"repo": repo})
    await peer.call("gto/register", {"repo": path, "name": "new"})
    heard = [await peer.notification() for _ in range(2)]
    assert {each["repo"]: each["origin"] for each in heard} == {path: "self", linked: "self"}


async def test_ones_own_change_with_one_of_others_is_not_ones_own(
    peer: Peer, service: Service, registry: RepositoryBuilder, path: str
) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    # Made while the act runs, and so found by the same reading of the refs.
    hook = registry.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ "$1" = prepared ] && git update-ref refs/tags/churn@v9.0.0 churn@v2.0.0\nexit 0\n')
    hook.chmod(0o755)
    await peer.call("gto/register", {"repo": path, "name": "new"})
    assert (await peer.notification())["origin"] == "other"


async def test_a_refused_act_leaves_no_claim(peer: Peer, registry: RepositoryBuilder, path: str) -> None:
    await peer.call("gto/subscribe", {"repo": path})
    hook = registry.git_dir / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ "$1" != prepared ]\n')
    hook.chmod(0o755)
    deregister = {"repo": path, "name": "churn", "version": "v2.0.0", "delete": True, "force": True}
    with pytest.raises(CallFailedError) as caught:
        await peer.call("gto/deregister", deregister)
    assert caught.value.kind == "HookRefused"
    hook.unlink()
    registry.git("tag", "-d", "churn#dev#2", "churn@v2.0.0")
    assert (await peer.notification())["origin"] == "other"
